"""Sites near a receptor as the API tells them."""

from uuid import UUID

from pydantic import BaseModel


class NearSite(BaseModel):
    """A site and how far it is.

    Of a site that is not the reader's only name, grade, distance and the office to call are told; id and number are
    null then, and its own page stays 404. Metres on the ground, from the site's outline or, without one, its point.
    """

    id: UUID | None
    number: int | None
    name: str
    grade: int | None
    distance_m: float
    office: str | None


class NearSites(BaseModel):
    """The sites within a distance, the nearest first."""

    radius_m: float
    items: list[NearSite]
