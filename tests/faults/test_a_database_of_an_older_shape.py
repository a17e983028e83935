"""Attack 9, all honest: the bridge of today is started on the database of an older one, whose first migration was another.

Until a first release that migration is edited where it stands, under the same name. What the tables lack was met by each
stage as a busy database, for ever.
"""

from __future__ import annotations

import pytest

from bridge.errors import WrongDeployment
from tests.world import World


def test_a_database_whose_tables_lack_a_column_is_refused_by_name(world: World) -> None:
    world.sql("DROP INDEX ix_bridge_outbox_traced")
    world.sql("ALTER TABLE bridge_outbox DROP COLUMN traced")
    with pytest.raises(WrongDeployment, match="another version of interlock"):
        world.reopen()
