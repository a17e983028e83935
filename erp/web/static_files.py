"""Files that pages load, and the two pages that people take along as files of their own."""

from __future__ import annotations

from pathlib import PurePath

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from erp.web.render import HEADERS

PAGE = ".html"  # checker and signer: one file each, with its programs in it


class OwnFiles(StaticFiles):
    """The folder of static files.

    Its pages are saved and shown in no other page: one of them signs, and a page around it could lead a person's clicks.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file. Pages come as attachments, under the rules of all pages of the house."""
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = HEADERS["X-Content-Type-Options"]
        if PurePath(path).suffix == PAGE:
            name = PurePath(path).name
            response.headers.update(
                HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
            )
        return response
