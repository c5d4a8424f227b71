import dataclasses

import pytest

from llmgate import documents, fixture
from llmgate.capture.drafts import drafting
from llmgate.capture.drafts.placement import Placement, Sent
from llmgate.capture.redacting import Redacting
from llmgate.capture.span import ToolRun
from llmgate.redaction import Redactor
from tests.unit.capture.simple import said, seen

SECRET = "sk-canary-0123456789abcdefghij"
ASK = said("user", "Where is A1?")


def conversation(**fields):
    (found,) = seen(
        {
            "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
            "id": "00f067aa0ba902b7",
            "messages": [ASK],
            "started_ns": 1_790_000_000 * 10**9,
            **fields,
        }
    )
    return found


def draft(found=None, *, placement=None, left_out=(), **sent):
    found = found or conversation()
    sent = Sent(messages=found.messages, **sent)
    place = placement or Placement(
        target="support", turns=tuple(found.messages), documents=tuple(sent.documents), exact=True
    )
    redacts = Redacting(known=Redactor())
    return drafting.draft(found, sent, place, redacts, source="otlp", left_out=left_out)


def test_a_draft_is_a_fixture_that_does_not_run_yet():
    made = draft()

    (found,), faults = fixture.parse(documents.read("d.yaml", made.text.encode()))
    assert faults == ()
    assert found == made.fixture
    assert (found.draft, found.is_active, found.assertions) == (True, False, ())


def test_a_draft_tells_what_a_person_is_to_add():
    text = draft().text

    assert text.startswith("# Captured from otlp: a replay sends what production sent.\nid: support-")
    assert "# category: " in text
    assert "# hypothesis: " in text


def test_the_same_conversation_has_the_same_id_and_another_one_another():
    other = conversation(id="00f067aa0ba902b8")

    assert draft().fixture.id == draft().fixture.id
    assert draft(other).fixture.id != draft().fixture.id


def test_provenance_is_carried():
    found = conversation(feedback=[{"name": "helpful", "score": 0.0, "label": "thumbs_down", "negative": True}])

    origin = draft(found).fixture.origin

    assert (origin.kind, origin.source, origin.trace) == ("production", "otlp", "4bf92f3577b34da6a3ce929d0e0e4736")
    assert (origin.span, str(origin.captured), origin.feedback) == ("00f067aa0ba902b7", "2026-09-21", "thumbs_down")


def test_what_production_did_is_carried_and_not_replayed():
    found = conversation(
        requested="gpt-4.1",
        served="gpt-4.1-2025-04-14",
        provider="openai",
        params={"temperature": 0.2},
        seed=7,
        output=[said("assistant", "In Berlin.")],
        finish_reason="stop",
        prompt={"name": "support", "version": "3"},
    )

    made = draft(found).fixture

    assert made.seed == 7
    assert made.observed.output == "In Berlin."
    assert made.observed.model.served == "gpt-4.1-2025-04-14"
    assert made.observed.params == {"temperature": 0.2}
    assert made.observed.prompt.version == "3"
    assert made.digest == draft(dataclasses.replace(found, spans=(conversation(seed=7).first,))).fixture.digest


def test_the_expected_output_is_suggested_and_nothing_is_invented():
    made = draft(conversation(expected="In Berlin."))

    assert [each.model_dump(exclude_none=True) for each in made.fixture.assertions] == [
        {"type": "equals", "value": "In Berlin."}
    ]
    assert "# Suggested: " in made.text
    assert draft().text.endswith("assert: []\n")


def test_what_the_source_lacks_is_listed():
    place = Placement(target="support", turns=(ASK,), lacking=("question",))

    made = draft(conversation(missing=["tool definitions"]), placement=place)

    assert made.fixture.completeness.missing == ("tool definitions", "the value of the variable question")
    assert made.note == "fill in input.variables: question"


def test_state_outside_is_listed_and_keeps_the_fixture_out_of_the_suite():
    made = draft(conversation(depends_on=["previous_response_id"]))

    assert made.fixture.completeness.depends_on == ("previous_response_id",)
    assert not made.fixture.model_copy(update={"draft": False}).is_active


