"""The report of a demo as one file without any script: figures, time line, escrow, credit, and the lines of the audit.

Both languages stand in it; two buttons choose, by style alone. It fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from . import names
from .plots import amount, both, credit_plot, day, escrow_plot, orders_plot
from .report import Result
from .story import Story

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 1060px; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0.6rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 0.4rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: 0.15rem 0.9rem 0.15rem 0; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } svg { width: 100%; min-width: 640px; height: auto; font-size: 11px; }
svg text { fill: currentColor; } .tick { text-anchor: middle; opacity: 0.7; } .level { text-anchor: end; opacity: 0.7; }
.grid { stroke: currentColor; opacity: 0.12; } .bar { stroke: #8aa; stroke-width: 2; }
.shipped { fill: #888; } .received { fill: #2a7; } .late { fill: #c33; } .paid { fill: #25c; }
.area { fill: #25c; fill-opacity: 0.25; stroke: #25c; }
.path { fill: none; stroke-width: 1.3; } .path text { stroke: none; }
.c0 { stroke: #25c; } .c1 { stroke: #c62; } .c2 { stroke: #2a7; }
.c3 { stroke: #a3a; } .c4 { stroke: #777; } .c5 { stroke: #b80; }
.key { display: inline-block; width: 0.7em; height: 0.7em; min-width: 0; margin: 0 0.3em 0 1em; }
.good { color: #187a3c; font-weight: 600; } .bad { color: #c22; font-weight: 600; }
.note { opacity: 0.75; font-size: 0.9rem; }
label { cursor: pointer; margin-right: 1rem; } summary { cursor: pointer; }
#en:checked ~ main [lang="zh"], #zh:checked ~ main [lang="en"] { display: none; }
@media print { input, label { display: none; } details { display: block; } }
"""
INVARIANTS = {
    1: "里程碑事件与单据一一对应",
    2: "每单：验收 − 违约 = 放款 = 清偿 = 离托管",
    3: "代币余额 = 持有者账户 = 资金中心欠款",
    4: "单据流整体存证",
    5: "重建账簿 = 现账",
    6: "试算为零",
    7: "单据要求的每项调用均已完成、在途或放弃",
}
HOLDS = (
    "good",
    "holds: ERP and chain tell one story, and the money adds up to the cent",
    "成立：ERP 与链讲同一个故事，钱款分文不差",
)
DOES_NOT = ("bad", "does not hold", "不成立")
LEGEND = (
    ("#888", "shipped", "发货"),
    ("#2a7", "received in time", "按时收货"),
    ("#c33", "received late", "迟到收货"),
    ("#25c", "paid", "付款"),
)


def page(result: Result, story: Story) -> str:
    """The whole file."""
    vendors = {names.code(name): name for name in result.scores}
    verdict = HOLDS if result.holds else DOES_NOT
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>interlock demo</title><style>{STYLE}</style></head><body>",
        '<input type="radio" name="lang" id="en" checked><label for="en">English</label>',
        '<input type="radio" name="lang" id="zh"><label for="zh" lang="zh-CN">中文</label><main>',
        f"<h1>{both('Purchases, played from falling stock to payment', '采购演示：从库存下降到付款')}</h1>",
        f'<p class="{verdict[0]}">{both(*verdict[1:])}</p>',
        *(f'<p class="bad">{escape(each)}</p>' for each in result.mismatches),
        *_figures(result),
        *_audit(result),
        *_orders(story, vendors),
        *_escrow(story),
        *_credit(result, story, vendors),
        f'<h2>{both("Derived, not in the data", "推导所得，数据中没有")}</h2><ul class="note">',
        *(f"<li>{escape(note)}</li>" for note in result.derived()),
        "</ul></main></body></html>\n",
    ]
    return "".join(parts)


def _figures(result: Result) -> Iterable[str]:
    money, late = result.books.money, result.lateness
    count = {
        ("lines played", "执行的采购行"): f"{len(result.plan.lines):,}",
        ("ordered, USD", "订购额，美元"): amount(money.ordered_minor),
        ("accepted, USD", "验收额，美元"): amount(money.accepted_minor),
        ("penalties for lateness, USD", "迟交违约金，美元"): amount(money.penalties_minor),
        ("paid, USD", "已付，美元"): amount(money.paid_minor),
        ("refunded from escrow, USD", "托管退回，美元"): amount(money.refunded_minor),
        ("late · on time · early", "迟到 · 准时 · 提前"): f"{late.late_lines} · {late.on_time_lines} · {late.early_lines}",
        ("documents · entries", "单据 · 分录"): f"{result.books.documents:,} · {result.books.entries:,}",
        ("transactions · events", "交易 · 事件"): f"{result.chain.transactions:,} · {len(result.chain.events):,}",
    }  # fmt: skip
    yield f"<h2>{both('Figures', '数字')}</h2>"
    yield _table((), [(both(*name), escape(value)) for name, value in count.items()], numbers={1})


