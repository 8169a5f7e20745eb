"""What can be wrong with a request for a tile."""


class TilesError(ValueError):
    """Parent of every error of this package."""


class NoSuchTile(TilesError):
    """The column or row lies outside the grid of its zoom level."""
