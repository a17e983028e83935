"""The command that voids what came of blocks that have left the chain."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import MAX_ID, Command

ORIGINS_MAX = 10_000  # events of one reorganisation

BlockHash = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
Height = Annotated[int, Field(ge=0, le=MAX_ID, strict=True)]
Origin = Annotated[str, Field(min_length=1, max_length=200)]


class RecordChainReorganisation(Command):
    """Blocks that were final have left the chain (链重组): the events of them, by origin, never happened."""

    common_block: Height  # the newest block that both chains have
    common_hash: BlockHash
    left_block: Height  # the newest block that was read, and is gone
    left_hash: BlockHash
    origins: tuple[Origin, ...] = Field(max_length=ORIGINS_MAX)
