"""Layers to vector tiles; knows SQL and numpy, no web framework and no product word."""
