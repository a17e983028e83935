"""A remote signer that speaks Web3Signer's API: its keys never come to this machine.

What is used of it (Web3Signer, OpenAPI document "ETH1"): `GET /upcheck`; `GET /api/v1/eth1/publicKeys`, the uncompressed
public keys as a JSON array; `POST /api/v1/eth1/sign/{public key}` with `{"data": "0x…"}`, which signs the keccak-256 of the
data and answers r, s and v as hex text. Its answers are not trusted: a signature counts when it is one of the key, of these
bytes. No text of an error has the URL's user or password, nor what the HTTP library says, which may have them.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from eth_utils.crypto import keccak

from bridge.chain.deadline import WithinItsTime
from bridge.chain.rpc import LOOPBACK
from bridge.chain.unsigned import Signature, completed
from bridge.errors import BadConfiguration, SignerRefused, SignerUnavailable

TIMEOUT_SECONDS = 3.0  # to connect, between two parts of an answer, and for all of them
ANSWER_BYTES_MAX = 65_536
PUBLIC_KEYS, SIGN, UPCHECK = "/api/v1/eth1/publicKeys", "/api/v1/eth1/sign/", "/upcheck"
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500  # HTTP statuses; from 500 on it may go well later
PUBLIC_KEY = re.compile(r"(0x)?(04)?([0-9a-fA-F]{128})")
SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")  # r, s, v
WORD_DIGITS = 64


class Remote:
    """One remote signer."""

    def __init__(
        self,
        url: str,
        ca_file: Path | None = None,
        client_file: Path | None = None,
        timeout: float = TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ca_file`: the certificates that its own is checked against; `client_file`: our own, with its key.

        Raises BadConfiguration when `url` is none, or a file is not there.
        """
        self.name, self._base, self.is_private, credentials = _parts(url)
        self._timeout = timeout
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.mount("http://", WithinItsTime())
        self._session.mount("https://", WithinItsTime())
        self._session.trust_env = (
            False  # no proxy, no .netrc: the settings alone say where it is asked
        )
        self._session.auth = credentials
        for path in (ca_file, client_file):
            if path is not None and not path.is_file():
                raise BadConfiguration(f"there is no file of certificates at {path}")
        if ca_file is not None:
            self._session.verify = str(ca_file)
        if client_file is not None:
            self._session.cert = str(client_file)

    def open(self) -> dict[str, RemoteSigner]:
        """A signer for each key that it has, by lower-case address. Raises SignerUnavailable, SignerRefused."""
        return {
            _address(listed): RemoteSigner(self, listed, _address(listed))
            for listed in self.public_keys()
        }

    def check_up(self) -> None:
        """Asks whether it is up. Raises SignerUnavailable, SignerRefused."""
        self._asked("GET", UPCHECK)

    def public_keys(self) -> list[str]:
        """The public keys that it lists, as it writes them. Raises SignerUnavailable, SignerRefused."""
        try:
            listed = json.loads(self._asked("GET", PUBLIC_KEYS))
        except ValueError:
            listed = None
        if not isinstance(listed, list) or not all(
            isinstance(each, str) and PUBLIC_KEY.fullmatch(each) for each in listed
        ):
            raise SignerRefused(f"{self.name} lists what are no public keys at {PUBLIC_KEYS}")
        return listed

    def sign(self, identifier: str, content: bytes) -> tuple[int, int]:
        """Returns r and s of its signature of the keccak-256 of these bytes. Raises SignerUnavailable, SignerRefused."""
        said = self._asked("POST", SIGN + identifier, {"data": "0x" + content.hex()})
        text = said.strip().strip('"')  # some answer in JSON
        if not SIGNATURE.fullmatch(text):
            raise SignerRefused(f"{self.name} answers with what is no signature of 65 bytes")
        digits = text[2:]
        return int(digits[:WORD_DIGITS], 16), int(digits[WORD_DIGITS : 2 * WORD_DIGITS], 16)

    def close(self) -> None:
        """Gives back its connections."""
        self._session.close()

    def _asked(self, method: str, path: str, body: dict[str, str] | None = None) -> str:
        until = self._monotonic() + self._timeout
        try:
            with self._session.request(
                method,
                self._base + path,
                json=body,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._check_status(answer.status_code, path)
                return self._text(answer, until)
        except requests.Timeout:
            raise self._too_slow() from None
        except requests.exceptions.SSLError:
            raise SignerUnavailable(
                f"{self.name} has a certificate that is not trusted: name its authority's with signer_ca_file"
            ) from None
        except (requests.RequestException, OSError, ValueError) as error:
            if self._monotonic() >= until:  # its time was over in the middle of an answer
                raise self._too_slow() from None
            raise SignerUnavailable(
                f"{self.name} does not answer ({type(error).__name__})"
            ) from None

    def _check_status(self, status: int, path: str) -> None:
        if status == OK:
            return
        if status >= SERVER_ERROR or status == TOO_MANY:
            raise SignerUnavailable(f"{self.name} answers {path} with HTTP {status}")
        raise SignerRefused(f"{self.name} refuses {path} with HTTP {status}")

    def _text(self, answer: Any, until: float) -> str:
        """The whole answer, however slowly its parts come."""
        content = bytearray()
        for part in answer.iter_content(1):
            content += part
            if len(content) > ANSWER_BYTES_MAX:
                raise SignerRefused(f"{self.name} answers more than {ANSWER_BYTES_MAX} bytes")
            if self._monotonic() > until:
                raise self._too_slow()
        return content.decode("utf-8", "replace")

    def _too_slow(self) -> SignerUnavailable:
        return SignerUnavailable(f"{self.name} does not answer within {self._timeout:g} s")


class RemoteSigner:
    """One key of a remote signer."""

    at_once = 1  # each is a request of its own, which may take long

    def __init__(self, remote: Remote, identifier: str, address: str) -> None:
        self._remote = remote
        self._identifier = identifier
        self.address = address

    def sign_all(self, contents: Sequence[bytes]) -> list[Signature]:
        """Has the keccak-256 of each content signed, one after the other. Raises SignerUnavailable, SignerRefused."""
        return [
            completed(content, *self._remote.sign(self._identifier, content), self.address)
            for content in contents
        ]


def _address(public_key: str) -> str:
    found = PUBLIC_KEY.fullmatch(public_key)
    assert found is not None  # noqa: S101 - looked at when it was listed
    return "0x" + keccak(hexstr=found[3])[-20:].hex()


def _parts(url: str) -> tuple[str, str, bool, tuple[str, str] | None]:
    """What it is called in texts, its URL without user and password, whether nobody else reads along, user and password.

    Raises BadConfiguration.
    """
    told = "signer_url has to be like https://host:9000, with neither ? nor #"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadConfiguration(told) from None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise BadConfiguration(told)
    place = f"[{host}]" if ":" in host else host
    name = f"{parts.scheme}://{place}{'' if port is None else f':{port}'}"
    base = name + parts.path.rstrip("/")  # a path may be a secret too
    private = parts.scheme == "https" or host in LOOPBACK
    if parts.username is None:
        return name, base, private, None
    return name, base, private, (unquote(parts.username), unquote(parts.password or ""))
