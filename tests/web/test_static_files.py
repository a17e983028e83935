"""The two pages that people take along are saved, and no other page can show them within itself."""

from __future__ import annotations

import pytest

from erp.web.render import HEADERS
from tests.api.house import House

from .browser import Browser

pytestmark = pytest.mark.sqlite("files know no database")


@pytest.mark.parametrize("name", ["signer.html", "checker.html"])
def test_no_page_frames_the_signer_or_the_checker(house: House, name: str) -> None:
    answer = Browser(house).get(f"/app/static/js/{name}")
    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert {key: answer.headers[key] for key in HEADERS} == HEADERS


def test_programs_and_styles_are_no_attachments(house: House) -> None:
    for path in ("js/live.js", "workbench.css"):
        answer = Browser(house).get(f"/app/static/{path}")
        assert answer.status_code == 200
        assert "Content-Disposition" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
