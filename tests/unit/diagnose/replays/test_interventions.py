"""Each treatment: where it applies, and what it sends then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmgate.diagnose.replays import interventions
from llmgate.diagnose.replays.bench import Probe
from llmgate.diagnose.replays.interventions import OF, Patient
from llmgate.fixture import ContextDocument, provenance
from llmgate.preparing import Render, prepare
from llmgate.prompts import templates
from llmgate.store import Store
from llmgate.targets.rendering import Renderer
from llmgate.trial import FinishReason, Graded
from tests.unit.diagnose import clinic, trials
from tests.unit.sampling import fakes

RIGHT = {"id": "returns.md#1", "text": "Returns are free within 14 days.", "score": 0.2}
WRONG = {"id": "returns.md#2", "text": "In the US it is 30 days.", "score": 0.9}
OTHER = {"id": "gifts.md#1", "text": "Gift cards never expire.", "score": 0.5}
TOOL = {"name": "look_up", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}}
RESULT = {"name": "look_up", "arguments": {"id": "A1"}, "result": {"arrives": "12 March"}}
SCHEMA = {"type": "object", "required": ["days"], "properties": {"days": {"type": "integer"}}}
CONTEXT = "{{ context }}\n{{ question }}\n"


def patient(
    *,
    params: str = "{temperature: 0.3}",
    prompt: str = CONTEXT,
    api: str = "openai-chat",
    known: tuple[dict[str, Any], ...] = (),
    failing: Graded | None = None,
    render: Render = templates.fill,
    **content: Any,
) -> Patient:
    case = clinic.fixture(**content)
    files = {**fakes.files(), "llmgate.yaml": fakes.config(params=params), "prompts/p.md": prompt}
    if render is not templates.fill:
        files["llmgate.yaml"] = files["llmgate.yaml"].replace("prompts/p.md", "prompts/p.jinja")
        files["prompts/p.jinja"] = prompt
    side = clinic.read(clinic.history({}, files), "head", render)
    documents = [*case.context.documents, *map(ContextDocument.model_validate, known)]
    return Patient(
        fixture=case,
        side=side,
        prepared=prepare(case, side),
        failing=failing or trials.graded(case, "It is 30 days."),
        known={document.id: document for document in documents},
        api=api,
    )


def applied(name: str, one: Patient) -> Probe | None:
    return OF[name].applied(one)


def sent(name: str, one: Patient) -> str:
    probe = applied(name, one)
    assert probe is not None
    return "".join(message.text for message in probe.prepared.request.messages)


def params(name: str, one: Patient) -> dict[str, Any]:
    probe = applied(name, one)
    assert probe is not None
    return dict(probe.prepared.request.params)


def context(*documents: dict[str, Any], gold: tuple[str, ...] = ("returns.md#1",)) -> dict[str, Any]:
    return {"context": {"documents": list(documents), "gold": list(gold)}}


# Documents


def test_gold_documents_puts_what_was_missed_before_the_others() -> None:
    text = sent("gold_documents", patient(**context(WRONG), known=(RIGHT,)))
    assert 0 <= text.index("14 days") < text.index("30 days")


def test_gold_documents_gives_them_the_best_score_as_a_template_may_drop_the_others(tmp_path: Path) -> None:
    template = "{% for d in documents if d.score > 0.4 %}{{ d.text }}\n{% endfor %}{{ question }}\n"
    with Renderer() as renderer:
        one = patient(**context(WRONG, RIGHT), prompt=template, render=renderer.render)
        assert "14 days" not in "".join(message.text for message in one.prepared.request.messages)
        assert "14 days" in sent("gold_documents", one)


def test_gold_documents_shows_them_even_where_the_prompt_shows_no_documents() -> None:
    text = sent("gold_documents", patient(**context(WRONG, RIGHT), prompt="{{ question }}\n"))
    assert "[returns.md#1] Returns are free within 14 days." in text


@pytest.mark.parametrize(
    "one",
    [
        patient(**context(RIGHT, WRONG)),
        patient(**context(WRONG)),
        patient(**context(WRONG, gold=()), **{"assert": [{"type": "is-json"}]}),
    ],
    ids=["all are shown", "text not known", "nobody says which"],
)
def test_gold_documents_does_not_apply_where_nothing_is_missing_or_known(one: Patient) -> None:
    assert applied("gold_documents", one) is None


def test_without_gold_the_documents_that_hold_what_is_expected_are_the_right_ones() -> None:
    one = patient(**context(WRONG, RIGHT, OTHER, gold=()))
    assert one.wanted == ("returns.md#1",)
    assert applied("gold_alone", one) is not None


def test_texts_that_say_too_little_point_at_no_document() -> None:
    one = patient(**context(WRONG, RIGHT, gold=()), **{"assert": [{"type": "contains", "value": "14"}]})
    assert one.wanted == ()


def test_gold_alone_leaves_the_others_out() -> None:
    text = sent("gold_alone", patient(**context(WRONG, RIGHT, OTHER)))
    assert ("14 days" in text, "30 days" in text, "Gift" in text) == (True, False, False)


def test_gold_first_puts_them_in_front_and_keeps_the_others_in_their_order() -> None:
    text = sent("gold_first", patient(**context(WRONG, RIGHT, OTHER)))
    assert text.index("14 days") < text.index("30 days") < text.index("Gift")


def test_no_context_shows_none_at_all() -> None:
    text = sent("no_context", patient(**context(WRONG, RIGHT)))
    assert ("days" in text, "May I return it?" in text) == (False, True)


@pytest.mark.parametrize("name", ["gold_alone", "gold_first"])
def test_what_orders_documents_does_not_apply_where_they_are_right_or_missing(name: str) -> None:
    assert applied(name, patient(**context(RIGHT))) is None
    assert applied(name, patient(**context(WRONG), known=(RIGHT,))) is None
    assert applied("gold_first", patient(**context(RIGHT, WRONG))) is None


def test_no_context_does_not_apply_without_documents() -> None:
    assert applied("no_context", patient()) is None


def test_the_documents_that_are_graded_are_those_that_are_shown() -> None:
    probe = applied("gold_alone", patient(**context(WRONG, RIGHT)))
    assert probe is not None
    assert [document.id for document in probe.documents] == ["returns.md#1"]


# Tools


def with_tools(**content: Any) -> Patient:
    return patient(tools={"definitions": [TOOL], "results": [RESULT]}, **content)


def test_recorded_tools_puts_calls_and_results_in_and_counts_them_as_the_models() -> None:
    probe = applied("recorded_tools", with_tools())
    assert probe is not None
    *_, made, answer = probe.prepared.request.messages
    assert ([call.name for call in made.tool_calls], answer.role, answer.name) == (["look_up"], "tool", "look_up")
    assert [(call.name, call.arguments) for call in probe.given] == [("look_up", {"id": "A1"})]


@pytest.mark.parametrize(("api", "choice"), [("openai-chat", "function"), ("anthropic-messages", "tool")])
def test_forced_tool_asks_for_the_first_recorded_one_once(api: str, choice: str) -> None:
    probe = applied("forced_tool", with_tools(api=api))
    assert probe is not None
    request = probe.prepared.request
    assert "tool_choice" not in request.params
    forced: Any = request.once["tool_choice"]
    assert (forced["type"], "look_up" in str(forced)) == (choice, True)


def test_forced_tool_does_not_apply_where_the_model_called_it_or_may_not_be_forced() -> None:
    one = with_tools()
    called = trials.graded(one.fixture, "", calls=[("look_up", {"id": "A2"})])
    assert applied("forced_tool", replace(one, failing=called)) is None
    assert applied("forced_tool", with_tools(params="{tool_choice: none}")) is None
    assert applied("forced_tool", patient(tools={"definitions": [TOOL]})) is None
    assert applied("recorded_tools", patient(tools={"definitions": [TOOL]})) is None


# Format and length


def test_strict_schema_holds_the_answer_to_the_asserted_schema() -> None:
    one = patient(**{"assert": [{"type": "is-json", "value": SCHEMA}]})
    assert params("strict_schema", one)["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
    }


@pytest.mark.parametrize(
    ("written", "treated"),
    [
        ("{format: {type: json_schema, name: a, schema: {type: object}}, verbosity: low}", True),
        ("{format: {type: json_schema, name: a, strict: true, schema: {type: object}}}", False),
    ],
)
def test_strict_schema_takes_the_place_of_a_format_that_responses_would_prefer(
    written: str,
    *,
    treated: bool,
) -> None:
    one = patient(params=f"{{text: {written}}}", api="openai-responses", **{"assert": [{"type": "is-json"}]})
    probe = applied("strict_schema", one)
    assert (probe is not None) is treated
    if probe is not None:
        found = probe.prepared.request.params
        assert (found["text"], found["response_format"]["json_schema"]["strict"]) == ({"verbosity": "low"}, True)


def test_strict_schema_without_a_schema_asks_for_json() -> None:
    one = patient(**{"assert": [{"type": "assert-set", "assert": [{"type": "is-json"}]}]})
    assert params("strict_schema", one)["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    "one",
    [
        patient(),
        patient(api="anthropic-messages", **{"assert": [{"type": "is-json"}]}),
        patient(params="{response_format: {type: json_object}}", **{"assert": [{"type": "is-json"}]}),
        patient(
            params="{response_format: {type: json_schema, json_schema: {name: a, strict: true, schema: {}}}}",
            **{"assert": [{"type": "is-json", "value": SCHEMA}]},
        ),
    ],
    ids=["no JSON is asserted", "the API has no such parameter", "asked for already", "strict already"],
)
def test_strict_schema_does_not_apply(one: Patient) -> None:
    assert applied("strict_schema", one) is None


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_more_room_doubles_the_limit_at_which_an_answer_was_cut(limit: str) -> None:
    one = patient(params=f"{{{limit}: 50}}")
    cut = trials.graded(one.fixture, "It is", finish=FinishReason.LENGTH)
    assert params("more_room", replace(one, failing=cut)) == {limit: 100}
    assert applied("more_room", one) is None
    assert applied("more_room", replace(patient(), failing=cut)) is None


# Thinking


def test_effort_makes_room_for_the_thoughts() -> None:
    assert params("effort", patient(params="{max_tokens: 50}")) == {"reasoning_effort": "high", "max_tokens": 4_146}
    assert params("effort", patient(params="{reasoning_effort: low}")) == {"reasoning_effort": "high"}
    found = params("effort", patient(params="{max_tokens: 50, temperature: 0.2}", api="anthropic-messages"))
    assert found == {"max_tokens": 4_146, "thinking": {"type": "enabled", "budget_tokens": 4_096}}


def test_effort_does_not_apply_where_it_thinks_its_most_or_no_limit_is_known() -> None:
    assert applied("effort", patient(params="{reasoning_effort: high}")) is None
    assert applied("effort", patient(api="anthropic-messages")) is None
    thinking = "{max_tokens: 50, thinking: {type: enabled, budget_tokens: 1024}}"
    assert applied("effort", patient(params=thinking, api="anthropic-messages")) is None


# All of them


def test_every_treatment_can_be_named_by_a_hypothesis() -> None:
    named = provenance.Hypothesis.model_json_schema()["properties"]["test"]["anyOf"][0]["enum"]
    assert list(named) == [each.name for each in interventions.EVERY]


@pytest.mark.parametrize("name", sorted(OF))
def test_a_treatment_sends_other_bytes_and_keeps_what_grades(name: str) -> None:
    one = patient(
        params="{max_tokens: 50}",
        tools={"definitions": [TOOL], "results": [RESULT]},
        known=(RIGHT,),
        **context(WRONG, OTHER) if name == "gold_documents" else context(WRONG, OTHER, RIGHT),
        **{"assert": [{"type": "is-json", "value": SCHEMA}]},
    )
    cut = trials.graded(one.fixture, "{", finish=FinishReason.LENGTH)
    probe = applied(name, replace(one, failing=cut))
    assert probe is not None
    assert probe.fixture == one.fixture
    assert probe.name != one.untreated().name
    assert probe.prepared.request.model == one.prepared.request.model


def test_a_treated_arm_is_drawn_like_any_other(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.sqlite") as store:
        lab = fakes.Lab(store=store)
        lab.client.answer = lambda asked: clinic.BAD if "30 days" in asked.text else clinic.GOOD
        found = clinic.explained(
            lab,
            clinic.history({"prompts/p.md": CONTEXT}),
            clinic.fixture(hypothesis={"statement": "x", "test": "gold_alone"}, **context(WRONG, RIGHT)),
            treated=True,
            attributed=False,
            categories=("reasoning",),
        )
    effects = {effect.name: effect.treated.trials for effect in found.replayed["a"].effects}
    assert effects["gold_alone"] == 8  # beside the likeliest group, and in full: the hypothesis is tested
