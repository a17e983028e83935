"""Keys in a process of their own: opened there, asked over a pipe, started anew when it dies, gone when the daemon is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_account import Account

from bridge.chain import holding, keys, unsigned
from bridge.chain.directory import directory_of
from bridge.chain.holding import Holder
from bridge.chain.permits import Permits
from bridge.errors import (
    BadConfiguration,
    ForbiddenCall,
    SignerRefused,
    SignerUnavailable,
    WrongKey,
)
from tests.bridge.signers import (
    ADDRESSES,
    CHAIN_ID,
    DEPLOYMENT,
    HOUSE,
    KEYS,
    PASSWORD,
    permits,
    placed,
    write_keystores,
)

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 20.0
DAEMON_MB_MAX = 300
SCRYPT_MB = 256


def a_call(name: str = "anchorer", nonce: int = 0) -> bytes:
    """Bytes that a key of this name may sign."""
    allowed = permits().offices.get(ADDRESSES[name], permits().others)
    contract, _, _ = min(allowed).partition(".")
    functions = permits().directory.functions[placed(contract)]
    selector = next(each for each, called in functions.items() if called == min(allowed))
    return unsigned.payload(CHAIN_ID, nonce, 100_000, placed(contract), selector)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


@pytest.fixture
def holder(tmp_path: Path) -> Holder:
    return Holder(*write_keystores(tmp_path), permits())


def pid_of(holder: Holder) -> int:
    assert holder.pid is not None
    return holder.pid


def test_every_key_of_the_folder_signs_and_none_comes_over(holder: Holder) -> None:
    signers = holder.open()
    assert set(signers) == set(ADDRESSES.values())
    for name, address in ADDRESSES.items():
        made = unsigned.signed(CHAIN_ID, a_call(name), signers[address].sign_all([a_call(name)])[0])
        assert str(Account.recover_transaction(made.raw)).lower() == address
    written = json.dumps({k: str(v) for k, v in vars(holder).items()})
    assert not any(key[2:] in written or PASSWORD in written.split() for key in KEYS.values())
    holder.close()


def test_signatures_come_in_the_order_of_what_was_asked_however_many_requests_it_takes(
    holder: Holder,
) -> None:
    signers = holder.open()
    contents = [a_call("keeper", nonce) for nonce in range(3 * keys.SIGNED_AT_ONCE + 1)]
    made = signers[HOUSE["keeper"]].sign_all(contents)
    for content, each in zip(contents, made, strict=True):
        raw = unsigned.signed(CHAIN_ID, content, each).raw
        assert str(Account.recover_transaction(raw)).lower() == HOUSE["keeper"]
    assert signers[HOUSE["keeper"]].sign_all([]) == []
    holder.close()


@pytest.mark.parametrize("place", [0, keys.SIGNED_AT_ONCE, 3 * keys.SIGNED_AT_ONCE])
def test_a_refusal_amid_many_requests_leaves_no_answer_behind_for_the_next(
    holder: Holder, place: int
) -> None:
    signers = holder.open()
    pid = pid_of(holder)
    contents = [a_call("keeper", nonce) for nonce in range(3 * keys.SIGNED_AT_ONCE + 1)]
    contents[place] = b"no call"
    with pytest.raises(ForbiddenCall, match="signs calls alone"):
        signers[HOUSE["keeper"]].sign_all(contents)
    content = a_call("keeper", 7)
    (made,) = signers[HOUSE["keeper"]].sign_all([content])  # a signature of other bytes is refused
    assert made.r
    assert pid_of(holder) == pid
    holder.close()


def test_what_is_wrong_with_keystores_is_told_as_when_the_daemon_opens_them(
    tmp_path: Path,
) -> None:
    folder, password = write_keystores(tmp_path)
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    for file, kind, told in (
        (wrong, WrongKey, "does not open: MAC mismatch"),
        (None, BadConfiguration, "no password file is set"),
        (tmp_path / "none", BadConfiguration, "cannot read the password file"),
    ):
        for opening in (
            Holder(folder, file, permits()).open,
            lambda f=file: keys.open_folder(folder, f),
        ):  # type: ignore[misc]
            with pytest.raises(kind, match=told):
                opening()
    (folder / "keeper.json").write_text("no json")
    with pytest.raises(WrongKey, match=r"keeper\.json is not a keystore file"):
        Holder(folder, password, permits()).open()


def test_a_process_that_was_killed_is_started_anew_and_signs_on(holder: Holder) -> None:
    signers = holder.open()
    first = pid_of(holder)
    os.kill(first, signal.SIGKILL)
    until(lambda: not is_alive(first))
    content = a_call()
    assert unsigned.signed(CHAIN_ID, content, signers[HOUSE["anchorer"]].sign_all([content])[0]).raw
    assert pid_of(holder) != first
    holder.close()
    assert not is_alive(first)


def test_a_process_that_hangs_is_given_up_in_time_and_started_anew(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "SIGN_SECONDS", 0.3)
    signers = holder.open()
    hanging = pid_of(holder)
    os.kill(hanging, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(SignerUnavailable, match="did not answer in time"):
        signers[HOUSE["keeper"]].sign_all([a_call("keeper")])
    assert time.monotonic() - began < 5
    assert not is_alive(hanging)
    assert signers[HOUSE["keeper"]].sign_all([a_call("keeper")])[0].r
    holder.close()


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("print('no json', flush=True)", SignerUnavailable),
        ("print('x' * 2_000_000, flush=True)", SignerUnavailable),
        ("pass", SignerUnavailable),
        ("print(json.dumps({'r': 1, 's': 1}), flush=True)", SignerRefused),
        ("print(json.dumps({'signatures': []}), flush=True)", SignerRefused),
        ("print(json.dumps({'signatures': [[1, '1', 0]]}), flush=True)", SignerRefused),
        ("print(json.dumps({'signatures': [[1, 1, 0]]}), flush=True)", SignerRefused),
    ],
)
def test_an_answer_that_is_no_signature_is_not_taken(
    holder: Holder, monkeypatch: pytest.MonkeyPatch, says: str, kind: type[Exception]
) -> None:
    code = (
        "import json, sys; sys.stdin.readline(); "
        "print(json.dumps({'addresses': ['0x']}), flush=True); sys.stdin.readline(); " + says
    )
    real = subprocess.Popen
    monkeypatch.setattr(
        holding.subprocess, "Popen", lambda _args, **options: real([sys.executable, "-c", code], **options)
    )  # fmt: skip
    holder.open()
    signer = holding.HeldSigner(holder, HOUSE["keeper"])
    with pytest.raises(kind):
        signer.sign_all([a_call("keeper")])
    holder.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_key_stays_behind_when_the_daemon_dies(tmp_path: Path, number: int) -> None:
    folder, password = write_keystores(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from bridge.chain.holding import Holder; "
        "from tests.bridge.signers import permits; "
        "holder = Holder(Path(sys.argv[1]), Path(sys.argv[2]), permits()); holder.open(); "
        "print(holder.pid, flush=True); time.sleep(60)"
    )
    daemon = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(password)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert daemon.stdout is not None
    holding_keys = int(daemon.stdout.readline())
    assert is_alive(holding_keys)
    daemon.send_signal(number)
    daemon.wait()
    daemon.stdout.close()
    until(lambda: not is_alive(holding_keys))


def test_a_signal_to_the_whole_group_leaves_the_keys_until_the_daemon_has_signed(
    holder: Holder,
) -> None:
    signers = holder.open()
    held = pid_of(holder)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(held, number)
    assert signers[HOUSE["keeper"]].sign_all([a_call("keeper")])[0].r
    assert pid_of(holder) == held
    holder.close()


def test_neither_password_nor_key_is_in_the_arguments_or_the_environment(holder: Holder) -> None:
    holder.open()
    for what in ("cmdline", "environ"):
        told = Path(f"/proc/{pid_of(holder)}/{what}").read_bytes()
        assert b"bridge.chain.holder" in told or what == "environ"
        for secret in (*KEYS.values(), PASSWORD + "\n"):
            assert secret.removeprefix("0x").encode() not in told
    holder.close()


def test_a_strong_keystore_takes_its_memory_of_the_other_process_and_gives_it_back(
    tmp_path: Path,
) -> None:
    folder, password = tmp_path / "keys", tmp_path / "password"
    password.write_text(PASSWORD)
    keys.create(folder / "keeper.json", PASSWORD)
    code = """
import resource, sys
from pathlib import Path
import bridge.bootstrap
from bridge.chain.holding import Holder
from tests.bridge.signers import permits
def of(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return [int(l.split()[1]) // 1024 for l in lines if l.startswith(("VmHWM", "VmRSS"))]
holder = Holder(Path(sys.argv[1]), Path(sys.argv[2]), permits())
holder.open()
print(*of("self"), *of(holder.pid))
holder.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(password)],
        capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    peak, _, childs_peak, childs_now = map(int, done.stdout.split())
    assert peak < DAEMON_MB_MAX
    assert childs_peak > SCRYPT_MB  # it was a strong one
    assert childs_now < childs_peak - 200


def test_the_process_has_the_lists_of_the_daemon(tmp_path: Path) -> None:
    nothing = Permits({}, frozenset(), directory_of(DEPLOYMENT))
    holder = Holder(*write_keystores(tmp_path), nothing)
    signers = holder.open()
    with pytest.raises(Exception, match="it may sign nothing"):
        signers[HOUSE["keeper"]].sign_all([a_call("keeper")])
    holder.close()
