"""Submissions: from the draft of an enterprise over the review to what is published."""
