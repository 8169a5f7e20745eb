"""Submissions and the guard against quiet downgrades."""
