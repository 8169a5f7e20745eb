"""Imports over the web: a file is sent, looked at, and written when somebody has agreed to what it changes."""
