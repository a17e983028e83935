"""Whether a play goes by the chain's own clock, which nobody moves: what the options say together."""

from __future__ import annotations

from bridge.errors import BadConfiguration

from ...deployment.consensus import Named, named
from ...deployment.deploy import ONE_NODE
from ...network.programs import built
from .clocks import Time
from .errors import Unusable
from .node import check_chain, is_network


def agreed(chain: str, clock: Time | None, consensus: tuple[str, int | None]) -> tuple[bool, Named]:
    """Whether it goes by the chain's clock, and how that chain agrees. Raises Unusable where the options do not fit."""
    check_chain(chain, networks=True)
    found = ONE_NODE
    try:
        if is_network(chain):
            built(chain)
        else:
            found = named(*consensus, ())
    except BadConfiguration as error:
        raise Unusable(str(error)) from error
    by_the_clock = clock is Time.REAL or (clock is None and is_network(chain))
    if is_network(chain) and not by_the_clock:
        raise Unusable(f"nobody can move the time of {chain}: it is played by --clock real")
    if is_network(chain) and consensus != (ONE_NODE.consensus, None):
        raise Unusable(
            f"--chain {chain} says its consensus itself: leave out --consensus, --finality"
        )
    if found != ONE_NODE and not by_the_clock:
        raise Unusable("a chain of several nodes goes by its own clock: add --clock real")
    if by_the_clock and not is_network(chain) and "://" not in chain:
        raise Unusable(f"{chain} mines when somebody acts: its time does not go on by itself")
    return by_the_clock, found
