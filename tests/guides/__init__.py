"""The guides of docs/guides, run as they are written."""
