import pytest

from llmgate import judge
from llmgate.assertions.asking import INSTRUCTIONS, Inquiry
from llmgate.config import ModelEntry

INQUIRY = Inquiry(criterion="Is polite.", output="Hello.")


def entry(**changes):
    return ModelEntry(**{"provider": "house", "model": "judge-2026-01-15", **changes})


def test_instructions_and_data_are_separate_messages():
    system, user = judge.request(INQUIRY, entry()).messages
    assert (system.role, system.text) == ("system", INSTRUCTIONS)
    assert (user.role, user.text) == ("user", INQUIRY.message)


@pytest.mark.parametrize(
    ("params", "sent"),
    [
        ({}, {"temperature": 0}),
        ({"temperature": 0.2, "max_tokens": 300}, {"temperature": 0.2, "max_tokens": 300}),
        ({"temperature": None, "seed": 7}, {}),
    ],
)
def test_the_temperature_is_0_unless_the_policy_says_otherwise(params, sent):
    assert judge.request(INQUIRY, entry(params=params)).params == sent


@pytest.mark.parametrize(("params", "seed"), [({}, None), ({"seed": 7}, 7), ({"seed": "7"}, None)])
def test_the_seed_is_the_entrys(params, seed):
    assert judge.seed(entry(params=params)) == seed


@pytest.mark.parametrize("changes", [{"model": "judge-2026-02-15"}, {"params": {"seed": 7}}, {"provider": "other"}])
def test_another_judge_has_another_name(changes):
    assert judge.identity(entry(**changes)) != judge.identity(entry())
