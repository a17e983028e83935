"""What `interlock statement win-win` does, once `erp.statement_cli` has read its arguments."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import typer

from erp.administration import reading
from erp.exits import Exit, fail
from erp.parties.kinds import FIRST_PLATFORM
from erp.statements import paper
from erp.statements.data import as_data
from erp.statements.errors import CannotPrint
from erp.statements.model import Scope, ScopeKind, WinWin
from erp.statements.page import page
from erp.statements.text import lines
from erp.statements.win_win import Asked
from erp.statements.win_win import win_win as statement_of
from erp.statements.wording import Language
from erp.statements.workbook import workbook

ONE_OF = "name one of --group, --node and --platform"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statement the command line asks for, and of which database."""

    url: str
    group: str | None
    node: str | None
    platform: str | None
    first: str | None
    last: str | None

    def scope(self) -> Scope:
        """What it is about: the first platform, when nothing is named. Ends with USAGE when two are."""
        names = {
            ScopeKind.GROUP: self.group,
            ScopeKind.NODE: self.node,
            ScopeKind.PLATFORM: self.platform,
        }
        found = [Scope(kind, code) for kind, code in names.items() if code is not None]
        if len(found) > 1:
            fail(ONE_OF, Exit.USAGE)
        return found[0] if found else Scope(ScopeKind.PLATFORM, FIRST_PLATFORM)


def show(
    wanted: Wanted,
    *,
    xlsx: Path | None,
    html: Path | None,
    pdf: Path | None,
    english: bool,
    as_json: bool,
) -> None:
    """Prints the statement, and writes it to the files that are named. Ends with REFUSED when it is not whole."""
    asked = Asked(wanted.first, wanted.last, int(time.time()))
    with reading(wanted.url) as session:
        found = statement_of(session, wanted.scope(), asked)
    language = Language.EN if english else Language.ZH
    if xlsx is not None:
        _write(xlsx, workbook(found, language))
    if html is not None:
        _write(html, page(found, language).encode())
    if pdf is not None:
        _write(pdf, _printed(found, language))
    typer.echo(
        json.dumps(as_data(found), ensure_ascii=False, indent=2) if as_json else _told(found)
    )
    if found.errors:
        raise typer.Exit(int(Exit.REFUSED))


def _printed(found: WinWin, language: Language) -> bytes:
    """The page as a PDF. Ends with USAGE when this machine cannot make one."""
    try:
        return paper.pdf(page(found, language), language)
    except CannotPrint as error:
        fail(str(error), Exit.USAGE)


def _write(path: Path, content: bytes) -> None:
    """Writes a file. Ends with USAGE when it cannot be."""
    try:
        path.write_bytes(content)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}", Exit.USAGE)
    typer.echo(f"wrote {path}", err=True)


def _told(found: WinWin) -> str:
    return "\n".join(lines(found))
