"""An index for the lists of a township, in place of those of places in metres, which nothing asked."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the indexes by the SQL beside this file."""
    # Straight to the driver and without parameters, so that the file's % and : stay as they are.
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
