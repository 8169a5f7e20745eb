"""The audit trail, its chain and its commands."""
