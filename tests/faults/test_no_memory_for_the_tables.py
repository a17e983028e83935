"""Attack 9, all honest: there is no memory for a moment where a daemon first makes a row of the ERP.

What SQLAlchemy knows of all tables is put together at the first use of any; where that fails once, it refuses every later
use in that process, so that each event that comes is parked as a bug until somebody starts the daemon anew.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from scripts.devchain.devchain import ROOT
from tests.world import World

OPENS = {
    "a daemon": "from bridge.ports.embedded import open_embedded; open_embedded(sys.argv[1], os.urandom)",
    "the API": "from erp.app import create_app; from erp.api.settings import Settings; create_app(Settings(sys.argv[1]))",
}
# Somebody opens the books, has no memory for a moment, and books a row before and after it.
LIFE = """
import os, sys
from sqlalchemy.orm import Mapper
from erp.stock.tables import StockLevel
{opens}
configures = Mapper._post_configure_properties

def none_left(mapper):
    raise MemoryError

Mapper._post_configure_properties = none_left
try:
    StockLevel(entity="BUYER", item="STEEL")
except MemoryError:
    pass
Mapper._post_configure_properties = configures
StockLevel(entity="BUYER", item="STEEL")
"""


@pytest.mark.parametrize("who", OPENS)
def test_who_had_no_memory_for_a_moment_books_afterwards(world: World, who: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIFE.format(opens=OPENS[who]), world.db],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-400:]
