"""Files into the register: read, judge row by row, show the differences, then write them at once."""
