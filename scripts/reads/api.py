"""The ERP's API as a command uses it: a token, one answer, and every refusal in three lines with its exit code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bridge.operator.saying import say
from erp.exits import Exit

from ..shell.telling import CommandError
from .login import Login

if TYPE_CHECKING:
    import httpx

SECONDS_MAX = 30.0  # for one answer
PAGES_MAX = 1_000  # of one list
PAGE = 500  # rows of a page, the API's most
KEY_BYTES = 16
# What is wrong with the command line itself; any other refusal is a rule that said no.
USAGE_STATUSES = frozenset({400, 401, 403, 405, 413, 415, 422})
UNAUTHORIZED = 401
LATER_STATUSES = frozenset({429, 502, 503, 504})
MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "errors"})  # of RFC 9457
ADVICE = {
    401: "interlock login: the token is unknown, revoked or over",
    403: "sign in as somebody whose role may (interlock login --as NAME), then the command with --as NAME",
    404: "look at the list first, or at the number's spelling",
    422: "interlock api GET openapi.json shows what each route takes",
    429: "the same command again, later",
    503: "the same command again, later",
}


class Api:
    """One API and whoever speaks to it."""

    def __init__(self, login: Login, renew: Callable[[], Login] | None = None) -> None:
        """`renew` gives a login whose token is new, in place of one that opens nothing any more."""
        import httpx  # noqa: PLC0415 - slow, and not for help

        self.url = login.api.rstrip("/")
        self._renew = renew
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {login.token}"}, timeout=SECONDS_MAX, trust_env=False
        )

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """What a read answers. Raises CommandError."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        return self._json(self.ask("GET", path, params=given))

    def rows(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Every row of a list, page after page. Raises CommandError."""
        asked = dict(query or {}) | {"limit": PAGE}
        for _ in range(PAGES_MAX):
            page = self.get(path, asked)
            yield from page["items"]
            if page.get("next_after") is None:
                return
            asked["after"] = page["next_after"]

    def post(self, path: str, body: Any, key: str | None = None, *, dry_run: bool = False) -> Any:
        """What a write answers, told once under this key, or under a new one; of a dry run: what it would answer.

        Raises CommandError.
        """
        headers = {"Idempotency-Key": key or secrets.token_hex(KEY_BYTES)}
        query = {"dry_run": "true"} if dry_run else {}
        return self._json(self.ask("POST", path, params=query, json=body, headers=headers))

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """An answer that is no refusal. Raises CommandError."""
        import httpx  # noqa: PLC0415

        try:
            answer = self._client.request(method, self._place(path), **more)
            if self._renews(answer):
                answer = self._client.request(method, self._place(path), **more)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise silent(self.url, error) from error
        if answer.is_error:
            raise refused(answer)
        return answer

    @contextmanager
    def listening(
        self, path: str, query: Mapping[str, Any], headers: Mapping[str, str], silence: float
    ) -> Iterator[httpx.Response]:
        """An answer that is read while it comes, and may be silent for so many seconds. Raises CommandError."""
        import httpx  # noqa: PLC0415

        patience = httpx.Timeout(SECONDS_MAX, read=silence)
        asked = {"params": query, "headers": headers, "timeout": patience}
        try:
            for first in (True, False):
                with self._client.stream("GET", self._place(path), **asked) as answer:
                    if first and self._renews(answer):
                        continue
                    if answer.is_error:
                        answer.read()
                        raise refused(answer)
                    yield answer
                    return
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise silent(self.url, error) from error

    def _renews(self, answer: httpx.Response) -> bool:
        """Whether the token was over and there is a new one now: the same is to be asked once more. Raises CommandError."""
        if answer.status_code != UNAUTHORIZED or self._renew is None:
            return False
        self._client.headers["Authorization"] = f"Bearer {self._renew().token}"
        return True

    def _place(self, path: str) -> str:
        return f"{self.url}/{path.lstrip('/')}"

    @staticmethod
    def _json(answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            return answer.text


def silent(api: str, error: Exception) -> CommandError:
    """What is told of an API that does not answer."""
    return CommandError(
        say("{api} does not answer: {error}", api=api, error=str(error) or type(error).__name__),
        hint=say("is it up? `interlock up`, or `interlock login --api URL` for another one"),
        code="no-answer", exit_code=Exit.BUSY,
    )  # fmt: skip


def refused(answer: httpx.Response) -> CommandError:
    """A problem detail as three lines: what was wrong with its facts, what to do, its code."""
    try:
        problem = answer.json()
        detail = str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        problem, detail = {}, answer.reason_phrase or "no reason was given"
    faults = [f"{each['field']}: {each['message']}" for each in problem.get("errors") or ()]
    facts = [f"{name} {value}" for name, value in problem.items() if name not in MEMBERS]
    more = f" ({'; '.join(faults or facts)})" if faults or facts else ""
    code = str(problem.get("type", "")).rpartition(":")[2] or "refused"
    return CommandError(
        detail + more,
        hint=say(ADVICE.get(answer.status_code, "change what the text names: the same command is refused again")),
        code=f"{code} ({answer.status_code})",
        exit_code=exit_of(answer.status_code),
    )  # fmt: skip


def exit_of(status: int) -> Exit:
    """The exit code of an HTTP status."""
    if status in LATER_STATUSES:
        return Exit.BUSY
    if status in USAGE_STATUSES:
        return Exit.USAGE
    return Exit.DONE if status < 400 else Exit.REFUSED  # noqa: PLR2004 - HTTP's own border
