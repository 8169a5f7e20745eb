"""Risk grades: how 重大, 较大, 一般 and 低 come about, and how a unit becomes a 重大危险源."""
