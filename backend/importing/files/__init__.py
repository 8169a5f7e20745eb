"""From a file to cells: which column is which field, and what its texts mean."""
