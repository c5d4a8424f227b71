"""The base of a run beside what is stored of it: a provider that changed is told, and blocks nobody's pull request."""

import datetime as dt
import zlib

import pytest

from llmgate import compare, drift
from llmgate.config import Policy, ProviderEntry
from llmgate.sampling import drawing
from llmgate.trial import Arm
from llmgate.verdict import Severity
from tests.unit.sampling import fakes

NAMES = tuple(f"f{number:02}" for number in range(12))


def suite():
    return fakes.plan(*(fakes.planned(name) for name in NAMES))


def remembered(lab, outcomes, **settings):
    for planned in suite().compared:
        fakes.stored(lab, planned, Arm.BASE, outcomes, **settings)


def test_a_provider_that_answers_both_arms_worse_than_it_did_is_told_and_blocks_nothing(lab):
    remembered(lab, [True] * 10, age_s=3 * fakes.DAY_S)
    lab.client.answer = lambda asked: fakes.BAD if zlib.crc32(b"%d" % asked.number) % 2 else fakes.GOOD
    sampled = lab.sample(suite())
    (told,) = drift.findings(sampled.drifted)
    day = dt.datetime.fromtimestamp(lab.time.seconds - 3 * fakes.DAY_S, tz=dt.UTC).date()
    assert (told.rule, told.severity) == ("drift", Severity.WARN)
    assert told.message.startswith(f"the provider changed since {day}, not your pull request: ")
    assert not compare.summary(sampled.comparison).blocked
    assert "120 of 120 stored ones did" in told.message
    assert "and 9 more" in told.message


def test_a_provider_that_answers_as_it_did_is_not_told(lab):
    remembered(lab, [True] * 10)
    lab.client.answer = fakes.worse
    sampled = lab.sample(suite())
    assert sampled.fresh
    assert sampled.drifted is None


def test_a_baseline_that_was_low_and_is_high_again_is_told(lab):
    remembered(lab, [False] * 10)
    sampled = lab.sample(suite())
    assert sampled.drifted.drift.fresh.passed == 96


def test_a_run_that_draws_nothing_of_the_base_again_tells_of_no_drift(lab):
    remembered(lab, [True] * 10)
    sampled = lab.sample(suite())
    assert sampled.fresh == {}
    assert sampled.drifted is None


def test_outcomes_that_are_too_old_are_no_drift(lab):
    remembered(lab, [True] * 10, age_s=20 * fakes.DAY_S)
    lab.client.answer = lambda _: fakes.BAD
    assert lab.sample(suite()).drifted is None


@pytest.mark.parametrize(
    "other", [{"host": "b.example"}, {"api": "openai-responses"}, {"path": "/v2"}, {"host": "http://127.0.0.1:9"}]
)
def test_a_baseline_of_another_host_or_api_is_another_baseline(other):
    one = fakes.planned("a")
    keys = {
        drawing.key(one, one.base, {name: policy.origin(name) for name in policy.providers})
        for settings in ({}, other)
        for policy in [Policy(providers={"house": ProviderEntry(**{"host": "a.example", **settings})})]
    }
    assert len(keys) == 2
