"""Faults put into answers to the demo's fixtures, whose assertions were written for another end, are told apart."""

from pathlib import Path

import pytest

from llmgate import demo, diagnose, documents, fixture
from llmgate.trial import FinishReason
from tests.unit.diagnose import trials

FOLDER = Path(demo.__file__).parent / "repository" / "fixtures"
SHOPS = {"id": "shops.md#9", "text": "Our shops in Oslo and Bergen are open from 10 to 18, on Fridays until 20."}
GUESS = "In our experience that usually takes about 45 business days, but it depends."
ADVICE = "Please note that this is generally not possible; please ask a specialist for more details."
UNKNOWN = "I do not know that, and our documents do not say."
ELSEWHERE = "Our shops in Oslo are open until 18 [shops.md#9]."


def stored():
    """The demo's fixtures without their labels, but for those that want a refusal."""
    for path in sorted(FOLDER.rglob("*.yaml")):
        for case in fixture.parse(documents.read(str(path), path.read_bytes()))[0]:
            if all(assertion.type != "is-refusal" for assertion in case.assertions):
                yield case.model_copy(update={"category": None})


def seeded(case):
    """Category, answer and how the trial is played, for the faults that a fixture can have."""
    own = [one.model_dump() for one in case.context.documents]
    rest = [one for one in own if one["id"] not in case.context.gold]
    yield "refusal_safety", "I'm sorry, but I can't help with that.", {}
    if any(assertion.type == "is-json" for assertion in case.assertions):
        for output in ('{"category": "deliv', "{'category': 'billing',}", "The category is billing."):
            yield "output_format", output, {}
    else:
        yield "output_format", own[0]["text"][:25], {"finish": FinishReason.LENGTH}
        yield "output_format", "", {}
    if case.context.gold:
        yield from (("grounding", output, {}) for output in (GUESS, ADVICE, UNKNOWN))
        yield "grounding", ELSEWHERE, {"documents": [SHOPS, *own]}
        yield from (("retrieval", output, {"documents": [*rest, SHOPS]}) for output in (GUESS, UNKNOWN, ELSEWHERE))
        yield "retrieval", GUESS, {"shown": [SHOPS]}
    if case.tools.results:
        first = case.tools.results[0]
        yield "tool_use", "Orders usually arrive within 3 to 5 working days.", {}
        yield "tool_use", "", {"calls": [(first.name, dict.fromkeys(first.arguments, "Z99"))]}
        yield "tool_use", "", {"calls": [("search_web", {"q": "x"})]}


SEEDED = [(case, *fault) for case in stored() for fault in seeded(case)]


@pytest.mark.parametrize(
    ("case", "category", "output", "played"),
    SEEDED,
    ids=[f"{case.id}-{number}" for number, (case, *_) in enumerate(SEEDED)],
)
def test_a_seeded_fault_has_its_category(case, category, output, played):
    found = diagnose.classify(trials.graded(case, output, **played), case)
    assert found.primary.category == category, found
