"""Alarms: a change of the register brings a red or orange zone and what is to be protected too near to each other."""
