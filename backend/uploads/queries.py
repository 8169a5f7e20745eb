"""Which uploads and saved mappings exist for an actor: those of their own organisation; for the bureau all uploads."""

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, cast, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from backend.importing.models import ImportMapping
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind
from backend.uploads.models import Upload


def visible_uploads(actor: Actor) -> Select[Upload]:
    """The uploads that exist for this actor; what they tell of is within the scope of who sent them."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return select(Upload).where(true())
    return select(Upload).where(
        is_within(actor, Upload.organisation_kind, Upload.organisation_codes),
    )


def visible_mappings(actor: Actor) -> Select[ImportMapping]:
    """The mappings of one's own organisation, and the operator's, who works for everybody."""
    return select(ImportMapping).where(
        or_(
            ImportMapping.organisation_kind.is_(None),
            is_within(actor, ImportMapping.organisation_kind, ImportMapping.organisation_codes),
        )
    )


def is_within(
    actor: Actor,
    kind: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    codes: InstrumentedAttribute[list[str]] | InstrumentedAttribute[list[str] | None],
) -> ColumnElement[bool]:
    """Whether somebody answers for all that an organisation answers for: no less, so that nothing more is told."""
    mine = cast(sorted(actor.scope.codes), ARRAY(Text))
    return and_(kind == actor.scope.kind.value, codes.contained_by(mine))


def is_of(actor: Actor, upload: Upload) -> bool:
    """Whether an upload is of just the organisation of the actor, for whom its preview was made."""
    return (
        upload.organisation_kind == actor.scope.kind.value
        and frozenset(upload.organisation_codes) == actor.scope.codes
    )