def test_a_document_without_a_text_is_state_outside_unless_nothing_shows_it():
    sent = {"documents": [{"id": "a", "text": ""}], "textless": ("a",)}
    place = Placement(target="support", turns=(ASK,), documents=tuple(sent["documents"]))

    assert draft(placement=place, **sent).fixture.completeness.depends_on == ("the text of the document a",)
    assert draft(**sent).fixture.completeness.depends_on == ()


def test_secrets_are_replaced_alike_in_messages_documents_and_results():
    found = dataclasses.replace(
        conversation(messages=[said("user", f"ada@shop.org {SECRET}")]),
        results=({"name": "find", "arguments": {"mail": "Ada@shop.org"}, "result": SECRET},),
    )

    made = draft(found, documents=[{"id": "a", "text": "of ada@shop.org"}])

    assert SECRET not in made.text
    assert "shop.org" not in made.text
    assert made.fixture.input.messages[0].text == "person-1@example.com [secret-1]"
    assert made.fixture.tools.results[0].arguments == {"mail": "person-1@example.com"}
    assert made.fixture.tools.results[0].result == "[secret-1]"
    assert made.fixture.context.documents[0].text == "of person-1@example.com"
    assert made.fixture.origin.redacted == {"email": 1, "secret": 1}


@pytest.mark.parametrize(
    "field", ["trace", "id", "name", "finish_reason", "requested", "served", "provider", "error", "expected"]
)
def test_a_secret_in_any_field_is_written_nowhere(field):
    made = draft(conversation(**{field: SECRET}))

    assert SECRET not in made.text


def test_content_that_makes_no_fixture_is_told_without_the_content():
    bad = Placement(target="support", turns=({"role": SECRET, "parts": []},))

    with pytest.raises(drafting.Undraftable, match=r"it makes no valid fixture: input\.messages\.0") as error:
        draft(placement=bad)

    assert SECRET not in str(error.value)


def test_the_title_is_what_the_user_asked():
    place = Placement(target="support", variables={"tone": "kind", "question": "Is  it\nopen? " + "x" * 100})

    assert draft().fixture.title == "Where is A1?"
    assert draft(placement=place).fixture.title == ("Is it open? " + "x" * 100)[:79] + "…"


def test_tools_are_carried_as_they_were_sent():
    tool = {"name": "find", "description": "Finds.", "parameters": {"type": "object", "properties": {}}}
    run = ToolRun(name="find", arguments='{"id": 1}', result="x")

    made = draft(
        dataclasses.replace(conversation(), results=({"name": run.name, "arguments": {"id": 1}, "result": "x"},)),
        tools=[tool],
    )

    assert made.fixture.tools.definitions[0].name == "find"
    assert made.fixture.tools.results[0].arguments == {"id": 1}


def test_a_part_that_was_left_out_keeps_the_fixture_out_of_the_suite():
    made = draft(left_out=["the image: its bytes are no base64, or too many"])

    assert made.fixture.completeness.depends_on == ("the image: its bytes are no base64, or too many",)
    assert made.note == "it cannot be replayed, see completeness.depends_on"


def test_what_a_prompts_error_quotes_is_redacted_and_stays_in_the_comment():
    difference = f"'dict object' has no attribute '{SECRET}\nassert: []\x1b[31m'"

    made = draft(placement=Placement(target="support", turns=(ASK,), difference=difference))

    first = made.text.splitlines()[0]
    assert SECRET not in made.note + made.text
    assert first.endswith("has no attribute '[secret-1]\\nassert: []\\x1b[31m'.")


@pytest.mark.parametrize("given", [{"q": "x" * documents.MAX_BYTES}, {"q": [0] * 40_000}])
def test_a_draft_that_could_not_be_read_again_is_none(given):
    place = Placement(target="support", turns=(ASK,), variables=given)

    with pytest.raises(drafting.Undraftable, match="could not be read: "):
        draft(placement=place)


def test_an_id_of_digits_is_text_like_any_other():
    found = draft(conversation(trace="4111111111111111")).fixture.origin

    assert (found.trace, found.span) == ("[card-1]", "00f067aa0ba902b7")
