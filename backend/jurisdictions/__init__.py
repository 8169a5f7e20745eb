"""Where the district's land and duties lie, and who may see what."""
