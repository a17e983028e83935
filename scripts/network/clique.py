"""Clique by geth: one signer makes a block, in turn; so the chain forks and heals, and an event counts some blocks later."""

from __future__ import annotations

import json
import secrets
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_keys.datatypes import PrivateKey

from bridge.chain import keys
from bridge.errors import BadConfiguration, NodeUnavailable

from .home import HOST, Spec, Validator
from .kind import GAS_LIMIT, PENDING_MAX, PENDING_OF_ONE_MAX, Key
from .rpc import ask

GENESIS = "genesis.json"
PASSWORD = "password"  # noqa: S105 - a file's name
SECRET_MODE = 0o600
KEY_BYTES = 32
SCRYPT_WORK = (
    2**12
)  # as `geth --lightkdf`: the password lies beside the keystore, and a node is to be back at once
EPOCH_BLOCKS = 30_000  # votes begin anew so often
VANITY, SEAL = "00" * 32, "00" * 65
FORKS = (
    *("homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg"),
    *("istanbul", "berlin"),  # not london: it has a base fee, and gas would not stay free
)
RUN_SECONDS = 60
PEERS_SECONDS = 20.0  # for signers to find each other before they seal
POLL_SECONDS = 0.1
HANDED_MAX = 1_000  # blocks; who lacks more gets them from its peers


