"""What is wrong with rows: with their values, with what they point at, and with their places."""
