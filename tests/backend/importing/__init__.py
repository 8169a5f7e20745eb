"""Tests of imports, on a real database."""
