"""Statistics of the register on request: the application owns no table, and only an owner may analyze one."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The tables are named in full: nobody's temporary table is analyzed in their place, with the owner's rights.
ANALYZE_REGISTER = """\
CREATE FUNCTION analyze_register() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    ANALYZE public.area, public.unit_group, public.enterprise, public.zone, public.receptor, public.corridor;
END
$$
"""


def upgrade() -> None:
    """Add the one function; who may call it is said in backend/migrations/grants.py."""
    op.execute(ANALYZE_REGISTER)
