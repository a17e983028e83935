"""Webhooks: told with their owner's rights, signed, until taken; nothing is lost by a kill, a pause or a dead receiver.

The receivers are real HTTP servers on loopback.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from erp.api.document_view import SUPPLIER_TYPES
from erp.api.live.topics import change_of
from erp.api.tokens import revoke_token
from erp.cli import app as cli
from erp.database import snapshot, transaction
from erp.exits import Exit
from erp.kernel.errors import Rejected
from erp.kernel.log.queries import changes
from erp.kernel.roles import Role
from erp.webhooks import queries, rules, sender, service
from erp.webhooks.errors import TargetRefused
from erp.webhooks.sender import Sender
from erp.webhooks.tables import DeliveryStatus, SubscriptionStatus

from .house import SUPPLIER, House
from .test_desk import item
from .test_story import ordered, paid, stocked

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
TAKEN = 204


@dataclass
class Receiver:
    """A receiver: what it was sent, and what it answers."""

    answers: list[int] = field(default_factory=list)  # one after the other, then TAKEN
    headers: dict[str, str] = field(default_factory=dict)  # of its answers
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event | None = None  # set: it answers
    entered: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    def numbers(self) -> list[str]:
        return [json.loads(body)["subject"] for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if len(body) < int(self.headers["content-length"]):
                return  # its sender was killed
            told.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            told.entered.set()
            if told.hold is not None:
                told.hold.wait(PATIENCE)
            self.send_response(told.answers.pop(0) if told.answers else TAKEN)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook?from=erp"
    yield told
    if told.hold is not None:
        told.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


def subscribed(
    house: House, url: str, *topics: str, name: str = "hook", owner: str = "planner-1"
) -> str:
    """The secret of a new subscription."""
    salts = itertools.count(1)
    with transaction(house.engine) as session:
        made = service.subscribe(
            session, name, token=owner, url=url, topics=topics, private=True, at=house.clock.now,
            randomness=lambda size: (name + str(next(salts))).encode().ljust(size, b".")[:size],
        )  # fmt: skip
        return made.secret


def sending(house: House, *, private: bool = True) -> Sender:
    return Sender(house.engine, house.clock, "P1", private)


def send(house: House) -> None:
    asyncio.run(sending(house).until_quiet())


def added(house: House, *codes: str) -> list[str]:
    """Numbers of the documents of new items."""
    answers = [house.post(Role.PLANNER, "/items", item(code)) for code in codes]
    return [answer.json()["document"]["number"] for answer in answers]


def states(house: House, name: str = "hook") -> list[tuple[str, int, int | None]]:
    """State, attempts and last answer of each message."""
    with snapshot(house.engine) as session:
        found = service.named(session, name)
        rows = queries.deliveries(session, found.id or 0, list(DeliveryStatus), 1_000)
        return [(row.status, row.attempts, row.answer) for row in rows]


# ---- what is sent


def test_a_receiver_is_told_what_changed_in_order_signed_as_the_standard_says(
    house: House, receiver: Receiver
) -> None:
    added(house, "BEFORE")
    secret = subscribed(house, receiver.url)
    numbers = added(house, "A", "B")
    send(house)
    assert sorted(receiver.numbers()) == numbers
    headers, body = receiver.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(house.clock.now)
    event = json.loads(body)
    assert event == {
        "specversion": "1.0", "id": headers["webhook-id"], "source": "/interlock/P1", "type": "interlock.document",
        "subject": event["subject"], "time": "2026-05-28T20:26:40Z", "datacontenttype": "application/json",
        "data": {
            "type": "item", "number": event["subject"], "topics": ["item", "work"],
            "sequence": event["data"]["sequence"],
        },
    }  # fmt: skip
    assert states(house) == [("delivered", 1, TAKEN)] * 2


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    told = rules.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}'
    )  # fmt: skip
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_rotated_both_sign_and_then_the_new_one_alone(
    house: House, receiver: Receiver
) -> None:
    old = subscribed(house, receiver.url)
    with transaction(house.engine) as session:
        new = service.rotate(
            session, "hook", at=house.clock.now, overlap=60, randomness=lambda size: b"n" * size
        ).secret
    added(house, "A")
    send(house)
    house.clock.now += 60
    added(house, "B")
    send(house)
    for (headers, body), secrets in zip(receiver.got, ([new, old], [new]), strict=True):
        id_, at = headers["webhook-id"], int(headers["webhook-timestamp"])
        assert headers["webhook-signature"].split(" ") == [
            rules.signature(secret, id_, at, body) for secret in secrets
        ]


def test_a_topic_picks_types_and_orders(house: House, receiver: Receiver) -> None:
    subscribed(house, receiver.url, "payment", name="types", owner="auditor-1")
    subscribed(house, receiver.url, "order:PO-2026-00001", name="order", owner="auditor-1")
    stocked(house)
    paid(house)
    send(house)
    with snapshot(house.engine) as session:
        log = session.execute(text("SELECT number, type, order_number FROM document_log")).all()
    of_order = {n for n, _, order in log if order == "PO-2026-00001"} | {"PO-2026-00001"}
    assert of_order > {n for n, kind, _ in log if kind == "payment"} != set()
    assert set(receiver.numbers()) == of_order
    assert len(receiver.numbers()) == len(of_order) + 1  # the payment, to both


@pytest.mark.parametrize("topic", ["goods_recipt", "order:", "order:PO 1", "colour:1", "ring", ""])
def test_a_topic_that_nothing_is_ever_told_of_is_refused(
    house: House, receiver: Receiver, topic: str
) -> None:
    with pytest.raises(Rejected, match="no topic is named"):
        subscribed(house, receiver.url, topic)


# ---- whose rights


def test_a_supplier_is_told_of_its_own_orders_alone_and_of_no_sequence(
    house: House, receiver: Receiver
) -> None:
    house.token("rival-1", Role.SUPPLIER, "RIVAL")
    other = Receiver()
    subscribed(house, receiver.url, name="acme", owner="supplier-1")
    subscribed(house, receiver.url.replace("from=erp", "to=rival"), name="rival", owner="rival-1")
    stocked(house)
    paid(house)
    send(house)
    assert other.got == []
    assert states(house, "rival") == []
    events = [json.loads(body) for _, body in receiver.got]
    with snapshot(house.engine) as session:
        log = dict(session.execute(text("SELECT number, type FROM document_log")).tuples().all())
    kinds = {log[event["subject"]] for event in events}
    assert {"purchase_order", "goods_receipt", "payment"} <= kinds
    assert not kinds & {"bid", "tender", "requisition", "budget_approval", "capital", "person"}
    for event in events:
        assert event["data"].keys() == {"type", "number", "topics"}
        assert event["data"]["topics"][:2] == [event["data"]["type"], "work"]
        assert "order:PO-2026-00001" in event["data"]["topics"]


def test_topics_of_messages_are_those_of_the_stream_of_events(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url, "tender:1", name="tender", owner="auditor-1")
    subscribed(house, receiver.url, "work", name="work", owner="auditor-1")
    stocked(house)
    ordered(house)
    send(house)
    with snapshot(house.engine) as session:
        log = {each.number: set(change_of(each).topics) for each in changes(session, 0, 500)}
    told = [json.loads(body) for _, body in receiver.got]
    assert all(set(event["data"]["topics"]) == log[event["subject"]] for event in told)
    of_tender = {number for number, topics in log.items() if "tender:1" in topics}
    numbers = receiver.numbers()
    assert {number for number in numbers if numbers.count(number) == 2} == of_tender
    assert len(of_tender) > 2
    assert len(set(numbers)) == len(states(house, "work"))


def test_a_partner_is_sent_no_message_of_what_names_it_and_it_may_not_read(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url, "work", "tender:1", "party:ACME", owner="supplier-1")
    stocked(house)
    ordered(house)
    send(house)
    with snapshot(house.engine) as session:
        log = {each.number: each for each in changes(session, 0, 500)}
    names = {"acme", SUPPLIER}
    unread = [
        each
        for each in log.values()
        if change_of(each).mentions & names and not change_of(each).order
    ]
    assert unread
    assert receiver.numbers()
    assert {log[number].type for number in receiver.numbers()} <= set(SUPPLIER_TYPES)
    assert not {each.number for each in unread} & set(receiver.numbers())


def test_an_owner_whose_token_was_revoked_is_told_nothing_not_even_what_waited(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    added(house, "A")
    receiver.answers = [500]
    send(house)
    with transaction(house.engine) as session:
        revoke_token(session, "planner-1", house.clock.now)
    house.post(Role.ADMIN, "/items", item("B"))
    house.clock.now += 1_000
    send(house)
    assert len(receiver.got) == 1


# ---- until it is taken


def test_a_message_is_tried_again_after_pauses_under_one_id_and_parked_after_the_last(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    added(house, "A")
    receiver.answers = [500] * 100
    for attempt, pause in enumerate((*rules.PAUSES, 0), start=1):
        send(house)
        assert len(receiver.got) == attempt
        house.clock.now += max(0, pause - 1)
        send(house)
        assert len(receiver.got) == attempt  # a second too early
        house.clock.now += 1
    assert states(house) == [("parked", rules.MAX_ATTEMPTS, 500)]
    house.clock.now += 10**6
    send(house)
    assert len(receiver.got) == rules.MAX_ATTEMPTS
    assert len(set(receiver.ids())) == 1
    receiver.answers = []
    with transaction(house.engine) as session:
        found = service.named(session, "hook")
        assert queries.send_again(session, found.id or 0, house.clock.now) == 1
    send(house)
    assert states(house) == [("delivered", 1, TAKEN)]
    assert len(set(receiver.ids())) == 1


def test_a_receiver_that_is_not_there_loses_nothing(house: House, receiver: Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    subscribed(house, nowhere)
    numbers = added(house, "A", "B")
    send(house)
    assert {state for state, _, _ in states(house)} == {"pending"}
    with transaction(house.engine) as session:
        service.named(session, "hook").url = receiver.url
    house.clock.now += rules.PAUSES[0]
    send(house)
    assert sorted(receiver.numbers()) == numbers


def test_a_receiver_says_how_long_to_wait_and_gone_pauses_its_webhook(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    added(house, "A")
    receiver.answers, receiver.headers = [429, 410], {"Retry-After": "600"}
    send(house)
    house.clock.now += 599
    send(house)
    assert len(receiver.got) == 1
    house.clock.now += 1
    send(house)
    with snapshot(house.engine) as session:
        found = service.named(session, "hook")
        assert (found.status, found.reason) == ("paused", "410 Gone")
    added(house, "B")
    house.clock.now += 10**6
    send(house)
    assert len(receiver.got) == 2
    with transaction(house.engine) as session:
        service.set_status(session, "hook", SubscriptionStatus.ACTIVE)
    send(house)
    assert len(receiver.got) == 4  # A again, and B that it missed
    assert {state for state, _, _ in states(house)} == {"delivered"}


def test_a_webhook_that_was_ended_while_its_message_was_under_way_ends_no_sender(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    added(house, "A")
    receiver.answers = [410]

    def resolve(_host: str, _port: int) -> list[str]:
        with transaction(house.engine) as session:
            service.set_status(session, "hook", SubscriptionStatus.ENDED)
        return ["127.0.0.1"]

    asyncio.run(Sender(house.engine, house.clock, "P1", True, resolve).until_quiet())
    with snapshot(house.engine) as session:
        assert service.named(session, "hook").status == "ended"
    assert states(house) == [("pending", 1, 410)]


@pytest.mark.parametrize("url", ["http://hooks..example/x", "http://" + "a" * 64 + ".example/"])
def test_one_host_that_is_no_name_ends_no_sender_and_holds_up_no_other(
    house: House, receiver: Receiver, url: str
) -> None:
    with pytest.raises(TargetRefused, match="no name"):
        rules.checked_url(url, private=True)
    subscribed(house, receiver.url)
    subscribed(house, receiver.url, name="wrong")
    with transaction(house.engine) as session:
        service.named(
            session, "wrong"
        ).url = url  # as one that was made before such a host was refused
    added(house, "A")
    send(house)
    assert states(house) == [("delivered", 1, TAKEN)]
    assert states(house, "wrong") == [("pending", 1, None)]


def test_whatever_goes_wrong_with_one_message_ends_no_sender(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    added(house, "A")

    def resolve(_host: str, _port: int) -> list[str]:
        raise UnicodeError("no such code point")

    asyncio.run(Sender(house.engine, house.clock, "P1", True, resolve).until_quiet())
    assert states(house) == [("pending", 1, None)]


def test_a_webhook_with_much_to_tell_leaves_room_for_another_in_each_pass(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    codes = [f"I-{number}" for number in range(sender.BATCH + 6)]
    added(house, *codes)
    subscribed(house, receiver.url, name="later")
    added(house, "LAST")
    sending(house)._look()
    with snapshot(house.engine) as session:
        found = queries.due(session, house.clock.now, sender.BATCH, sender.OF_ONE)
    names = [each.name for _, each in found]
    assert names.count("hook") == sender.OF_ONE
    assert "later" in names


def test_a_message_is_claimed_for_longer_than_a_whole_pass_takes() -> None:
    turns = -(-sender.BATCH // sender.AT_ONCE)
    assert turns * sender.ANSWER_SECONDS < sender.CLAIM_SECONDS


def test_a_redirect_is_not_followed(house: House, receiver: Receiver) -> None:
    subscribed(house, receiver.url)
    added(house, "A")
    receiver.answers, receiver.headers = [302], {"Location": receiver.url}
    send(house)
    assert len(receiver.got) == 1
    assert states(house) == [("pending", 1, 302)]


def test_a_receiver_that_never_answers_is_left_and_holds_up_no_other(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ANSWER_SECONDS", 0.5)
    receiver.hold = threading.Event()
    subscribed(house, receiver.url)
    added(house, "A")
    send(house)
    assert states(house) == [("pending", 1, None)]


def test_messages_that_wait_are_bounded_and_none_is_passed_over(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_PENDING", 2)
    subscribed(house, receiver.url)
    numbers = added(house, "A", "B", "C", "D", "E")
    receiver.answers = [500] * 2
    send(house)
    assert len(states(house)) == 2
    house.clock.now += rules.PAUSES[0]
    send(house)
    assert sorted(set(receiver.numbers())) == numbers
    assert [state for state, _, _ in states(house)] == ["delivered"] * 5


def test_everything_from_a_sequence_on_is_sent_again_under_the_ids_it_had(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    numbers = added(house, "A", "B", "C")
    send(house)
    first = dict(zip(receiver.numbers(), receiver.ids(), strict=True))
    with snapshot(house.engine) as session:
        since = session.scalar(
            text("SELECT sequence FROM document_log WHERE number = :n"), {"n": numbers[1]}
        )
    receiver.got.clear()
    with transaction(house.engine) as session:
        service.replay(session, "hook", int(since or 0))
    send(house)
    again = dict(zip(receiver.numbers(), receiver.ids(), strict=True))
    assert again == {number: first[number] for number in numbers[1:]}


def test_a_message_that_is_under_way_is_not_sent_by_a_second_sender(
    house: House, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    added(house, "A")
    receiver.hold = threading.Event()
    thread = threading.Thread(target=send, args=(house,))
    thread.start()
    assert receiver.entered.wait(PATIENCE)
    send(house)
    receiver.hold.set()
    thread.join()
    assert len(receiver.got) == 1
    assert states(house) == [("delivered", 1, TAKEN)]


# ---- killed in the middle


def test_a_sender_killed_in_the_middle_loses_nothing(
    house: House, database_url: str, receiver: Receiver
) -> None:
    subscribed(house, receiver.url)
    numbers = added(house, *(f"I-{n}" for n in range(20)))
    receiver.hold = threading.Event()
    command = [
        sys.executable,
        "-c",
        "from erp.cli import app; app()",
        "webhooks",
        "--db",
        database_url,
        "--private",
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    assert receiver.entered.wait(PATIENCE)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    receiver.hold.set()
    before = set(receiver.numbers())
    assert 0 < len(before) < len(numbers)
    house.clock.now = int(time.time()) + sender.CLAIM_SECONDS
    send(house)
    assert set(receiver.numbers()) == set(numbers)
    assert {state for state, _, _ in states(house)} == {"delivered"}
    assert len(set(receiver.ids())) == len(numbers)  # a message sent twice has one id


# ---- where to


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "fe80::1%eth0", "fd00::1", "0.0.0.0",  # noqa: S104 - to be refused
     "100.64.0.1", "::ffff:127.0.0.1", "224.0.0.1", "::"],
)  # fmt: skip
def test_a_private_address_is_not_sent_to_unless_the_settings_allow_it(address: str) -> None:
    for addresses in ([address], ["93.184.216.34", address]):
        with pytest.raises(TargetRefused, match="not a public address"):
            rules.chosen_address("https://inside.example/", addresses, private=False)
    assert rules.chosen_address("https://inside.example/", [address], private=True) == address
    public = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]
    assert rules.chosen_address("https://example.com/", public, private=False) == public[0]


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://example.com/", "https://", "https://u:p@example.com/", "https://example.com/#a",
     "https://example.com:x/", "https://exa mple.com/", "https://例子.com/", "//example.com",
     "https://e.com/" + "x" * 1_000],
)  # fmt: skip
def test_what_is_no_https_url_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        rules.checked_url(url, private=False)
    assert rules.checked_url("https://example.com:8443/a?b=c", private=False)


def test_a_name_that_points_inwards_later_is_not_sent_to(house: House, receiver: Receiver) -> None:
    """A name that was public when the webhook was made, and leads to loopback when it is sent."""
    with transaction(house.engine) as session:
        service.subscribe(
            session, "hook", token="planner-1", url="https://rebinds.example/", topics=(), private=False,
            at=house.clock.now, randomness=lambda size: b"r" * size,
        )  # fmt: skip
    added(house, "A")
    inwards = Sender(house.engine, house.clock, "P1", False, lambda _host, _port: ["127.0.0.1"])
    asyncio.run(inwards.until_quiet())
    assert receiver.got == []
    with snapshot(house.engine) as session:
        found = service.named(session, "hook")
        (row,) = queries.deliveries(session, found.id or 0, list(DeliveryStatus), 5)
    assert row.reason is not None
    assert "127.0.0.1 is not a public address" in row.reason


# ---- at the command line


def run(database_url: str, *arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--db", database_url], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


def test_an_administrator_makes_lists_replays_and_ends_webhooks(
    house: House, database_url: str, receiver: Receiver
) -> None:
    made = json.loads(
        run(
            database_url, "webhook", "create", "mes", "--url", receiver.url, "--token", "auditor-1", "--topic", "item",
            "--private", "--json",
        )
    )  # fmt: skip
    assert made["secret"].startswith("whsec_")
    (number,) = added(house, "A")
    run(database_url, "webhooks", "--once", "--private")
    assert receiver.numbers() == [number]
    listed = run(database_url, "webhook", "list")
    assert "mes" in listed
    assert made["secret"] not in listed
    (row,) = json.loads(run(database_url, "webhook", "deliveries", "mes", "--json"))
    assert (row["status"], row["attempts"], row["answer"]) == ("delivered", 1, TAKEN)
    assert json.loads(run(database_url, "webhook", "deliveries", "mes", "--dead", "--json")) == []
    run(database_url, "webhook", "replay", "mes", "--from", "1")
    run(database_url, "webhook", "pause", "mes")
    run(database_url, "webhooks", "--once", "--private")
    assert len(receiver.got) == 1
    run(database_url, "webhook", "pause", "mes", "--resume")
    run(database_url, "webhooks", "--once", "--private")
    assert receiver.ids() == [receiver.ids()[0]] * 2
    assert run(database_url, "webhook", "rotate", "mes").strip().split("\n")[0] != made["secret"]
    assert "0 messages" in run(database_url, "webhook", "resend", "mes")
    run(database_url, "webhook", "end", "mes")
    refused = CliRunner().invoke(cli, ["webhook", "pause", "mes", "--resume", "--db", database_url])
    assert refused.exit_code == Exit.REFUSED


def test_a_webhook_to_plain_http_needs_leave(house: House, database_url: str) -> None:
    command = ["webhook", "create", "x", "--url", "http://10.0.0.8/", "--token", "auditor-1"]
    refused = CliRunner().invoke(cli, [*command, "--db", database_url])
    assert refused.exit_code == Exit.REFUSED
    assert "write https://host/path" in refused.output


def test_a_message_that_was_planned_while_the_clock_was_ahead_does_not_wait_until_then(
    house: House, receiver: Receiver
) -> None:
    """The machine's clock was wrong for a moment, and was set right."""
    subscribed(house, receiver.url)
    (number,) = added(house, "BOLT")
    wrong = Sender(house.engine, lambda: house.clock.now + 30 * 86_400, "P1", True)
    assert wrong._look()
    send(house)
    assert receiver.numbers() == [number]
