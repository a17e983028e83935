"""The pictures in the READMEs are taken here, of a house with one purchase, so that they are true: `make screenshots`."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from erp.kernel.roles import Role

from .conftest import Person

ROOT = Path(__file__).parents[3]
KEPT = ROOT / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 800  # pixels
ORDER = "PO-2026-00001"
# Name of the picture, page, role, language, and what must be seen in it.
PICTURES = (
    ("order.png", f"/app/orders/{ORDER}", Role.FINANCE, "en", ORDER),
    ("books.png", "/app/books", Role.FINANCE, "zh", "试算平衡"),
    ("tender.png", "/app/tenders/TND-2026-00001", Role.BUYER, "zh", "TND-2026-00001"),
)
pytestmark = [
    pytest.mark.sqlite("a browser sees no database"),
    pytest.mark.slow,
    pytest.mark.node,
]
SignIn = Callable[..., Person]


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height in the head of a PNG."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize(("name", "path", "role", "language", "seen"), PICTURES)
def test_a_picture_of_the_readme_is_one_of_the_page_as_it_is(
    sign_in: SignIn, name: str, path: str, role: Role, language: str, seen: str
) -> None:
    options: dict[str, Any] = {"viewport": {"width": WIDTH, "height": HEIGHT}}
    page = sign_in(role, language, **options).open(path)
    assert seen in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    taken = page.screenshot()
    assert size_of(taken) == (WIDTH, HEIGHT)
    if os.environ.get("SCREENSHOTS"):
        KEPT.mkdir(exist_ok=True)
        (KEPT / name).write_bytes(taken)
    assert size_of((KEPT / name).read_bytes()) == (WIDTH, HEIGHT)


def test_both_readmes_show_these_pictures_and_no_others() -> None:
    names = [name for name, *_ in PICTURES]
    assert sorted(each.name for each in KEPT.iterdir()) == sorted(names)
    for readme in ("README.md", "README.zh.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert re.findall(r"\]\(docs/screenshots/([^)]+)\)", text) == names, readme
