"""Enterprises: the sites that carry risk."""
