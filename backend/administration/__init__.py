"""What the three administrations do: accounts, rights and territories, keys, and the audit trail."""
