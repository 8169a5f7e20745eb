"""What can be wrong with coordinates and files, one class a cause; the message is a Chinese sentence fit to show."""

from __future__ import annotations


class GeodataError(ValueError):
    """The base of every error this package raises on purpose.

    `code` is stable and meant for programs; the message may be reworded at any time.
    """

    code = "geodata_error"


class UnknownDatum(GeodataError):
    """The text names no coordinate system that we can read."""

    code = "unknown_datum"


class NoDatumTransformation(GeodataError):
    """The system is known, but nobody publishes a good enough way from it to CGCS2000 (Beijing 54, Xi'an 80)."""

    code = "no_datum_transformation"


class InvalidGeometry(GeodataError):
    """The geometry cannot be used as it is; we do not guess what was meant."""

    code = "invalid_geometry"


class TooManyVertices(GeodataError):
    """The geometry has more vertices than the operation can promise to finish with in time."""

    code = "too_many_vertices"


class TooWideToMeasure(GeodataError):
    """The geometry, or the pair, reaches too far for one metric zone to hold the promised accuracy."""

    code = "too_wide_to_measure"


class InvalidGeoJSON(GeodataError):
    """The text is not GeoJSON as RFC 7946 wants it.

    `pointer` is the JSON pointer (RFC 6901) of the offending value, "" for the whole document.
    """

    code = "invalid_geojson"

    def __init__(self, pointer: str, reason: str, *, code: str = "invalid_geojson") -> None:
        super().__init__(f"{pointer or '文件'}：{reason}")
        self.pointer = pointer
        self.reason = reason
        self.code = code


class TooLarge(GeodataError):
    """The body or file is larger than its limit."""

    code = "too_large"


class UnsupportedFormat(GeodataError):
    """The file is of no kind that we read, or not of the kind its name says."""

    code = "unsupported_format"


class UnreadableFile(GeodataError):
    """The file is of the right kind but damaged or malformed."""

    code = "unreadable_file"


class UnreadableEncoding(GeodataError):
    """The text is in none of the encodings that we may assume."""

    code = "unreadable_encoding"


class MissingCRS(GeodataError):
    """The file does not say its coordinate system and the caller did not either."""

    code = "missing_crs"


class MissingShapefilePart(GeodataError):
    """A Shapefile came without its .shx or .dbf."""

    code = "missing_shapefile_part"


class UnsafeArchive(GeodataError):
    """The zip file breaks one of the guards against bombs and path tricks."""

    code = "unsafe_archive"


class UnknownLayer(GeodataError):
    """The layer is not in the file, or there are several and none was named."""

    code = "unknown_layer"


class UnknownColumn(GeodataError):
    """The column is not in the table."""

    code = "unknown_column"


class InvalidFilter(GeodataError):
    """The row filter cannot be understood or does not fit the columns."""

    code = "invalid_filter"


class UnusableDistance(GeodataError):
    """The distance is no number of metres that is searched: not above 0, or too long."""

    code = "unusable_distance"


class UnusableHalfWidth(GeodataError):
    """The half-width of a corridor is negative or not finite."""

    code = "unusable_half_width"


class UnusableRaster(GeodataError):
    """The raster can be read, but its form or its values are not what is asked for."""

    code = "unusable_raster"
