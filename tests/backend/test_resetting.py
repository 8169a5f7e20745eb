"""`demo --reset` starts the demonstration over and never deletes real rows."""

import pytest
from sqlalchemy import text

from backend import opening, resetting
from backend.cluster import Cluster
from backend.obstacle import Obstacle

INSERT = text("""\
INSERT INTO area (id, source, source_id, code, name, level, original_datum, is_demo)
VALUES (gen_random_uuid(), 'test', '1', '410411', '湛河区', 'district', 'EPSG:4490', :is_demo)
""")
COUNT = text("SELECT count(*) FROM area")


@pytest.mark.parametrize(("is_demo", "left"), [(True, 0), (False, 1)])
def test_only_a_database_without_real_rows_is_emptied(cluster: Cluster, is_demo: bool, left: int) -> None:
    with opening.migrated(cluster.url()) as engine, engine.begin() as connection:
        connection.execute(INSERT, {"is_demo": is_demo})
    if is_demo:
        resetting.reset(cluster)
    else:
        with pytest.raises(Obstacle, match="area 1 行"):
            resetting.reset(cluster)
    with opening.migrated(cluster.url()) as engine, engine.begin() as connection:
        assert connection.scalar(COUNT) == left
        connection.execute(text("TRUNCATE area CASCADE"))
