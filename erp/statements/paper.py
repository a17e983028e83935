"""The printed page as a PDF, by WeasyPrint: an extra of the installation, `interlock[print]`."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from importlib import import_module

from erp.statements.errors import CannotPrint
from erp.statements.wording import Language

WAIT_SECONDS = 10  # for the list of fonts


def pdf(html: str, language: Language) -> bytes:
    """A page as a PDF. Raises CannotPrint, which says what is missing on this machine: WeasyPrint, Pango, or a font."""
    try:
        printer, urls = import_module("weasyprint"), import_module("weasyprint.urls")
    except ImportError:
        raise CannotPrint("WeasyPrint", "pip install 'interlock[print]'") from None
    except OSError:  # its libraries are the system's
        raise CannotPrint("Pango", "apt-get install libpango-1.0-0 libpangoft2-1.0-0") from None
    if language is Language.ZH and not _writes_chinese():
        raise CannotPrint("a font with Chinese letters", "apt-get install fonts-noto-cjk")
    nothing = urls.URLFetcher(allowed_protocols=())  # the page needs nothing from elsewhere
    return bytes(printer.HTML(string=html, url_fetcher=nothing).write_pdf())


@cache
def _writes_chinese() -> bool:
    """Whether a font of this machine has Chinese letters; True where nobody can tell."""
    lister = shutil.which("fc-list")
    if lister is None:
        return True
    try:
        found = subprocess.run(
            [lister, ":lang=zh-cn", "family"],
            capture_output=True, text=True, check=False, timeout=WAIT_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return True
    return found.returncode != 0 or bool(found.stdout.strip())
