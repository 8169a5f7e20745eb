"""Why an import as a whole cannot start or go on."""

from collections.abc import Sequence

from backend.errors import DomainError


class CannotImport(DomainError):
    """The file or the options do not allow it; nothing was changed."""

    code = "cannot_import"


class MissingColumns(CannotImport):
    """No column of the file is known to hold what must be said; `fields` are the labels of what is missing."""

    code = "missing_columns"

    def __init__(self, detail: str, fields: Sequence[str]) -> None:
        super().__init__(detail)
        self.fields = tuple(fields)


class MissingKey(CannotImport):
    """No column of the file is known to tell its rows apart."""

    code = "missing_key"


class MissingDatum(CannotImport):
    """The file does not say what its coordinates are measured in, and nobody else has."""

    code = "missing_datum"


class BureauOnly(CannotImport):
    """What everybody's maps stand on is not for one township or sector to change."""

    code = "bureau_only"


class RowsQuarantined(CannotImport):
    """Some rows cannot be taken, and the caller wants all or nothing."""

    code = "rows_quarantined"
