"""Why an import as a whole cannot start or go on."""

from backend.errors import DomainError


class CannotImport(DomainError):
    """The file or the options do not allow it; nothing was changed."""

    code = "cannot_import"


class RowsQuarantined(CannotImport):
    """Some rows cannot be taken, and the caller wants all or nothing."""

    code = "rows_quarantined"
