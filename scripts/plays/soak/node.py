"""The chain of a soak: an Anvil that can be frozen, and that can be killed and come back with its blocks."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from ...devchain.devchain import DevChain

SETTLE_SECONDS = 0.2  # what was sent before mining stopped is mined by then


class MortalNode(DevChain):
    """Nobody may be waiting for a transaction of his own to be mined while it dies."""

    def freeze(self) -> None:
        """Stops the process where it stands: it holds its connections and answers nothing."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets a frozen process go on."""
        os.killpg(self.pid, signal.SIGCONT)

    def die_and_return(self) -> None:
        """Kills the process and starts it again with the blocks that it had; what was not mined yet is gone from its pool.

        Mining stops before the state is read, so that no block is in the chain that the state lacks.
        """
        self.rpc("evm_setAutomine", [False])
        time.sleep(SETTLE_SECONDS)
        state, at = self._state_file(), self.head_time()
        dumped = json.loads(gzip.decompress(bytes.fromhex(self.rpc("anvil_dumpState")[2:])))
        state.write_text(json.dumps(self._with_one_genesis(dumped)))
        self.relaunch(at + 1, ("--load-state", str(state)))

    def _with_one_genesis(self, dumped: dict[str, Any]) -> dict[str, Any]:
        """The state without the blocks 0 that Anvil made for itself at each start before it read the chain's own.

        It dumps them all, and of those that it reads back any may become its block 0.
        """
        own = int(self.rpc("eth_getBlockByNumber", ["0x0", False])["timestamp"], 16)
        blocks = [
            block
            for block in dumped["blocks"]
            if int(block["header"]["number"], 16) or int(block["header"]["timestamp"], 16) == own
        ]
        return {**dumped, "blocks": blocks}

    def _state_file(self) -> Path:
        return self._output_path().with_name("state.json")
