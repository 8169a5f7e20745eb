"""Editing enterprises over HTTP; they are read together with their zones, in the slice of those."""

from uuid import UUID

from fastapi import APIRouter, Response

from backend.accounts.access import Reviewer
from backend.database import WriteSession
from backend.enterprises.editing import edit_enterprise
from backend.enterprises.schemas import EnterpriseChange, EnterpriseEdited
from backend.web.conditions import SeenVersion, etag

router = APIRouter(prefix="/api/v1", tags=["register"])


@router.patch("/enterprises/{enterprise_id}")
def change_enterprise(
    enterprise_id: UUID,
    given: EnterpriseChange,
    response: Response,
    actor: Reviewer,
    seen: SeenVersion,
    session: WriteSession,
) -> EnterpriseEdited:
    """Change what is named of an enterprise at once, as a reviewing office; others hand in a submission."""
    edited = edit_enterprise(session, actor, enterprise_id, seen, given)
    response.headers["ETag"] = etag(edited.version)
    return edited
