"""An enterprise as the API tells it."""

from uuid import UUID

from pydantic import BaseModel

from backend.register.rows import RowOut, Term


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


class EnterpriseBrief(BaseModel):
    """An enterprise named by something that belongs to it; id and number are null where it is somebody else's."""

    id: UUID | None
    number: int | None
    name: str
    grade: int | None
