"""The audit trail: who did what, when, with what result, in a chain that shows every later change."""
