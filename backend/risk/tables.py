"""Reading the vocabularies that lie beside the modules as CSV, where a spreadsheet opens them."""

import csv
from pathlib import Path


def rows(name: str) -> list[dict[str, str]]:
    """All rows of a table of this folder, as its header names them."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
