"""The installed program against models whose flakes, set-ups and favourites are known."""

import json
import random
from collections import Counter

import pytest

from llmgate import run
from llmgate.fixture import Fixture
from llmgate.trial import Arm, Trial
from tests import modelserver, project

FIXTURES = 5
FLAKE = 0.3
RECORDED = 7
"""The seed of the first trial on both arms; every other trial of a gate has one of its own, the same in each gate."""
POLICY = "  screen: 6\n"


def calibrate(folder, answer, *arguments):
    with modelserver.serve(answer) as server:
        content = project.files(server.url, fixtures=FIXTURES, policy=POLICY)
        shop = project.Project.create(folder / "repository", content)
        told = folder / "told.json"
        words = ["--repository", shop.origin.path, "--store", folder / "store.sqlite", "--json", told]
        ended = project.command("calibrate", *words, "--resamples", "50", *arguments, cwd=folder)
        return ended, json.loads(told.read_text()), server


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Gates of a suite in which order 0 flakes, and order 1 passes in the first gate alone."""
    chance, sights = random.Random(1), Counter()

    def answer(asked):
        if "order 0?" in asked.prompt and chance.random() < FLAKE:
            return "No."
        sights[asked.prompt, asked.seed] += 1
        in_first_gate = sights[asked.prompt, asked.seed] <= (2 if asked.seed == RECORDED else 1)
        return "No." if "order 1?" in asked.prompt and not in_first_gate else project.obedient(asked)

    return calibrate(tmp_path_factory.mktemp("known"), answer, "--repeats", "3")


def test_known_flake_rates_lie_within_the_intervals_and_the_steady_ones_are_named_so(known):
    ended, told, _ = known
    flakes = {one["fixture"]: one for one in told["flakes"]}
    low, high = flakes["case-000"]["interval"]
    assert ended.code == 0
    assert low <= FLAKE <= high
    assert {flakes[f"case-{number:03d}"]["kind"] for number in (2, 3, 4)} == {"never failed"}


def test_a_known_effect_of_set_ups_is_found_and_its_fixture_is_named(known):
    ended, told, _ = known
    assert told["alike"]["p_value"] < 0.05
    assert told["alike"]["icc"] > 0.3
    differing = [one["fixture"] for one in told["flakes"] if one["setups_p"] <= 0.05]
    assert differing == ["case-001"]
    assert "1 fixture differs between set-ups (case-001)" in ended.stdout


def test_every_call_is_counted_once_and_none_comes_from_the_journal(known):
    _, told, server = known
    assert told["calls"] == told["trials"] == len(server.seen)
    assert told["reused"] == 0


def test_a_harness_that_favours_an_arm_blocks_its_own_base_and_exits_1(tmp_path):
    fixture = Fixture.model_validate({"id": "case-000", "target": "t", "assert": [{"type": "contains", "value": "x"}]})
    heads = {
        run.seed(fixture, {"seed": 7}, Trial(fixture="case-000", arm=Arm.HEAD, index=index)) for index in range(1, 200)
    }

    def answer(asked):
        return "No." if asked.seed in heads else project.obedient(asked)

    ended, told, _ = calibrate(tmp_path, answer, "--repeats", "2")
    assert (ended.code, told["real"]["blocked"], told["record"]["gates"]) == (1, 2, 2)
    assert told["record"]["interval"][0] > told["alpha"]
    assert "block more often than 5.0 %" in ended.stdout
