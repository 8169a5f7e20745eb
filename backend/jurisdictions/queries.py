"""Questions about areas; they are open to every reader."""

from sqlalchemy import Select, select

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, Sector


def visible_areas(actor: Actor) -> Select[Area]:
    """Provinces, cities, districts and townships: everybody sees where they lie."""
    return select(Area)


def sectors_in_order() -> Select[Sector]:
    """The district's sectors, in the order that its notices name them."""
    return select(Sector).order_by(Sector.position)
