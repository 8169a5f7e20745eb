"""The service held against OWASP ASVS 5.0, row by row; docs/security.md has the table."""
