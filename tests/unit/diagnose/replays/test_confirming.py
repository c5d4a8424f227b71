from __future__ import annotations

from dataclasses import replace

import pytest

from llmgate.diagnose.label import Confidence, Diagnosis, Label, Source
from llmgate.diagnose.replays import confirming
from llmgate.diagnose.replays.counterfactual import Replayed
from llmgate.diagnose.replays.effects import Effect
from llmgate.diagnose.replays.investigation import Count


def label(category: str, code: str | None = None, source: Source = Source.SIGNS) -> Label:
    return Label(category=category, code=code, confidence=Confidence.LOW, source=source, evidence=("seen",))


def seen(category: str, code: str | None = None, *others: Label) -> Diagnosis:
    found = label(category, code)
    return Diagnosis(primary=found, signs=found, secondary=others)


def cured(*names: str, passed: int = 8, lower: float = 0.5) -> Replayed:
    counts = Count(passed=passed, trials=8), Count(passed=0, trials=8)
    return Replayed(
        effects=tuple(Effect(name=name, treated=counts[0], untreated=counts[1], lower=lower) for name in names)
    )


def test_the_cure_says_what_kind_it_is_with_its_counts() -> None:
    found = confirming.confirmed(seen("reasoning", "wrong_conclusion"), cured("gold_documents"))
    assert (found.primary.category, found.primary.code, found.primary.source) == ("retrieval", None, Source.REPLAY)
    assert found.primary.confidence is Confidence.HIGH
    assert found.primary.evidence == ("it passes when the right documents are put in: 8/8, 0/8 unchanged",)
    assert [each.category for each in found.secondary] == ["reasoning"]


def test_a_cure_that_agrees_with_the_trace_keeps_its_code_and_its_facts() -> None:
    found = confirming.confirmed(seen("retrieval", "missed"), cured("gold_documents"))
    assert (found.primary.code, found.primary.evidence[1:]) == ("missed", ("seen",))
    assert found.secondary == ()


@pytest.mark.parametrize("source", [Source.HAND, Source.ASSERTION])
def test_the_word_of_a_person_or_an_assertion_stays_and_the_cure_stands_beside_it(source: Source) -> None:
    said = label("grounding", source=source)
    found = confirming.confirmed(Diagnosis(primary=said, signs=label("reasoning")), cured("gold_documents"))
    assert (found.primary, found.signs.category, found.signs.source) == (said, "retrieval", Source.REPLAY)


@pytest.mark.parametrize("bucket", ["infrastructure", "fixture_invalid"])
def test_a_bucket_is_nothing_that_a_treatment_tells_of(bucket: str) -> None:
    found = seen(bucket)
    assert confirming.confirmed(found, cured("gold_documents")) == found


def test_of_effects_as_large_the_one_furthest_upstream_is_taken() -> None:
    found = confirming.confirmed(seen("unclassified"), cured("effort", "no_context", "strict_schema"))
    assert found.primary.category == "output_format"


def test_a_larger_effect_wins_over_one_further_upstream() -> None:
    both = Replayed(effects=(*cured("effort").effects, *cured("strict_schema", passed=6).effects))
    assert confirming.confirmed(seen("unclassified"), both).primary.category == "reasoning"


def test_what_has_no_effect_changes_nothing() -> None:
    found = seen("reasoning")
    assert confirming.confirmed(found, cured("gold_documents", lower=0.0)) == found
    assert confirming.confirmed(found, Replayed(effects=())) == found


def without_documents(same: int, trials: int) -> Replayed:
    return Replayed(effects=(), unmoved=Count(passed=same, trials=trials))


def test_answers_that_stay_the_same_without_documents_are_not_from_them() -> None:
    found = confirming.confirmed(seen("reasoning"), without_documents(5, 6)).primary
    assert (found.category, found.code, found.confidence) == ("grounding", "context_ignored", Confidence.MEDIUM)
    assert found.evidence == ("5 of 6 failing answers without any document say the same",)


@pytest.mark.parametrize(("same", "trials"), [(0, 0), (3, 3), (4, 6)])
def test_too_few_of_them_say_nothing(same: int, trials: int) -> None:
    found = seen("reasoning")
    assert confirming.confirmed(found, without_documents(same, trials)) == found


def test_nor_do_they_where_the_trace_shows_another_step() -> None:
    found = seen("tool_use")
    assert confirming.confirmed(found, without_documents(8, 8)) == found


def test_the_largest_effect_ranks_before_what_was_unmoved() -> None:
    both = replace(cured("effort"), unmoved=Count(passed=8, trials=8))
    assert confirming.confirmed(seen("grounding"), both).primary.category == "reasoning"
