"""Conflicts between red and orange zones and what is to be protected, as they appear and end."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables from the SQL beside this file."""
    # Straight to the driver and without parameters, so that the file's % and : stay as they are.
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
