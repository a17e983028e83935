"""A remote signer, asked over HTTP: it is a real one of a few lines, and everything that it can do wrong is tried."""

from __future__ import annotations

import base64
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from bridge.chain import unsigned
from bridge.chain.remote import Remote, RemoteSigner
from bridge.chain.signer import Guarded
from bridge.commitments.keccak import keccak
from bridge.errors import BadConfiguration, BridgeError, SignerRefused, SignerUnavailable
from tests.bridge.signers import ADDRESSES, CHAIN_ID, HOUSE, KEYS, permits
from tests.bridge.test_holding import a_call
from tests.signer import STATUSES, RunningSigner, running_signer

KEEPER = HOUSE["keeper"]
TIMEOUT_SECONDS = 0.5
PATIENT_SECONDS = 20.0
SECRET = "s3cr:t@pass"


@pytest.fixture(scope="module")
def process() -> Iterator[RunningSigner]:
    with running_signer(list(KEYS.values())) as running:
        yield running


@pytest.fixture
def running(process: RunningSigner) -> RunningSigner:
    process.behave("well")
    return process


@pytest.fixture
def signer(running: RunningSigner) -> RemoteSigner:
    return Remote(running.url, timeout=TIMEOUT_SECONDS).open()[KEEPER]


def test_it_signs_with_every_key_that_it_lists(running: RunningSigner) -> None:
    remote = Remote(running.url + "/")
    remote.check_up()
    signers = remote.open()
    assert set(signers) == set(ADDRESSES.values())
    for name, address in ADDRESSES.items():
        made = unsigned.signed(CHAIN_ID, a_call(name), signers[address].sign_all([a_call(name)])[0])
        theirs = Account.from_key(KEYS[name]).unsafe_sign_hash(keccak(a_call(name)))
        assert (int(theirs.r), int(theirs.s)) == (
            signers[address].sign_all([a_call(name)])[0].r, signers[address].sign_all([a_call(name)])[0].s,
        )  # fmt: skip
        assert str(Account.recover_transaction(made.raw)).lower() == address


def test_a_signature_in_json_is_taken_too(running: RunningSigner, signer: RemoteSigner) -> None:
    running.behave("json")
    assert signer.sign_all([a_call("keeper")])[0].r


TROUBLES = {
    "wrong key": (SignerRefused, f"is not of {KEEPER}, or not of these bytes"),
    "other bytes": (SignerRefused, f"is not of {KEEPER}, or not of these bytes"),
    "high s": (SignerRefused, "an s that no node takes"),
    "short": (SignerRefused, "no signature of 65 bytes"),
    "no hex": (SignerRefused, "no signature of 65 bytes"),
    "empty": (SignerRefused, "no signature of 65 bytes"),
    "endless": (SignerRefused, "answers more than 65536 bytes"),
    "unknown": (SignerRefused, "with HTTP 404"),
    "bad request": (SignerRefused, "with HTTP 400"),
    "forbidden": (SignerRefused, "with HTTP 403"),
    "elsewhere": (SignerRefused, "with HTTP 307"),
    "error": (SignerUnavailable, "with HTTP 500"),
    "busy": (SignerUnavailable, "with HTTP 429"),
    "slow": (SignerUnavailable, "does not answer within 0.5 s"),
    "drip": (SignerUnavailable, "does not answer within 0.5 s"),
}


@pytest.mark.parametrize("behaviour", TROUBLES)
def test_whatever_it_does_wrong_is_told_in_time_and_no_signature_comes_of_it(
    running: RunningSigner, signer: RemoteSigner, behaviour: str
) -> None:
    kind, told = TROUBLES[behaviour]
    running.behave(behaviour)
    if (
        behaviour == "endless"
    ):  # it is read byte by byte: a busy machine needs more than half a second for so many
        signer = Remote(running.url, timeout=PATIENT_SECONDS).open()[KEEPER]
    began = time.monotonic()
    with pytest.raises(kind, match=told):
        signer.sign_all([a_call("keeper")])
    patience = PATIENT_SECONDS if behaviour == "endless" else TIMEOUT_SECONDS
    assert time.monotonic() - began < patience + 1.5
    running.behave("well")
    assert signer.sign_all([a_call("keeper")])[0].r


def test_what_is_wrong_may_later_be_right_or_needs_a_person(running: RunningSigner) -> None:
    remote = Remote(running.url, timeout=TIMEOUT_SECONDS)
    for behaviour, status in STATUSES.items():
        running.behave(behaviour)
        kind = SignerUnavailable if status in {429, 500} else SignerRefused
        for asked in (remote.check_up, remote.open):
            with pytest.raises(kind, match=f"with HTTP {status}"):
                asked()
    running.behave("garbled keys")
    with pytest.raises(SignerRefused, match="lists what are no public keys"):
        remote.open()


