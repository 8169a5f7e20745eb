"""Features over HTTP, after OGC API – Features."""
