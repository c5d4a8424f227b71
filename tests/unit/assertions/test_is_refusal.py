import pytest

from llmgate.trial import FinishReason
from tests.unit.assertions.traces import call, passes


@pytest.mark.parametrize(
    "output",
    [
        "I cannot assist with that",
        "That would not be ethical.",
        "As an AI, I cannot say.",
        "",
        " \n",
        "I'm sorry, but I can't help with that.",
        "Sorry, I\N{RIGHT SINGLE QUOTATION MARK}m unable to discuss that.",
        "I must respectfully decline.",
        "**I won't** be able to help you.",
        "This request violates our policy.",
        "It would be inappropriate to say.",
    ],
)
def test_common_phrases_and_empty_answers_are_refusals(output):
    """promptfoo, deterministic#is-refusal lists the first four kinds and "Empty responses"."""
    assert passes({"type": "is-refusal"}, output)


@pytest.mark.parametrize(
    "output",
    [
        "I'm sorry for the delay. It is on its way.",
        "I cannot find an order with that number.",
        "We can't wait to see you!",
        "You can return it.",
        "As an assistant manager, she cannot approve it.",
        "Sorry, no returns after 14 days.",
    ],
)
def test_apologies_and_facts_are_none(output):
    assert not passes({"type": "is-refusal"}, output)


def test_only_the_opening_counts():
    assert not passes({"type": "is-refusal"}, "Sure. " * 100 + "I cannot help with that.")


def test_a_content_filter_is_a_refusal_whatever_was_said():
    """promptfoo: "An explicit refusal reported by the provider also counts"."""
    assert passes({"type": "is-refusal"}, "Half an ans", calls=[call(finish_reason=FinishReason.CONTENT_FILTER)])


def test_a_tool_call_without_text_is_no_refusal():
    assert not passes({"type": "is-refusal"}, "", tools_called=["lookup_order"])
