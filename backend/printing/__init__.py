"""Sheets of paper: a Chinese font, maps drawn from geometries, pages set with Typst; knows no product word."""
