"""Accounts: signing in, passwords, second factors, links and keys."""
