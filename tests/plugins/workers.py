"""The tests in several processes, by pytest-xdist: file by file, in the order in which they were collected.

Each worker has its own chain, databases and folders; nothing is shared but `build/`. The long programs of
`tests/plugins/background.py` run beside one worker alone. It also takes the files that judge them, when no other file
is left. Groups of xdist itself would say the same, but its release 3.8 writes them where pytest 9.2 does not read.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

try:
    from xdist.scheduler import LoadScopeScheduling
except ImportError:  # the contracts' own environments have pytest and no xdist
    LoadScopeScheduling = object

OWNER = "gw0"
JUDGES = "judges"
JUDGING = "pytest.mark.background("


def runs_programs(config: pytest.Config) -> bool:
    """Whether this process runs the long programs: the first worker, or the only process."""
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    return worker.get("workerid", OWNER) == OWNER


@cache
def judges(file: Path) -> bool:
    """Whether a test of this file judges a long program."""
    return JUDGING in file.read_text(encoding="utf-8")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A worker takes the next file; those that judge programs are one piece of work, for the worker that runs these."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return JUDGES if judges(self.config.rootpath / file) else file

    def _assign_work_unit(self, node: Any) -> None:
        if JUDGES in self.workqueue:
            self.workqueue.move_to_end(JUDGES)
            if len(self.workqueue) == 1 and not self._may_judge(node):
                node.shutdown()  # it ends with what it has
                return
        super()._assign_work_unit(node)

    def _may_judge(self, node: Any) -> bool:
        return node.gateway.id == OWNER or all(each.gateway.id != OWNER for each in self.nodes)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    config.option.loadscopereorder = False  # files with few tests are not the quick ones
    return ByFile(config, log)
