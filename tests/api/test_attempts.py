"""Attempts are counted in bounded memory, and pauses grow to their bound."""

from __future__ import annotations

from erp.api.attempts import Attempts, Patience
from erp.api.doorkeeper import counted, network

PATIENCE = Patience(free=2, first_seconds=1, longest_seconds=10, forgotten_seconds=100)


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_pause_doubles_up_to_its_bound_and_is_forgotten_in_the_end() -> None:
    ticks = Ticks()
    attempts = Attempts(PATIENCE, 10, ticks)
    assert attempts.take("a") == 0
    waits = []
    for _ in range(8):
        assert attempts.take("a") == 0
        waits.append(attempts.take("a"))
        assert attempts.take("a") == waits[-1]  # who asks meanwhile waits no longer for it
        ticks.now += waits[-1]
    assert waits == [1, 2, 4, 8, 10, 10, 10, 10]
    assert attempts.take("b") == 0
    ticks.now += 101
    assert [attempts.take("a") for _ in range(3)] == [0, 0, 1]


def test_a_success_forgets_a_name_and_gives_an_address_its_attempt_back() -> None:
    attempts = Attempts(PATIENCE, 10, Ticks())
    assert [attempts.take("a") for _ in range(3)] == [0, 0, 1]
    attempts.succeeded("a")
    assert [attempts.take("a") for _ in range(3)] == [0, 0, 1]
    attempts.given_back("a")
    assert [attempts.take("a") for _ in range(2)] == [0, 1]


def test_a_million_names_take_the_memory_of_the_bound_and_the_freshest_is_kept() -> None:
    attempts = Attempts(PATIENCE, 5, Ticks())
    for number in range(1_000):
        attempts.take(f"name {number}")
        attempts.take("target")
    assert len(attempts) == 5
    assert attempts.take("target") > 0


def test_a_name_is_one_however_it_is_written() -> None:
    assert {counted(each) for each in ("li", " LI ", "Ｌｉ")} == {"li"}
    assert len(counted("x" * 10_000)) == 64


def test_an_address_of_ipv6_is_counted_by_its_network() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert network("2001:db8:1:3::9") != network("2001:db8:1:2::9")
    assert network("::ffff:10.0.0.1") == network("10.0.0.1") == "10.0.0.1"
    assert network("fe80::1%eth0") == "fe80::"
    assert network("testclient") == "testclient"
