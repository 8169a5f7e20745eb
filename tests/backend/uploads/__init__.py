"""Imports over the web."""
