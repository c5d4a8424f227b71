from dataclasses import replace

from llmgate.trial import FinishReason, Operation
from tests.unit.assertions.traces import call, trace

EMBEDDED = replace(call(cost_usd=0.5, finish_reason=FinishReason.STOP), step=1, operation=Operation.EMBEDDINGS)
CUT = call(cost_usd=1.0, finish_reason=FinishReason.LENGTH)


def test_a_call_for_embeddings_costs_and_is_no_turn_of_a_model():
    told = trace(calls=[CUT, EMBEDDED])
    assert told.turns == (CUT,)
    assert told.cost_usd == 1.5


def test_a_trial_ended_as_the_last_turn_of_a_model_did():
    assert trace(calls=[CUT, EMBEDDED]).finish_reason is FinishReason.LENGTH
    assert trace(calls=[EMBEDDED]).finish_reason is None
