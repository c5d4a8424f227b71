"""A report and a store → the answers of a run that is over."""

import asyncio

from llmgate.message import Message, ToolCallPart, text_message
from llmgate.report import FixtureEntry, Revision
from llmgate.showing import stored
from llmgate.store import Store, experiment
from llmgate.trial import Arm, Call, Completion, FinishReason, Trial, Usage
from tests.unit.renderers import samples

NAME = experiment("base", "head")
REPORT = samples.PASSED.model_copy(
    update={"base": Revision(sha="base"), "head": Revision(sha="head"), "fixtures": (FixtureEntry(id="a"),)}
)
WANTS = Message(role="assistant", parts=(ToolCallPart(id="c", name="find", arguments={"id": "A1"}),))


def call(step, message):
    completion = Completion(
        message=message, finish_reason=FinishReason.STOP, usage=Usage(input_tokens=3, output_tokens=1)
    )
    return Call(step=step, model="m", completion=completion, cost_usd=None, latency_s=0.5, attempts=1)


def say(store, arm, index, *messages):
    trial = Trial(fixture="a", arm=arm, index=index)
    for step, message in enumerate(messages):
        asyncio.run(store.record(NAME, trial, f"request {step}", call(step, message), 1.0))


def shown(tmp_path, *, fill):
    with Store.open(tmp_path / "store.sqlite") as store:
        fill(store)
        return stored.shown(REPORT, store, str)


def test_the_first_answers_of_both_arms_are_shown_with_their_calls(tmp_path):
    def fill(store):
        for index in range(4):
            say(store, Arm.BASE, index, text_message("assistant", f"base {index}"))
        say(store, Arm.HEAD, 0, WANTS, text_message("assistant", "sent"), text_message("assistant", "the judge's"))

    found = shown(tmp_path, fill=fill)
    assert [(trial.arm, trial.index, trial.answer, trial.outcome) for trial in found.trials] == [
        ("base", 0, "base 0", "unknown"),
        ("base", 1, "base 1", "unknown"),
        ("head", 0, 'sent\n→ find({"id":"A1"})', "unknown"),
    ]
    assert [step.kind for step in found.trials[-1].steps] == ["model", "tool", "model"]
    assert found.note.startswith("From the store")


def test_a_damaged_call_is_left_out(tmp_path):
    def fill(store):
        say(store, Arm.HEAD, 0, text_message("assistant", "good"))
        store._file.execute("UPDATE call SET cost_usd = 99")

    assert shown(tmp_path, fill=fill).trials == ()


def test_a_store_of_another_run_has_nothing_to_show(tmp_path):
    found = shown(tmp_path, fill=lambda _: None)
    assert (found.trials, found.note) == ((), "")
