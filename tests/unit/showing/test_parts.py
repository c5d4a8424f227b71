"""A trial's trace and grades → what a page shows of them."""

from dataclasses import replace

import pytest

from llmgate import config, run
from llmgate.media import BlobPart, UriPart
from llmgate.message import Message, ReasoningPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.showing import parts
from llmgate.showing.cutting import cutting
from llmgate.surface import Application
from llmgate.trial import Arm, Grade, Retrieved, Trace, Trial
from tests.unit.sampling import fakes

CUT = cutting(str)
TRIAL = Trial(fixture="a", arm=Arm.HEAD, index=0)
ENTRY = config.read(b"version: 1\ntargets: {app: {kind: command, run: [app], files: [a]}}").targets["app"]
APPLICATION = Application(entry=ENTRY, models={}, identity="i")


def work(*messages, application=None):
    request = replace(fakes.request("hello"), messages=messages or fakes.request("hello").messages)
    fixture = fakes.fixture("a")
    return run.Work(trial=TRIAL, fixture=fixture, request=request, max_steps=8, seed=None, application=application)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (ToolCallPart(name="find", arguments={"id": "é"}), '→ find({"id": "é"})'),
        (ToolResponsePart(response={"status": "sent"}), '{"status": "sent"}'),
        (ToolResponsePart(response="sent"), "sent"),
        (ReasoningPart(content="Berlin is in the EU"), "(thinks) Berlin is in the EU"),
        (UriPart(modality="image", uri="https://e.example/a.png"), "[https://e.example/a.png]"),
        (
            BlobPart(modality="image", mime_type="image/png", sha256="0" * 64, path="a.png"),
            f"[image/png, sha256:{'0' * 64}]",
        ),
    ],
)
def test_every_kind_of_part_is_told_as_text(part, told):
    roles = {ReasoningPart: "assistant", ToolCallPart: "assistant", ToolResponsePart: "tool"}
    message = Message(role=roles.get(type(part), "user"), parts=(part,))
    (found,) = parts.messages(work(message), Trace(trial=TRIAL), CUT)
    assert found.text == told


def test_a_long_conversation_is_cut_turn_by_turn_and_as_a_whole():
    long = work(*(text_message("user", "x" * 50_000) for _ in range(100)))
    found = list(parts.messages(long, Trace(trial=TRIAL), CUT))
    assert len(found) == parts.MOST_MESSAGES
    assert max(len(message.text) for message in found) == parts.MESSAGE_CHARS
    assert sum(len(message.text) for message in found) <= parts.PROMPT_CHARS + parts.MOST_MESSAGES


def test_long_documents_and_many_of_them_are_cut():
    documents = tuple(Retrieved(id=f"d{number}", text="x" * 9_000) for number in range(50))
    found = list(parts.documents(Trace(trial=TRIAL, documents=documents), CUT))
    assert (len(found), len(found[0].text)) == (parts.MOST_DOCUMENTS, parts.DOCUMENT_CHARS)


def test_sets_of_assertions_come_before_what_is_in_them():
    inner = Grade(assertion="contains", passed=False, score=0.0, reason="no", error="it broke")
    whole = Grade(assertion="assert-set", passed=False, score=0.5, reason="1 of 2", parts=(inner,))
    found = list(parts.grades((whole,), CUT))
    assert [(grade.assertion, grade.depth, grade.outcome, grade.reason) for grade in found] == [
        ("assert-set", 0, "failed", "1 of 2"),
        ("contains", 1, "error", "it broke"),
    ]


def test_of_an_application_what_it_called_is_told_without_results():
    calls = (ToolCallPart(name="find", arguments={"id": "A1"}),)
    (found,) = parts.tools(work(application=APPLICATION), Trace(trial=TRIAL, tool_calls=calls), CUT)
    assert (found.name, found.arguments, found.result) == ("find", '{"id": "A1"}', None)
