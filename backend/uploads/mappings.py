"""Mappings of columns that are saved under a name, each its organisation's own."""

from sqlalchemy.orm import Session

from backend.errors import DomainError
from backend.importing.errors import CannotImport
from backend.importing.models import ImportMapping
from backend.importing.request import FileShape, save_shape, saved_shape
from backend.jurisdictions.actors import Actor
from backend.uploads.queries import visible_mappings


class NameTaken(DomainError):
    """The name is that of somebody else's mapping."""

    status = 409
    code = "name_taken"


def read_mapping(session: Session, actor: Actor, name: str, kind: str) -> FileShape:
    """The file's shape that was saved under a name; another organisation's is not there."""
    if session.scalar(visible_mappings(actor).where(ImportMapping.name == name)) is None:
        raise CannotImport(f"没有保存过名为「{name}」的映射")
    return saved_shape(session, name, kind)


def require_free(session: Session, actor: Actor, name: str) -> None:
    """Refuse to write over what another organisation, or the operator, has saved."""
    there = session.get(ImportMapping, name)
    if there is not None and (there.organisation_kind, there.organisation_codes) != organisation_of(actor):
        raise NameTaken(f"名称「{name}」已被使用，请换一个名称。")


def save_mapping(session: Session, actor: Actor, name: str, kind: str, shape: FileShape) -> None:
    """Keep a file's shape for the next file of the same organisation."""
    require_free(session, actor, name)
    save_shape(session, name, kind, shape)
    saved = session.get_one(ImportMapping, name)
    saved.organisation_kind, saved.organisation_codes = organisation_of(actor)


def organisation_of(actor: Actor) -> tuple[str, list[str]]:
    """The organisation of who asks, as it is kept."""
    return actor.scope.kind.value, sorted(actor.scope.codes)
