import asyncio
from dataclasses import replace

import pytest

from llmgate.message import text_message
from llmgate.store import Exchange, Occurrence, Store
from llmgate.trial import Arm, Call, Completion, FinishReason, Operation, Trial, Usage

TRIAL = Trial(fixture="a", arm=Arm.HEAD, index=0)
WHICH = Occurrence(experiment="e", trial=TRIAL, request="sha256:r", number=0)


def keep(opened, *what):
    asyncio.run(opened.exchanges.keep(*what))


@pytest.fixture
def opened(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def made(body=b'data: {"a": 1}\n\n', **changes):
    completion = Completion(
        message=text_message("assistant", "answer"),
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=3, output_tokens=1),
        served_model="m-1",
    )
    call = Call(step=2, model="m", completion=completion, cost_usd=0.5, latency_s=0.25, attempts=2, **changes)
    return Exchange(status=200, content_type="text/event-stream", body=body, call=call, finished_at=12.5)


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 10, b"x" * 3_000_000])
def test_an_exchange_is_found_again_byte_by_byte_and_marked_as_reused(opened, body):
    kept = made(body)
    keep(opened, WHICH, kept)
    found = opened.exchanges.find(WHICH, step=5)
    assert found == replace(kept, call=replace(kept.call, step=5, reused=True))
    assert found.body == body


def test_what_a_call_was_for_is_kept(opened):
    keep(opened, WHICH, made(operation=Operation.EMBEDDINGS))
    assert opened.exchanges.find(WHICH, step=0).call.operation is Operation.EMBEDDINGS


@pytest.mark.parametrize(
    "other",
    [
        replace(WHICH, experiment="f"),
        replace(WHICH, trial=replace(TRIAL, fixture="b")),
        replace(WHICH, trial=replace(TRIAL, arm=Arm.BASE)),
        replace(WHICH, trial=replace(TRIAL, index=1)),
        replace(WHICH, request="sha256:s"),
        replace(WHICH, number=1),
    ],
)
def test_no_answer_is_served_to_another_experiment_trial_request_or_occurrence(opened, other):
    keep(opened, WHICH, made())
    assert opened.exchanges.find(other, step=0) is None


def test_the_first_exchange_stays(opened):
    keep(opened, WHICH, made(b"first"))
    keep(opened, WHICH, made(b"second"))
    assert opened.exchanges.find(WHICH, step=0).body == b"first"


@pytest.mark.parametrize(
    "torn", ["body = x'00'", "body = 'text'", "body = x'789c'", "completion = '{'", "operation = 'other'"]
)
def test_a_torn_exchange_is_forgotten_and_can_be_replaced(opened, torn):
    keep(opened, WHICH, made(b"first"))
    opened._file.connection.execute(f"UPDATE exchange SET {torn}")
    assert opened.exchanges.find(WHICH, step=0) is None
    keep(opened, WHICH, made(b"second"))
    assert opened.exchanges.find(WHICH, step=0).body == b"second"
