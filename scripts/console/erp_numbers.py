"""Numbers of the ERP for ids on chain: PO-2026-00001 for order 1. Read over HTTP from the ERP's document log.

Which ERP that is stands in a JSON file, {"api": URL, "token": a token that may read documents, "deployment": path, "clerks":
path of a JSON file of clerks and their tokens, for who also writes}: `interlock up` writes one, `python -m scripts.console
--erp FILE` names another.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import NotThere, OpsError

NUMBER = re.compile(r"[A-Z]{2,4}-[0-9]{4}-[0-9]{5,}")
TENDER, ORDER = "tender", "purchase_order"  # types of documents in the ERP
AUCTION, DIRECT, BET = "auction", "direct_order", "bet_contract"
SALE, REDEMPTION = "capacity_sale", "capacity_redemption"
GROUP = "group_order"
CLAIM, PART = "receivable", "receivable_split"
# the field that holds the id on chain
ID_FIELDS = {
    TENDER: "tender_id",
    ORDER: "order_id",
    AUCTION: "auction_id",
    DIRECT: "direct_order_id",
    BET: "bet_id",
    SALE: "sale_id",
    REDEMPTION: "redemption_id",
    GROUP: "group_id",
    CLAIM: "claim_id",
    PART: "part_id",
}
NAMES = {
    TENDER: "tender",
    ORDER: "order",
    AUCTION: "auction",
    DIRECT: "direct order",
    BET: "bet",
    SALE: "sale",
    REDEMPTION: "redemption",
    GROUP: "group",
    CLAIM: "claim",
    PART: "part of a claim",
}
PAGE = 100
PAGES_MAX = 10_000
TIMEOUT_SECONDS = 10


class Erp:
    """The numbers that one ERP gave what stands on chain, read from its document log and kept up to date on demand.

    `clerks`: the file with the tokens of those in whose name papers are handed in.
    """

    def __init__(self, api: str, token: str, clerks: Path | None = None) -> None:
        self.api = api.rstrip("/")
        self._token, self._clerks = token, clerks
        self._read_to = 0
        self._ids: dict[tuple[str, str], int] = {}
        self._numbers: dict[tuple[str, int], str] = {}
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def id_of(self, kind: str, number: str) -> int | None:
        """Id on chain of a document of this type with this number; None when the log has none. Raises OpsError."""
        if (kind, number) not in self._ids:
            self._read()
        return self._ids.get((kind, number))

    def number_of(self, kind: str, chain_id: int) -> str | None:
        """Number of the document of this type that bears this id; None when the log has none. Raises OpsError."""
        if (kind, chain_id) not in self._numbers:
            self._read()
        return self._numbers.get((kind, chain_id))

    def _read(self) -> None:
        """Takes in what the log holds since the last time."""
        for _ in range(PAGES_MAX):
            wanted = [("type", kind) for kind in ID_FIELDS]
            query = urllib.parse.urlencode([*wanted, ("after", self._read_to), ("limit", PAGE)])
            items = self._get(f"/documents?{query}")["items"]
            for item in items:
                self._take(item)
            if len(items) < PAGE:
                return

    def _take(self, document: Mapping[str, Any]) -> None:
        kind, number = str(document["type"]), str(document["number"])
        chain_id = int(document["fields"][ID_FIELDS[kind]])
        self._ids[kind, number] = chain_id
        self._numbers[kind, chain_id] = number
        self._read_to = int(document["sequence"])

    def read(self, path: str) -> Any:
        """What the ERP answers to a read with the token of the console's file. Raises OpsError."""
        return self._get(path)

    def hand_in(self, clerk: str, path: str, paper: Mapping[str, Any]) -> Any:
        """What the ERP answers to a paper that a clerk hands in. Raises NotThere of an unknown clerk, OpsError."""
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        return self._ask(path, self._token_of(clerk), headers, json.dumps(paper).encode())

    def _token_of(self, clerk: str) -> str:
        known = json.loads(self._clerks.read_text("utf-8")) if self._clerks is not None else {}
        if clerk not in known:
            raise NotThere(
                f"no token of a clerk {clerk} is known here; there are: {', '.join(known) or 'none'}"
            )
        return str(known[clerk])

    def _get(self, path: str) -> Any:
        return self._ask(path, self._token, {})

    def _ask(
        self, path: str, token: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Any:
        request = urllib.request.Request(  # noqa: S310 - http or https, as `from_file` checked
            self.api + path, body, {"Authorization": f"Bearer {token}", **headers}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise OpsError(f"the ERP at {self.api} refuses: {_why(error)}") from None
        except (OSError, ValueError) as error:
            raise OpsError(f"the ERP at {self.api} does not answer: {error}") from None


def _why(error: urllib.error.HTTPError) -> str:
    """What a refusal says, or its status where it says nothing."""
    try:
        return str(json.load(error)["detail"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"{error.code} {error.reason}"


_erp: list[Erp] = []


def use(erp: Erp | None) -> None:
    """From now on this ERP's numbers are known to the helpers; None: no ERP is."""
    _erp[:] = [] if erp is None else [erp]


def from_file(path: Path, deployment: Path | None = None) -> Erp | None:
    """The ERP that a file names; None when the file speaks of another deployment. Raises OpsError, FileNotFoundError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        api, token = str(found["api"]), str(found["token"])
        clerks = Path(found["clerks"]) if "clerks" in found else None
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OpsError(
            f"{path} names no ERP ({error!r}): it holds api, token and deployment"
        ) from None
    if not api.startswith(("http://", "https://")):
        raise OpsError(f"{path}: api is an http:// or https:// URL, not {api!r}")
    if deployment is not None and Path(str(found.get("deployment"))) != deployment.resolve():
        return None
    return Erp(api, token, clerks)


def is_number(text: str) -> bool:
    """True of a text like PO-2026-00001."""
    return NUMBER.fullmatch(text) is not None


def id_of(kind: str, number: str) -> int:
    """Id on chain of a tender, an order and the like by its number in the ERP. Raises NotThere, OpsError."""
    if not _erp:
        raise NotThere(
            f"no ERP is known here that tells what {number} is: give the id on chain, or open the console with --erp FILE"
        )
    found = _erp[0].id_of(kind, number)
    if found is None:
        raise NotThere(f"the ERP at {_erp[0].api} has no {NAMES[kind]} {number}")
    return found


def account_of(code: str) -> str | None:
    """Settlement account of the party with this code; None when no ERP is known, it is silent, or has none."""
    try:
        query = urllib.parse.urlencode({"code": code})
        items = _erp[0].read(f"/parties?{query}")["items"] if _erp else []
    except OpsError:
        return None
    return str(items[0]["account"]) if items else None


def books() -> Erp:
    """The ERP that papers are handed in to and read from. Raises NotThere."""
    if not _erp:
        raise NotThere("no ERP is known here: open the console with --erp FILE")
    return _erp[0]


def head(kind: str, chain_id: int) -> str:
    """The number and a comma, to begin a line with; nothing when no number is known."""
    number = number_of(kind, chain_id)
    return f"{number}, " if number else ""


def number_of(kind: str, chain_id: int) -> str | None:
    """Number in the ERP of a tender, an order and the like; None when no ERP is known, it is silent, or has none."""
    try:
        return _erp[0].number_of(kind, chain_id) if _erp else None
    except OpsError:
        return None  # the ERP is down: what the chain says is shown without it
