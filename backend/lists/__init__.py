"""The risk lists (风险清单), the roster and how far the register covers it."""
