"""The statement as one HTML page to print on A4, landscape: it needs nothing from elsewhere, and runs no script. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from erp.statements import drawing, wording
from erp.statements.model import WinWin
from erp.statements.rows import ROWS, Counted, Row
from erp.statements.wording import Language, money, word

STYLE = """
@page { size: A4 landscape; margin: 8mm 11mm }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 273mm; color: #1b1f24; background: #fff;
  font: 8.3pt/1.2 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif }
header { display: flex; justify-content: space-between; align-items: end; border-bottom: 1.6pt solid #1b1f24 }
h1 { font-size: 15pt; margin: 0; letter-spacing: .06em } h1 small { font-size: 10pt; font-weight: 400; letter-spacing: 0 }
header p { margin: 0 0 .6mm; text-align: right; font-size: 7.8pt }
@media screen { body { padding: 6mm } }
table { width: 100%; border-collapse: collapse; margin: .6mm 0; font-variant-numeric: tabular-nums }
th, td { padding: .12mm 1.6mm; text-align: right; border-bottom: .3pt solid #c9ced4; vertical-align: top }
th:first-child, td:first-child { text-align: left } thead th { border-bottom: 1pt solid #1b1f24; white-space: nowrap }
tbody tr { break-inside: avoid } thead { display: table-header-group }
tr.part td { font-weight: 700; background: #eef1f4; padding-top: .2mm } tr.sum td { font-weight: 700 }
tr.fine td { color: #4a525b; font-size: 7.8pt } tr.fine td:first-child { padding-left: 8mm }
tr.row td:first-child, tr.sum td:first-child { padding-left: 4mm }
td.total { background: #f7f9fa } tr td.minus { color: #a3361d } tr td.zero { color: #98a1aa }
sup { line-height: 0; color: #5b6570 }
.good { color: #2d6b3c } .bad { color: #fff; background: #a3361d; padding: 0 1.5mm }
.errors { border: 1.2pt solid #a3361d; padding: 1mm 3mm; margin: 2mm 0 } .errors p { margin: .5mm 0 }
.below { display: grid; grid-template-columns: 1fr 1fr; gap: 5mm; break-inside: avoid } figure { margin: 0 }
figcaption { font-weight: 700 } svg { width: 100% } svg text { font-size: 8.5px; text-anchor: middle; fill: #1b1f24 }
ul { list-style: none; margin: 1mm 0; padding: 0 } ol { margin: 1mm 0; padding-left: 5mm; font-size: 7.8pt; color: #3c444c }
"""
SUMS = frozenset({"2.2", "3.3", "4.4", "5.1"})
FINE = 2  # level of the rows that are parts of others
MINUS, ZEROS = "-", frozenset({"0", "0.00", wording.NONE})


def page(statement: WinWin, language: Language) -> str:
    """The whole page."""
    title = word("title", language)
    other = word("title", Language.EN if language is Language.ZH else Language.ZH)
    about = escape(wording.subject(statement, language))
    lang = "zh-CN" if language is Language.ZH else "en"
    return "\n".join(
        (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">',
            f"<title>{title} {about} {escape(statement.period.name)}</title><style>{STYLE}</style></head><body>",
            f"<header><h1>{title} <small>{other}</small></h1><p><b>{about}</b><br>",
            f"{word('period', language)} {escape(statement.period.name)} · {word('unit', language)}<br>",
            f"{word('as_of', language)} {statement.sequence:,} · {word('read', language)} ",
            wording.instant(statement.as_of),
            "</p></header>",
            *_errors(statement, language),
            *_table(statement, language),
            '<section class="below">',
            drawing.waterfall(statement, language),
            drawing.trend(statement, language),
            *_checks(statement, language),
            *_notes(statement, language),
            "</section></body></html>",
        )
    )


def _errors(statement: WinWin, language: Language) -> Iterator[str]:
    if statement.errors:
        told = "".join(f"<p>{escape(error)}</p>" for error in statement.errors)
        yield f'<div class="errors" role="alert"><b>{word("errors", language)}</b>{told}</div>'


def _table(statement: WinWin, language: Language) -> Iterator[str]:
    columns = wording.heads(statement, language)
    compared = f"{word('before', language)}<br><small>{escape(statement.before.name)}</small>"
    yield f"<table><thead><tr><th>{word('row', language)}</th>"
    yield "".join(f"<th>{escape(head)}</th>" for _, head in columns)
    yield f"<th>{compared}</th><th>{word('change', language)}</th></tr></thead><tbody>"
    marks = {row.code: str(i) for i, row in enumerate((r for r in ROWS if r.note), 1)}
    main = wording.main_column(statement)
    for row in ROWS:
        name = escape(wording.label(row, language))
        if row.unit is Counted.HEADING:
            yield f'<tr class="part"><td colspan="{len(columns) + 3}">{name}</td></tr>'
            continue
        mark = f"<sup>{marks[row.code]}</sup>" if row.code in marks else ""
        values = [wording.in_cell(statement, row, column) for column, _ in columns]
        before = wording.compared(row, statement.cell(row.code, main))
        cells = (_cell(v, "total" if i == 0 else "") for i, v in enumerate(values))
        yield f'<tr class="{_class(row)}"><td>{name}{mark}</td>{"".join(cells)}{"".join(map(_cell, before))}</tr>'
    yield "</tbody></table>"


def _class(row: Row) -> str:
    if row.code in SUMS:
        return "sum"
    return "fine" if row.level >= FINE else "row"


def _cell(value: str, kind: str = "") -> str:
    sign = "minus" if value.startswith(MINUS) else "zero" if value in ZEROS else ""
    classes = " ".join(filter(None, (kind, sign)))
    return f'<td class="{classes}">{value}</td>' if classes else f"<td>{value}</td>"


def _checks(statement: WinWin, language: Language) -> Iterator[str]:
    if not statement.checks:
        return
    yield f"<div><b>{word('checks', language)}</b><ul>"
    for check in statement.checks:
        name = check.name_zh if language is Language.ZH else check.name
        if check.holds:
            told = f'<span class="good">✓ {word("holds", language)}</span> {money(check.one_way)}'
        else:
            told = f'<span class="bad">✗ {word("fails", language)}</span> {money(check.one_way)} ≠ {money(check.other_way)}'
        yield f"<li>{escape(name)} {told}</li>"
    yield "</ul></div>"


def _notes(statement: WinWin, language: Language) -> Iterator[str]:
    yield f"<div><b>{word('notes', language)}</b><ol>"
    for row in ROWS:
        said = wording.note(row, language)
        if said is not None:
            yield f"<li>{row.code} {escape(said)}</li>"
    for key in ("fractions", "before_tax"):
        yield f"<li>{word(key, language)}</li>"
    others = statement.others
    if others is not None:
        yield f"<li>{word('others', language)} {money(others.books_minor)} / {money(others.accounts_minor)}</li>"
    yield "</ol></div>"
