"""Area colour and the risk grid: what many zones together say of a place, by rules that have a name and an edition."""
