"""Rasters: how many people live around a risk, and how dense weighted risk is."""
