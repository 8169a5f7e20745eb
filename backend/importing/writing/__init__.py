"""From good rows to the register, and from bad ones to the quarantine."""
