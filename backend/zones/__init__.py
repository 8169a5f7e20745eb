"""Zones: the workshops and work areas of an enterprise, each with its grade."""
