"""A real ring for people with browsers: chain, server and bridge, each a process of its own."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pwdlib.hashers.argon2 import Argon2Hasher

from bridge.chain import keys
from erp.api.passwords import change
from erp.attachments.service import keep_content
from erp.database import transaction
from erp.kernel.log.model import SALT_BYTES
from erp.people.schemas import EmployPerson, RegisterPerson
from erp.second_person import tell
from scripts.devchain.processes import Child
from tests.world import World

from .conftest import LANGUAGES
from .relay import Relay

START_SECONDS = 180.0
POLL_SECONDS = 0.1
TIMEOUT_MS = 120_000  # three processes and a browser share the machine with other tests
NOTED = 1_500  # characters of a page, when a story fails
QUICK = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)  # a test waits for none
ITERATIONS = 1_024  # of scrypt: a test waits for none
KEY_PASSWORD = "opens the key of {name} 钥匙"
DOOR_PASSWORD = "opens the door 门 {number}"  # without the name in it


@dataclass
class Somebody:
    """A person with a browser of its own, and perhaps a key; all that its browser says and hears is kept."""

    name: str
    party: str
    context: Any
    relay: Relay
    folder: Path
    keystore: Path | None = None
    key: bytes = b""
    door: str = ""  # password of the person
    page: Any = field(init=False)
    errors: list[str] = field(default_factory=list)  # of programs of its pages

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.errors.append(f"{said.text} {said.location['url']}")
                if said.type == "error"
                else None
            ),
        )

    @property
    def password(self) -> str:
        """Of the person's keystore."""
        return KEY_PASSWORD.format(name=self.name)

    def enter(self, password: str) -> None:
        """Signs in by login and password."""
        page = self.page
        page.goto(f"{self.relay.url}/app/")
        page.get_by_label("Login").fill(self.name)
        page.get_by_label("Password, or one-time secret").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("heading", name="My work").wait_for()

    def come_back(self) -> None:
        """Signs in again: a session lasts a working day."""
        self.enter(self.door)

    def go(self, place: str, *, within: str = "") -> None:
        """By the head of the page to another one: `within` the list that is opened for it."""
        head = self.page.get_by_label("Pages", exact=True)
        if within:
            head.get_by_text(within, exact=True).click()
        head.get_by_role("link", name=place, exact=True).click()

    def work(self, what: str) -> None:
        """Waits until something is to be done, without loading the page again, and goes there."""
        self.go("My work")
        row = self.page.locator(
            "main tr", has=self.page.get_by_role("rowheader", name=what, exact=True)
        )
        row.get_by_role("link").first.click()

    def open_what_is_to_be_signed(self) -> None:
        """Waits until it appears on the page, goes there, and chooses the keystore."""
        self.page.locator("#to-sign").get_by_role("link", name="Sign ").click()
        self.choose_key("sign-desk")

    def choose_key(self, desk: str) -> None:
        """Chooses the keystore at a desk of the page, and types its password."""
        self.page.get_by_label("Keystore file").set_input_files(str(self.keystore))
        self.page.locator(desk).get_by_label("Password").fill(self.password)

    def press_sign(self) -> None:
        """Signs; what becomes of it is seen later."""
        self.page.get_by_role("button", name="Sign with a keystore file").click(no_wait_after=True)

    def sign(self) -> None:
        """Signs what appears on the page, with the keystore, and comes back."""
        place = self.page.url
        self.open_what_is_to_be_signed()
        self.press_sign()
        self.sees("The bridge brings it to the chain")
        self.page.goto(place)

    def sees(self, text: str) -> None:
        """Waits until a text stands on the page."""
        self.page.get_by_text(text).first.wait_for()


