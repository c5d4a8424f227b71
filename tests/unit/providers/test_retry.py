import random

import pytest

from llmgate import catalogue
from llmgate.providers import retry
from tests.unit.providers import fakes


def test_backoff_doubles_up_to_its_cap_and_jitter_is_full():
    longest = [retry.wait_s(attempt, None, fakes.FakeTime(chance=1.0)) for attempt in range(1, 9)]
    assert longest == [0.5, 1, 2, 4, 8, 16, 20, 20]
    assert retry.wait_s(5, None, fakes.FakeTime(chance=0.0)) == 0


def test_what_the_provider_asks_for_comes_before_the_jitter():
    assert retry.wait_s(1, 7, fakes.FakeTime(chance=1.0)) == 7.5


def test_the_same_seed_waits_the_same():
    first, second = ([retry.wait_s(2, None, dice) for _ in range(5)] for dice in (random.Random(3), random.Random(3)))
    assert first == second
    assert len(set(first)) == 5


@pytest.mark.parametrize(
    ("status", "expected"), [(408, True), (429, True), (500, True), (599, True), (400, False), (600, False)]
)
def test_transient_statuses(status, expected):
    assert retry.is_transient(status) is expected


@pytest.mark.trust("provider-refuses")
@pytest.mark.parametrize(
    ("status", "name", "word"),
    [
        (401, "key-refused", "secret"),
        (404, "model-not-found", "model's id"),
        (429, "rate-limited", "balance"),
        (307, "redirected", "host"),
        (None, "provider-unreachable", "again"),
        (200, "answer-unreadable", "api"),
        (529, "provider-error", "again"),
        (400, "request-refused", "provider's words"),
    ],
)
def test_a_status_says_what_kind_of_failure_it_is_and_what_to_do(status, name, word):
    setback = retry.Setback(message="m", transient=False, status=status)
    assert setback.id == name
    assert word in catalogue.ENTRIES[setback.id].remedy
