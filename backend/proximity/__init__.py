"""What is near what; so far the graded sites around a receptor, under the rule of disclosure across a border."""
