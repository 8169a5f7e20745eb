"""Tests of how the service lives on a machine."""
