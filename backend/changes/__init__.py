"""What has changed between two moments of recorded time."""
