"""Every table in one place, for the migrations: importing this module fills `Base.metadata`."""

from backend import revisions
from backend.database import Base
from backend.enterprises import models as enterprises
from backend.importing import models as importing
from backend.jurisdictions import models as jurisdictions
from backend.surroundings import models as surroundings
from backend.zones import models as zones

TABLES = (enterprises, importing, jurisdictions, revisions, surroundings, zones)
METADATA = Base.metadata
