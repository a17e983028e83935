"""`interlock bridge quarantine ...`: what an operator types about what is parked."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.errors import BadConfiguration
from bridge.operator.options import Settings, with_settings
from bridge.operator.reasons import Lang

if TYPE_CHECKING:
    from bridge.operator.quarantine import Fate, Quarantine
    from bridge.store.quarantine import Operator, Parked

EXIT_FAILED = 1  # something of what was asked stays parked
LEFT_SHOWN = 20  # of those that stay parked, by name

app = typer.Typer(
    no_args_is_help=True,
    help="""What is parked: look, retry, resolve. Every act is recorded with who and why.

    A refused event is parked with the later events of its order or account; a refused or reverted call holds what comes
    after it in the same way. All others go on.

    In this order: `list` groups what was parked alike; `show KEY` tells one with its reason, what waits behind it and what
    to do; once the cause is gone, `retry KEY --all-like --why "registered them"` puts all of that group back in line, in the
    order of the chain, so that what the first does lets the later succeed. What was settled by other means: `resolve KEY
    --why "…"`.

    Reasons are told in English and Chinese; `--lang zh` or `--lang en` tells them in one.""",
)

AsJson = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]
Language = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help="Reasons in this language alone.")
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="Position of a quarantined event, key of a stuck call, or number of a document: "
        "PO-2026-00001 means what is parked in its order.",
    ),
]
AllLike = Annotated[
    bool,
    typer.Option(
        "--all-like", help="And all that were parked alike: same event or call, same reason."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask when it is more than one.")]
Who = Annotated[
    str | None, typer.Option("--who", help="Who does it; by default the user of this machine.")
]
Why = Annotated[str, typer.Option("--why", help="Why; it stands in the record of the act.")]


@app.callback()
@with_settings
def _(settings: Settings) -> None:
    """Remembers the options that stand before the command."""


@app.command("list")
@with_settings
def show_list(settings: Settings, lang: Language = None, as_json: AsJson = False) -> None:
    """Show what is parked, alike things together: how many, why, since when, and what waits behind them.

    Asks no node and needs no keys.
    """
    chosen = _lang(lang)
    found = _quarantine(settings, asks_node=False)
    groups, acts = found.groups(), found.newest_acts()
    if as_json:
        from bridge.operator.quarantine import act_as_json, group_as_json

        _print({"groups": [*map(group_as_json, groups)], "acts": [*map(act_as_json, acts)]})
        return
    from bridge.operator.quarantine_printing import print_acts, print_groups

    print_groups(groups, chosen)
    print_acts(acts)


@app.command()
@with_settings
def show(key: Name, settings: Settings, lang: Language = None, as_json: AsJson = False) -> None:
    """Show one event or call: its fields, why it is parked, what waits behind it, what was done, and what to do.

    One that an operator has dealt with is shown too, with its history. Asks no node and needs no keys.
    """
    chosen = _lang(lang)
    found = _quarantine(settings, asks_node=False).shown(key)
    if as_json:
        from bridge.operator.quarantine import shown_as_json

        _print(shown_as_json(found))
        return
    from bridge.operator.quarantine_printing import print_shown

    print_shown(found, chosen)


@app.command()
@with_settings
def retry(
    key: Name,
    settings: Settings,
    why: Why,
    all_like: AllLike = False,
    who: Who = None,
    yes: Yes = False,
) -> None:
    """Put what is parked back in line, after you removed its cause. A call is made anew from its document.

    Exit 1 when some stay parked: a call that its document cannot ask for yet. The daemon books and sends what is back in
    line.
    """
    found = _quarantine(settings)
    by = _operator(who, why)
    parked = _chosen(found, key, all_like)
    _confirm(parked, "put back in line", yes=yes)
    _tell(found.retry(parked, by), len(parked), "back in line")


@app.command()
@with_settings
def resolve(
    key: Name,
    settings: Settings,
    why: Why,
    all_like: AllLike = False,
    who: Who = None,
    yes: Yes = False,
) -> None:
    """Mark what is parked as dealt with by a person, so that what waits behind it goes on.

    An event is never booked, a call never sent by the bridge, and the audit goes on naming both with who and why. Calls of
    the bridge itself, such as anchors, cannot be given up.
    """
    found = _quarantine(settings)
    by = _operator(who, why)
    parked = _chosen(found, key, all_like)
    _confirm(parked, "given up for good", yes=yes)
    _tell(found.resolve(parked, by), len(parked), "dealt with")


def _quarantine(settings: Settings, *, asks_node: bool = True) -> Quarantine:
    """The quarantine of the bridge that the settings name."""
    config = settings.config()
    from bridge.chain.deployment import load

    load(config.deployment)  # what is missing is told before web3 is loaded
    from bridge.bootstrap import Access, build
    from bridge.operator.quarantine import Quarantine

    return Quarantine(build(config, access=Access.READ if asks_node else Access.LOOK))


def _lang(typed: str | None) -> Lang | None:
    """The language that was asked for. Raises BadConfiguration for one that there is not."""
    if typed is None:
        return None
    try:
        return Lang(typed)
    except ValueError as error:
        raise BadConfiguration(f"--lang {typed} is neither zh nor en") from error


def _operator(who: str | None, why: str) -> Operator:
    """Who acts. Raises BadConfiguration when nobody can be named, or nothing is said."""
    from bridge.store.quarantine import Operator

    if who is None:
        try:
            who = getpass.getuser()
        except (KeyError, OSError) as error:
            raise BadConfiguration(
                "this machine does not know who you are: say it with --who"
            ) from error
    return Operator(who, why)


def _chosen(found: Quarantine, key: str, all_like: bool) -> Sequence[Parked]:
    one = found.named(key)
    return found.likes(one) if all_like else [one]


def _confirm(parked: Sequence[Parked], what: str, *, yes: bool) -> None:
    """Asks before more than one is touched. Raises BadConfiguration where nobody can be asked."""
    if len(parked) == 1 or yes:
        return
    said = f"{len(parked):,} × {parked[0].what}, from {parked[0].key} to {parked[-1].key}"
    if not sys.stdin.isatty():
        raise BadConfiguration(f"{said} would be {what}: say --yes")
    typer.confirm(f"{said}: shall they be {what}?", abort=True)


def _tell(done: Iterator[Fate], asked: int, what: str) -> None:
    """Says what became of them, also when the node goes away in between. Exit 1 when some stay parked."""
    from bridge.operator.quarantine import LIKES_MAX

    moved = 0
    left: list[Fate] = []
    try:
        for each in done:
            if each.status is None:
                left.append(each)
                continue
            moved += 1
            if asked == 1:
                typer.echo(f"{each.key} is {each.status}")
    finally:
        if asked > 1:
            more = "; there may be more: type it again" if asked == LIKES_MAX else ""
            typer.echo(f"{moved:,} of {asked:,} are {what}{more}")
        for each in left[:LEFT_SHOWN]:
            typer.echo(f"{each.key} stays parked: {each.refused}", err=True)
        if len(left) > LEFT_SHOWN:
            typer.echo(f"… and {len(left) - LEFT_SHOWN:,} more stay parked", err=True)
    if left:
        raise typer.Exit(EXIT_FAILED)


def _print(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
