"""Areas of external safety distance (外部安全防护距离) from evaluation reports."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table from the SQL beside this file."""
    # Straight to the driver and without parameters, so that the file's % and : stay as they are.
    op.get_bind().connection.cursor().execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
