"""How the service lives on a machine: its private PostgreSQL, the way to its database, the browser libraries."""