def _audit(result: Result) -> Iterable[str]:
    yield f"<h2>{both(f'Audit at block {result.audit.block:,}', f'审计，区块 {result.audit.block:,}')}</h2>"
    rows = [
        (
            '<span class="good">✓</span>' if each.holds else '<span class="bad">✗</span>',
            f"{each.id} " + both(each.name, INVARIANTS.get(each.id, each.name)),
            f"{each.checked:,}",
            f"{each.found:,}",
        )
        for each in result.audit.invariants
    ]
    heads = (
        "",
        both("invariant", "不变式"),
        both("checked", "核对数"),
        both("differences", "差异"),
    )
    yield _table(heads, rows, numbers={2, 3})


def _orders(story: Story, vendors: dict[str, str]) -> Iterable[str]:
    yield f"<h2>{both('Time line of the orders', '订单时间线')}</h2><p>"
    for colour, english, chinese in LEGEND:
        circle = f'<circle cx="4" cy="4" r="4" fill="{colour}"/>'
        yield f'<svg class="key" viewBox="0 0 8 8">{circle}</svg>'
        yield both(english, chinese)
    yield f'</p><div class="scroll">{orders_plot(story.orders)}</div>'
    rows = [
        (
            *(escape(text) for text in (each.number, vendors.get(each.supplier, each.supplier))),
            amount(each.amount_minor),
            *(day(at) if at else "–" for at in (each.opened_at, each.promised_at, each.received_at, each.paid_at)),
            str(each.days_late),
        )
        for each in story.orders
    ]  # fmt: skip
    heads = (
        both("order", "订单"), both("supplier", "供应商"), both("amount", "金额"), both("opened", "下单"),
        both("promised", "承诺"), both("received", "收货"), both("paid", "付款"), both("days late", "迟到天数"),
    )  # fmt: skip
    yield _details(_table(heads, rows, numbers={2, 7}))


def _escrow(story: Story) -> Iterable[str]:
    yield f"<h2>{both('Escrow over time, USD', '托管余额，美元')}</h2>"
    yield f'<div class="scroll">{escrow_plot(story.escrow)}</div>'
    rows = [(day(at), amount(held)) for at, held in story.escrow]
    yield _details(_table((both("day", "日"), both("in escrow", "托管中")), rows, numbers={1}))


def _credit(result: Result, story: Story, vendors: dict[str, str]) -> Iterable[str]:
    paths = {vendors.get(code, code): path for code, path in story.credit.items()}
    title = both("Credit paths, basis points", "信用路径，基点")
    begins = both(
        f"everybody began at {result.newcomer_bps:,}", f"人人从 {result.newcomer_bps:,} 起步"
    )
    yield f'<h2>{title}</h2><p class="note">{begins}</p>'
    if not paths:
        return
    yield f'<div class="scroll">{credit_plot(paths, result.newcomer_bps)}</div>'
    rows = [
        (
            escape(name),
            f"{len(path):,}",
            f"{path[-1][1]:,}",
            f"{path[-1][1] - result.newcomer_bps:+,}",
        )
        for name, path in sorted(paths.items(), key=lambda each: -each[1][-1][1])
    ]
    heads = (
        both("supplier", "供应商"),
        both("outcomes", "结果数"),
        both("score", "分数"),
        both("moved", "变动"),
    )
    yield _details(_table(heads, rows, numbers={1, 2, 3}))


def _details(table: str) -> str:
    return f"<details><summary>{both('as a table', '表格')}</summary>{table}</details>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: set[int]) -> str:
    """A table of cells that are HTML already; columns of numbers stand right."""
    kind = [
        'class="n"' if place in numbers else ""
        for place in range(len(rows[0]) if rows else len(heads))
    ]
    top = "".join(f"<th {kind[place]}>{head}</th>" for place, head in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(f"<td {kind[place]}>{cell}</td>" for place, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table>{f"<tr>{top}</tr>" if heads else ""}{body}</table></div>'
