"""The three administrations over HTTP."""
