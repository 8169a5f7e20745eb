"""An enterprise as the API tells it."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel

from backend.enterprises.models import OPERATING_STATUSES
from backend.register.rows import RowOut, Term
from backend.web.bodies import Code, In, Line, LongLine


def known_status(code: str) -> str:
    """A code of `OPERATING_STATUSES`."""
    if code not in OPERATING_STATUSES:
        raise ValueError(f"应为 {'、'.join(OPERATING_STATUSES)} 之一")
    return code


OperatingStatus = Annotated[str, AfterValidator(known_status)]


class Named(BaseModel):
    """A code with the one name it has."""

    code: str
    name: str


class EnterpriseOut(RowOut):
    """A site; `grade_basis` says which of the two grades colours the map (固有 inherent, 控制 residual)."""

    credit_code: str | None
    sector: Term | None
    township: Named | None
    group: Named | None
    operating_status: Term
    grade: int | None
    grade_basis: str
    address: str | None
    area_m2: float | None


class EnterpriseChange(In):
    """What an editor changes; what is not named stays, and null clears what may be empty."""

    name: Line = ""
    address: LongLine | None = None
    operating_status: OperatingStatus = "operating"
    sector: Code | None = None
    township: Code | None = None


class EnterpriseEdited(EnterpriseOut):
    """A site after a change, with what its editor should look at."""

    notices: list[str]


class EnterpriseBrief(BaseModel):
    """An enterprise named by something that belongs to it; id and number are null where it is somebody else's."""

    id: UUID | None
    number: int | None
    name: str
    grade: int | None
