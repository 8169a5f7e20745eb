"""A service for real use, with people in it."""

from tests.signed_in import as_superuser, kept_engine, quick_hashing, visitor

__all__ = ["as_superuser", "kept_engine", "quick_hashing", "visitor"]