@dataclass(frozen=True, slots=True)
class Clique:
    """geth as a signer of Clique; its key is an encrypted keystore, opened by a password file that only its owner reads."""

    def finality(self, validators: int) -> int:
        """As many blocks as there are signers, four at least: forks of up to three blocks were seen among four."""
        return max(4, validators)

    def new_key(self, program: Path, folder: Path) -> Key:  # noqa: ARG002 - the form of all kinds
        """A keystore for the signer, a key for the peer."""
        (folder / "geth").mkdir(parents=True)
        password, peer = secrets.token_urlsafe(24), secrets.token_bytes(KEY_BYTES)
        _secret(folder / PASSWORD, password)
        _secret(folder / "geth" / "nodekey", peer.hex())
        account = keys.create(
            *(folder / "keystore" / "signer.json", password, secrets.token_bytes(KEY_BYTES)),
            SCRYPT_WORK,
        )
        return Key(account.lower(), PrivateKey(peer).public_key.to_bytes().hex())

    def found(self, program: Path, home: Path, spec: Spec) -> None:
        """The extra data of the first block names the signers."""
        signers = sorted(each.account.removeprefix("0x") for each in spec.validators)
        genesis = {
            "config": {
                "chainId": spec.chain_id,
                **{f"{fork}Block": 0 for fork in FORKS},
                "clique": {"period": spec.period_seconds, "epoch": EPOCH_BLOCKS},
            },
            "difficulty": "0x1",
            "gasLimit": hex(GAS_LIMIT),
            "timestamp": hex(int(time.time())),
            "extraData": f"0x{VANITY}{''.join(signers)}{SEAL}",
            "alloc": {},  # nobody has coins, and nobody needs any
        }
        (home / GENESIS).write_text(json.dumps(genesis, indent=1) + "\n", encoding="utf-8")
        for each in spec.validators:
            self._prepare(program, home, spec.validators, each)

    def join(self, program: Path, home: Path, spec: Spec, new: Validator) -> None:
        """The others get it as a peer: those that run at once, and all of them for their next start."""
        self._prepare(program, home, spec.validators, new)
        for each in spec.validators:
            _write_peers(home, spec.validators, each)
            if each.number != new.number:
                with suppress(NodeUnavailable):  # one that is down reads it when it starts
                    ask(each.url, "admin_addPeer", enode(new))

    def _prepare(
        self, program: Path, home: Path, validators: Sequence[Validator], each: Validator
    ) -> None:
        _write_peers(home, validators, each)
        ran = subprocess.run(
            [str(program), f"--datadir={home / each.name}", "init", str(home / GENESIS)],
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        if ran.returncode != 0:
            raise BadConfiguration(f"geth init: {ran.stderr.strip()[-500:]}")

    def command(self, program: Path, home: Path, spec: Spec, validator: Validator) -> list[str]:
        """Every state is kept (archive), so that a power cut throws no block back."""
        folder, ports = home / validator.name, validator.ports
        return [
            *(str(program), f"--datadir={folder}", f"--config={folder}/geth.toml"),
            *(f"--networkid={spec.chain_id}", "--syncmode=full", "--gcmode=archive"),
            *("--nodiscover", "--nat=none", "--ipcdisable", "--verbosity=3"),
            *("--http", f"--http.addr={HOST}", f"--http.port={ports['rpc']}"),
            "--http.api=eth,net,web3,clique,miner,txpool,admin,debug",
            *(f"--authrpc.addr={HOST}", f"--authrpc.port={ports['control']}"),
            *("--allow-insecure-unlock", f"--unlock={validator.account}"),
            f"--password={folder / PASSWORD}",
            *(f"--miner.etherbase={validator.account}", f"--miner.gaslimit={GAS_LIMIT}"),
            *("--txpool.accountslots=4096", f"--txpool.globalslots={PENDING_MAX}"),
            *(f"--txpool.accountqueue={PENDING_OF_ONE_MAX}",),
            *(f"--txpool.globalqueue={PENDING_MAX}", "--rpc.txfeecap=0"),
        ]

    def started(self, started: Sequence[Validator], running: Sequence[Validator]) -> None:
        """Gas is free from now on, and they seal once they hear each other.

        The option `--miner.gasprice 0` is overruled with 1 gwei, the call is not. Signers that seal before they hear each
        other fork at once, and may lock themselves.
        """
        give_up = time.monotonic() + PEERS_SECONDS
        for each in started:
            ask(each.url, "miner_setGasPrice", "0x0")
        for each in started:
            while int(ask(each.url, "net_peerCount"), 16) < len(running) - 1:
                if time.monotonic() > give_up:
                    break  # parted from the others: it seals what it can
                time.sleep(POLL_SECONDS)
        _seal(started)

    def unlock(self, running: Sequence[Validator]) -> bool:
        """Leads signers together that stand on branches of the same weight, each waiting for one of the other branch.

        The branch of the most difficulty stays, of equal ones that of the lowest number; whoever has another one goes back
        to the last common block and is handed the blocks that stay. Nobody seals meanwhile: who seals on its way makes the
        next branch of the same weight. Returns whether anybody was astray. Raises NodeUnavailable, BadConfiguration.
        """
        if not running:
            return False
        for each in running:
            ask(each.url, "miner_stop")
        try:
            return _lead(running)
        finally:
            _seal(running)

    @property
    def restarts_to_part(self) -> bool:
        """Peers come and go by a call."""
        return False

    def part(self, home: Path, groups: Sequence[Sequence[Validator]]) -> None:  # noqa: ARG002
        """Each drops the peers of the other groups, and trusts them no more, so that none is let in again."""
        for group in groups:
            for each in group:
                for peer in (peer for other in groups if other is not group for peer in other):
                    ask(each.url, "admin_removeTrustedPeer", enode(peer))
                    ask(each.url, "admin_removePeer", enode(peer))

    def heal(self, home: Path, spec: Spec) -> None:  # noqa: ARG002
        """Each looks for all peers again."""
        for each in spec.validators:
            for peer in spec.validators:
                if peer.number != each.number:
                    ask(each.url, "admin_addTrustedPeer", enode(peer))
                    ask(each.url, "admin_addPeer", enode(peer))

    def sealing(self, url: str) -> frozenset[str]:
        """As the node counts the votes of its chain."""
        return frozenset(account.lower() for account in ask(url, "clique_getSigners", "latest"))

    def vote(self, program: Path, voter: Validator, account: str, *, join: bool) -> None:  # noqa: ARG002
        """The vote stands in the blocks that it makes until it has its way."""
        ask(voter.url, "clique_propose", account, join)


def _seal(validators: Sequence[Validator]) -> None:
    """They seal from now on, whoever's turn it is the last of them.

    A node that has not begun to seal discards what its peers send; so one that seals at once is heard by those alone that
    began before it, and the others would make a block of the same number.
    """

    def start(each: Validator) -> None:
        ask(each.url, "miner_start")

    last = _in_turn(validators)
    with ThreadPoolExecutor(max_workers=len(validators)) as threads:
        list(threads.map(start, [each for each in validators if each != last]))
    if last is not None:
        start(last)


def _in_turn(validators: Sequence[Validator]) -> Validator | None:
    """Who of them is to make the next block, as the first of them counts; None when it is somebody else."""
    url = validators[0].url
    signers = sorted(account.lower() for account in ask(url, "clique_getSigners", "latest"))
    turn = signers[(int(ask(url, "eth_blockNumber"), 16) + 1) % len(signers)]
    return next((each for each in validators if each.account == turn), None)


def _lead(validators: Sequence[Validator]) -> bool:
    """Everybody gets the heaviest branch; whether anybody stood on another one."""
    latest = ("eth_getBlockByNumber", "latest", False)
    heads = {each.number: ask(each.url, *latest) for each in validators}
    best = max(validators, key=lambda each: (_weight(heads[each.number]), -each.number))
    height = _number(heads[best.number])
    astray = False
    for each in validators:
        common = shared = min(_number(heads[each.number]), height)
        while common and _hash(each, common) != _hash(best, common):
            common -= 1
        if common < shared:
            ask(each.url, "debug_setHead", hex(common))
            astray = True
        if common < height and height - common <= HANDED_MAX:
            _hand(best, each, common + 1, height)
    return astray


def _hand(giver: Validator, taker: Validator, first: int, last: int) -> None:
    """Blocks of one node go to another by a file; their peers would send them in their own time, or not at all."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "blocks.rlp")
        ask(giver.url, "admin_exportChain", file, first, last)
        ask(taker.url, "admin_importChain", file)


def _number(header: dict[str, Any]) -> int:
    return int(header["number"], 16)


def _weight(header: dict[str, Any]) -> int:
    return int(header["totalDifficulty"], 16)


def _hash(validator: Validator, number: int) -> str:
    found = ask(validator.url, "eth_getBlockByNumber", hex(number), False)
    return str(found["hash"]) if found else ""


def enode(validator: Validator) -> str:
    """Where its peers reach a node."""
    return f"enode://{validator.node_id}@{HOST}:{validator.ports['p2p']}?discport=0"


def _write_peers(home: Path, validators: Sequence[Validator], each: Validator) -> None:
    """Peers and the listening address stand in a file: geth reads no static-nodes.json, and --port binds every interface."""
    quoted = ", ".join(f'"{enode(peer)}"' for peer in validators)
    (home / each.name / "geth.toml").write_text(
        f'[Node.P2P]\nListenAddr = "{HOST}:{each.ports["p2p"]}"\nNoDiscovery = true\nBootstrapNodes = []\n'
        f"StaticNodes = [{quoted}]\nTrustedNodes = [{quoted}]\n",
        encoding="utf-8",
    )


def _secret(path: Path, text: str) -> None:
    path.touch(mode=SECRET_MODE)
    path.write_text(text, encoding="utf-8")


CLIQUE = Clique()
