"""Tests of area colour and the risk grid."""
