"""Vector tiles over HTTP, and a map in one file."""