def test_one_that_is_down_is_waited_for_and_found_again() -> None:
    with running_signer([KEYS["keeper"]]) as first:
        remote = Remote(first.url, timeout=TIMEOUT_SECONDS)
        signer = remote.open()[KEEPER]
        first.stop()
        with pytest.raises(SignerUnavailable, match=f"{first.url} does not answer"):
            signer.sign_all([a_call("keeper")])
        with pytest.raises(SignerUnavailable):
            remote.check_up()
        with running_signer([KEYS["keeper"]], port=first.port):
            assert signer.sign_all([a_call("keeper")])[0].r


def test_it_never_sees_what_the_key_may_not_sign(running: RunningSigner) -> None:
    guarded = Guarded(Remote(running.url).open()[KEEPER], permits())
    before = running.asked()
    with pytest.raises(BridgeError, match="never signs"):
        guarded.sign_all([a_call("attester")])
    assert running.asked() == before
    assert guarded.sign_all([a_call("keeper")])[0].r
    assert running.asked() == [*before, a_call("keeper").hex()]


def test_user_and_password_of_the_url_are_shown_to_the_signer_and_to_nobody_else() -> None:
    whole = "Basic " + base64.b64encode(f"bri@dge:{SECRET}".encode()).decode()
    with running_signer([KEYS["keeper"]], authorization=whole) as running:
        place = f"bri%40dge:s3cr%3At%40pass@127.0.0.1:{running.port}"
        remote = Remote(f"http://{place}", timeout=TIMEOUT_SECONDS)
        signer = remote.open()[KEEPER]
        assert signer.sign_all([a_call("keeper")])[0].r
        texts = [remote.name, repr(remote), str(vars(signer))]
        with pytest.raises(SignerRefused, match="HTTP 401") as refused:
            Remote(f"http://bridge:wrong-s3cr@127.0.0.1:{running.port}").open()
        texts.append(str(refused.value))
        running.behave("unknown")
        running.stop()
        for asked in (remote.check_up, remote.open, lambda: signer.sign_all([a_call("keeper")])[0]):
            with pytest.raises(SignerUnavailable) as away:
                asked()
            texts += [str(away.value), repr(away.value.__cause__)]
            assert away.value.__suppress_context__  # a traceback would print what the library says
        assert not any(word in text for word in ("s3cr", "bri@", "bri%40") for text in texts), texts


@pytest.mark.parametrize(
    "url",
    [
        "signer:9000", "ftp://u:secret@host", "http://", "https://u:secret@host:port", "http://host?secret=1",
        "http://host#secret", "http://[secret", "https://:0x",
    ],
)  # fmt: skip
def test_a_url_that_is_none_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(BadConfiguration, match="signer_url has to be like") as told:
        Remote(url)
    assert "secret" not in str(told.value)


def test_an_uncompressed_key_with_its_mark_is_read_and_asked_for_as_it_is_listed() -> None:
    public = Account.from_key(KEYS["keeper"])._key_obj.public_key.to_bytes().hex()
    remote = Remote("http://127.0.0.1:9")
    for listed in (public, "0x" + public, "0x04" + public, "04" + public):
        remote.public_keys = lambda found=listed: [found]  # type: ignore[method-assign,misc]
        assert set(remote.open()) == {KEEPER}


def certificate(folder: Path, name: str) -> Path:
    """A certificate that vouches for itself, of this machine, with its key."""
    path = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{path}.key", "-out", str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.key").read_text())
    return path


@pytest.mark.skipif(
    shutil.which("openssl") is None,
    reason="openssl, which makes the certificates, is not installed here; machines of CI have it",
)
def test_over_tls_each_side_knows_the_other_or_nothing_is_signed(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path, "bridge"), certificate(tmp_path, "signer")
    with running_signer([KEYS["keeper"]], certificate=str(theirs), clients=str(ours)) as running:
        url = f"https://127.0.0.1:{running.port}"
        signer = Remote(url, ca_file=theirs, client_file=ours).open()[KEEPER]
        assert signer.sign_all([a_call("keeper")])[0].r
        with pytest.raises(SignerUnavailable, match="certificate that is not trusted"):
            Remote(url, client_file=ours).open()
        with pytest.raises(SignerUnavailable, match="certificate that is not trusted"):
            Remote(url, ca_file=ours, client_file=ours).open()
        with pytest.raises(SignerUnavailable):
            Remote(url, ca_file=theirs).open()
        with pytest.raises(BadConfiguration, match="no file of certificates"):
            Remote(url, ca_file=tmp_path / "none.pem")
        assert Remote(url).is_private
    assert not Remote("http://signer.example:9000").is_private
    assert Remote("http://localhost:9000").is_private
