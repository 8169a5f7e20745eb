"""What every row of the register has in common: names, origin, place, revision, and how it is told."""