class Ring:
    """Server and bridge over a world; the bridge may be killed and started again."""

    def __init__(self, world: World, chromium: Any) -> None:
        self.world = world
        self._chromium = chromium
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        told = {
            "--db": world.db,
            "--port": self.port,
            "--chain": world.node.url,
            "--deployment": world.config.deployment,
        }
        self.api = Child("ERP API", _line(told), world.home / "api.log", module="sandbox.api")
        self.bridge = self._new_bridge()
        self.people: dict[str, Somebody] = {}

    def _new_bridge(self) -> Child:
        world = self.world
        told = {
            "--db": world.db, "--deployment": world.config.deployment, "--keystores": world.config.keystores,
            "--password-file": world.config.password_file, "--idle-seconds": 0.3, "--anchor-wait-seconds": 0,
        }  # fmt: skip
        return Child("bridge", ["bridge", "run", *_line(told)], world.home / "bridge.log")

    def start(self) -> None:
        """Both run."""
        self.api.start()
        self.bridge.start()
        self.until(self._answers, "the server answers")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/live", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def kill_bridge(self) -> None:
        """SIGKILL."""
        self.bridge.kill()
        self.until(lambda: self.bridge.exit_code() is not None, "the bridge is dead")

    def start_bridge(self) -> None:
        """A new one on the same database."""
        self.bridge = self._new_bridge().start()

    def stop(self) -> None:
        """Everything ends."""
        for each in self.people.values():
            each.context.close()
            each.relay.close()
        self.bridge.stop()
        self.api.stop()

    def until(self, so: Callable[[], bool], what: str) -> None:
        """Waits; fails with the last words of both processes."""
        ends = time.monotonic() + START_SECONDS
        while not so():
            assert time.monotonic() < ends, (
                f"not so: {what}\n{self.api.tail()}\n{self.bridge.tail()}"
            )
            time.sleep(POLL_SECONDS)

    def employ(self, name: str, party: str, *duties: str, key_of: str = "") -> Somebody:
        """A person of a party, signed in at a browser of its own; `key_of`: whose key stands in its keystore."""
        world, code = self.world, f"P-{len(self.people) + 1}"
        content, salt = name.encode(), world.randomness(SALT_BYTES)
        with transaction(world.engine) as session:
            commands = (
                RegisterPerson(
                    code=code, login=name, name_bytes=len(content), name_digest=keep_content(session, content, salt)
                ),
                EmployPerson.model_validate({"person": code, "party": party, "duties": duties}),
            )  # fmt: skip
            for command in commands:
                tell(
                    session, command, at=world.now, salt=world.randomness(SALT_BYTES), actor="hr:test", second="hr:test-2"
                )  # fmt: skip
            password = DOOR_PASSWORD.format(number=len(self.people))
            change(session, code, QUICK.hash(password), world.now)
        folder = world.home / name
        folder.mkdir()
        made = Somebody(
            name,
            party,
            self._chromium.new_context(locale=LANGUAGES["en"]),
            Relay(self.port),
            folder,
        )
        if key_of:
            made.key, made.keystore = bytes(world.people[key_of].account.key), folder / "key.json"
            keys.create(made.keystore, made.password, made.key, ITERATIONS)
        self.people[name] = made
        made.door = password
        made.enter(password)
        return made

    def secrets(self) -> list[str]:
        """What must never have passed any wire: keys and what opens them."""
        found = []
        for each in self.people.values():
            if each.keystore is not None:
                kept = json.loads(each.keystore.read_text(encoding="utf-8"))
                found += [each.key.hex(), each.password, kept["crypto"]["ciphertext"]]
        return found


def _line(options: dict[str, Any]) -> Sequence[str]:
    return [str(part) for pair in options.items() for part in pair]


@contextmanager
def ring_of(world: World, chromium: Any) -> Iterator[Ring]:
    """A ring that ends with the block."""
    ring = Ring(world, chromium)
    try:
        ring.start()
        yield ring
    except Exception as error:
        for each in ring.people.values():
            error.add_note(
                f"{each.name} is at {each.page.url}:\n{each.page.inner_text('main')[:NOTED]}\n{each.errors}"
            )
        error.add_note(f"{ring.api.tail()}\n{ring.bridge.tail()}")
        raise
    finally:
        ring.stop()
