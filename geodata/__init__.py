"""Pure geometry: datums, metres, validity and files; no database, no web, no settings."""
