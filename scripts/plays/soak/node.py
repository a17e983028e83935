"""The chain of a soak: an Anvil that can be frozen, and that can be killed and come back with its blocks."""

from __future__ import annotations

import gzip
import os
import signal
import time
from pathlib import Path

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
        state.write_bytes(gzip.decompress(bytes.fromhex(self.rpc("anvil_dumpState")[2:])))
        self.relaunch(at + 1, ("--load-state", str(state)))

    def _state_file(self) -> Path:
        return self._output_path().with_name("state.json")
