"""History in recorded time: every version of a row stays, with the period in which it was the register's word."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the functions from the SQL beside this file, and the history of the tables that there are."""
    # Straight to the driver and without parameters, so that the file's % and : stay as they are.
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
