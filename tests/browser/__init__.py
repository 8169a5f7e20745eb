"""The map as a person sees it, in Chromium."""
