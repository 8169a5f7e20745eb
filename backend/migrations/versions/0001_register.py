"""The register: areas, groups, sectors, enterprises, zones, receptors and corridors.

SQL, not table objects: a migration must stay what it was when the models move on.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the first tables from the SQL beside this file."""
    # Straight to the driver and without parameters, so that the file's % and : stay as they are.
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
