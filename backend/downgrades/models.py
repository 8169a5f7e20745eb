"""What would lower a published 重大 or 较大, as it was asked for and decided; kept for good."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Double, ForeignKey, Identity, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base

WAYS = {
    "grade": ("等级降低", "Lower grade"),
    "deletion": ("删除", "Deleted"),
    "ground": ("范围缩小或移动", "Shrunk or moved"),
    "status": ("停产或关闭", "Suspended or closed"),
}
DECISIONS = {
    "asked": ("待批准", "Asked for"),
    "granted": ("已批准", "Granted"),
    "refused": ("未批准", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
}


class Downgrade(Base):
    """What would lower a published 重大 or 较大: asked for, and decided by a person of another organisation."""

    __tablename__ = "downgrade"

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid4, server_default=text("gen_random_uuid()")
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submission.id"))
    enterprise_id: Mapped[UUID]
    enterprise_name: Mapped[str] = mapped_column(Text)
    zone_id: Mapped[UUID | None]
    zone_name: Mapped[str | None] = mapped_column(Text)
    township_code: Mapped[str | None] = mapped_column(Text)
    sector_code: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[UUID | None]
    way: Mapped[str] = mapped_column(Text)
    from_grade: Mapped[int] = mapped_column(SmallInteger)
    to_grade: Mapped[int | None] = mapped_column(SmallInteger)
    lost_m2: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str | None] = mapped_column(Text)
    asked_by_id: Mapped[UUID | None]
    asked_by_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(Text, default="asked", server_default=text("'asked'"))
    evidence: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    # The transaction that may do what was granted, and no other.
    granted_in: Mapped[int | None] = mapped_column(BigInteger)
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
