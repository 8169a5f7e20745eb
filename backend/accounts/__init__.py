"""Who is there: accounts, passwords and second factors, sessions, one-time links, keys; and who may come in."""
