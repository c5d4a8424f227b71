"""What `llmgate diagnose` prints: every treatment with its counts, and nothing that a log would obey."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.renderers import causes, diagnosis
from llmgate.renderers.parts import Prose
from llmgate.report.diagnosis import ArmEntry, AttributionEntry, DiagnosisEntry, HypothesisEntry
from tests import runner
from tests.property.test_renderers import TEXTS
from tests.unit.renderers import samples

PRINTED = """\
llmgate diagnose: 2 failing fixtures of 2

refund-window-eu  base 10/10, head 0/6
  kind of failure: grounding: context ignored
  caused by: prompts/support.jinja:5
  run apart, passes with all of the base 9/9, all of the head 0/9, the head's model alone 9/9, the head's prompt alone
    0/9; share of the drop: model 0%, prompt 100%
  in the prompt: prompts/support.jinja:5 − Cite them. + Be brief.
  this one of 6 places breaks it alone, the head is well without
  passes 8/8 when all other documents are taken out, 0/8 unchanged
  says the same without any document in 6 of 8 failing answers
  hypothesis confirmed: The US rule misleads it.
  no effect shown: the model thinks longer (effort, 0/8, 0/8 unchanged)

order-lookup  base 9/10, head 1/6
  kind of failure: tool use: missing call
  caused by: model answerer and prompt together
  run apart, passes with all of the base 3/4; not settled: params
  in the prompt: p.md:1 + x
  in the prompt: p.md:9
  the search among 12 places ended without evidence
  hypothesis open: It never calls the tool.

131 calls, 20 reused, $0.04 after 46 calls to see what fails; the budget of 131 calls is used up, so that it is not
  complete
"""


def test_every_treatment_is_printed_with_its_counts():
    assert diagnosis.render(samples.DIAGNOSED, width=120) == PRINTED


def test_without_a_fixture_that_ran_it_says_how_to_run_one():
    text = diagnosis.render(samples.NOT_APPLICABLE, width=120)
    assert text.startswith("llmgate diagnose: no fixture ran\n")
    assert "--fixture ID" in text


@pytest.mark.parametrize("width", [20, 80])
@settings(max_examples=80, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_nothing_that_is_printed_is_a_command_of_the_log(width, texts):
    turn = iter(texts * 1_000)
    report = samples.with_text(samples.DIAGNOSED, lambda _: next(turn))
    assert runner.log_commands(diagnosis.render(report, width=width)) == []


def test_a_fixture_of_which_nothing_is_known_has_no_sentence():
    assert causes.sentences(samples.REFUND) == []
    assert causes.sentences(samples.REFUND.model_copy(update={"diagnosis": DiagnosisEntry()})) == []


@pytest.mark.parametrize("status", ["open", "confirmed", "rejected"])
def test_a_hypothesis_is_told_with_what_became_of_it(status):
    entry = DiagnosisEntry(hypothesis=HypothesisEntry(statement="It guesses.", status=status))
    (sentence,) = causes.sentences(samples.REFUND.model_copy(update={"diagnosis": entry}))
    assert sentence == (f"hypothesis {status}: ", Prose("It guesses."))


def test_factors_of_which_nothing_was_drawn_are_open():
    arms = (ArmEntry(), ArmEntry(head=("model", "prompt")), ArmEntry(head=("model",)), ArmEntry(head=("prompt",)))
    entry = DiagnosisEntry(attribution=AttributionEntry(open=("prompt", "model"), arms=arms))
    (sentence,) = causes.sentences(samples.REFUND.model_copy(update={"diagnosis": entry}))
    assert sentence == ("not run apart, so which of prompt, model it was is open",)
