from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmgate.config import Budget
from llmgate.diagnose.causes.factors import Factor
from llmgate.errors import CallRefused
from llmgate.fixture import ContextDocument
from llmgate.store import Store
from llmgate.targets.rendering import Renderer
from tests.unit.diagnose import clinic
from tests.unit.diagnose.clinic import BAD, GOOD
from tests.unit.sampling import fakes

EDITED = {"prompts/p.md": "Guess: {{ question }}\n"}
OTHER_MODEL = {"llmgate.yaml": fakes.config(model="m-2026-06-01")}
WARMER = {"llmgate.yaml": fakes.config(params="{temperature: 0.9}")}


@pytest.fixture
def lab(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "store.sqlite") as store:
        yield fakes.Lab(store=store)


def causes(found: Any) -> list[set[str]]:
    return [set(cause) for cause in found.attributions["a"].causes]


# Which factor


def test_the_only_factor_that_differs_is_the_cause_without_a_call(lab: fakes.Lab) -> None:
    found = clinic.explained(lab, clinic.history(EDITED), clinic.fixture())
    assert (causes(found), lab.client.asked) == ([{Factor.PROMPT}], [])


def test_the_guilty_one_of_two_is_found_by_running_them_apart(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: BAD if asked.request.model == "m-2026-06-01" else GOOD
    found = clinic.explained(lab, clinic.history({**EDITED, **OTHER_MODEL}), clinic.fixture())
    assert (causes(found), found.attributions["a"].settled) == ([{Factor.MODEL}], True)
    assert len(lab.client.asked) <= 24


def test_factors_that_break_it_together_are_named_together(lab: fakes.Lab) -> None:
    def answer(asked: fakes.Asked) -> str:
        together = asked.request.params["temperature"] == 0.9 and "Guess" in asked.text
        return BAD if together else GOOD

    lab.client.answer = answer
    found = clinic.explained(lab, clinic.history({**EDITED, **WARMER}), clinic.fixture())
    assert causes(found) == [{Factor.PROMPT, Factor.PARAMS}]
    assert found.attributions["a"].cures == {Factor.PROMPT, Factor.PARAMS}


def test_a_mixture_that_the_provider_refuses_leaves_its_factor_open(lab: fakes.Lab) -> None:
    def answer(asked: fakes.Asked) -> object:
        if asked.request.model == "m-2026-06-01" and "Guess" not in asked.text:
            return CallRefused("no such parameter", id="request-refused")
        return BAD if "Guess" in asked.text else GOOD

    lab.client.answer = answer
    found = clinic.explained(lab, clinic.history({**EDITED, **OTHER_MODEL}), clinic.fixture())
    assert (causes(found), found.attributions["a"].open) == ([{Factor.PROMPT}], (Factor.MODEL,))


def test_a_second_run_pays_for_nothing(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: BAD if "Guess" in asked.text else GOOD
    both = clinic.history({**EDITED, **OTHER_MODEL})
    first = clinic.explained(lab, both, clinic.fixture())
    paid = len(lab.client.asked)
    assert clinic.explained(lab, both, clinic.fixture()) == first
    assert (paid > 0, len(lab.client.asked)) == (True, paid)


@pytest.mark.parametrize("calls", [1, 2, 5, 9, 13, 17])
def test_where_the_budget_ends_what_is_shown_stays_and_no_more_is_spent(lab: fakes.Lab, calls: int) -> None:
    lab.budget = Budget(calls=calls)
    lab.client.answer = lambda asked: BAD if "Guess" in asked.text else GOOD
    found = clinic.explained(lab, clinic.history({**EDITED, **OTHER_MODEL}), clinic.fixture(), treated=True)
    assert len(lab.client.asked) == calls
    assert found.exhausted == f"the budget of {calls} calls is used up"
    assert causes(found) in ([], [{Factor.PROMPT}])


# Which hunk

RULES = [f"Rule {number}: be good." for number in range(12)]


def rules(edited: set[int]) -> dict[str, str]:
    lines = [f"{line} Always." if number in edited else line for number, line in enumerate(RULES)]
    return {"prompts/p.md": "\n".join(lines) + "\n{{ question }}\n"}


def edited(*numbers: int) -> Any:
    return clinic.history(rules(set(numbers)), {**fakes.files(), **rules(set())})


@pytest.mark.parametrize("guilty", [0, 5, 11])
def test_the_guilty_hunk_of_twelve_is_named(lab: fakes.Lab, guilty: int) -> None:
    lab.client.answer = lambda asked: BAD if f"{RULES[guilty]} Always." in asked.text else GOOD
    found = clinic.explained(lab, edited(*range(12)), clinic.fixture()).located["a"]
    assert ([hunk.line for hunk in found.hunks], found.total) == ([guilty + 1], 12)
    assert (found.breaks, found.suffices, found.minimal) == (True, True, True)
    assert found.comparisons <= 12


def test_hunks_that_break_it_together_are_named_together(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: BAD if all(f"{RULES[n]} Always." in asked.text for n in (2, 9)) else GOOD
    found = clinic.explained(lab, edited(*range(12)), clinic.fixture()).located["a"]
    assert [hunk.line for hunk in found.hunks] == [3, 10]
    assert (found.breaks, found.suffices, found.minimal) == (True, True, True)


def test_an_edit_of_one_hunk_is_named_without_a_call(lab: fakes.Lab) -> None:
    found = clinic.explained(lab, edited(4), clinic.fixture()).located["a"]
    assert ([hunk.line for hunk in found.hunks], found.total, lab.client.asked) == ([5], 1, [])


def test_a_hunk_of_an_included_file_is_named_with_its_file(lab: fakes.Lab) -> None:
    base = {
        **fakes.files(),
        "llmgate.yaml": fakes.config().replace("prompts/p.md", "prompts/p.jinja"),
        "prompts/p.jinja": '{% include "tone.jinja" %}\nBe brief.\n{{ question }}\n',
        "prompts/tone.jinja": "Be kind.\n",
    }
    head = {
        "prompts/p.jinja": '{% include "tone.jinja" %}\nBe very brief.\n{{ question }}\n',
        "prompts/tone.jinja": "Be rude.\n",
    }
    lab.client.answer = lambda asked: BAD if "rude" in asked.text else GOOD
    with Renderer() as renderer:
        both = clinic.history(head, base)
        found = clinic.explained(lab, both, clinic.fixture(), render=renderer.render).located["a"]
    assert [(hunk.path, hunk.removed, hunk.added) for hunk in found.hunks] == [
        ("prompts/tone.jinja", "Be kind.\n", "Be rude.\n")
    ]


# What cures it

CONTEXT = "{{ context }}\n{{ question }}\n"
RIGHT = {"id": "returns.md#1", "text": "Returns are free within 14 days."}
WRONG = {"id": "returns.md#2", "text": "In the US it is 30 days."}


def treated(lab: fakes.Lab, case: Any, **how: Any) -> Any:
    found = clinic.history({"prompts/p.md": "Guess.\n" + CONTEXT}, {**fakes.files(), "prompts/p.md": CONTEXT})
    return clinic.explained(lab, found, case, treated=True, attributed=False, **how).replayed["a"]


def test_a_document_that_was_missed_is_put_in(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: GOOD if "14 days" in asked.text else BAD
    case = clinic.fixture(context={"documents": [WRONG], "gold": ["returns.md#1"]})
    known = {"returns.md#1": ContextDocument.model_validate(RIGHT)}
    found = treated(lab, case, known=known)
    assert (found.best.name, found.best.treated.passed, found.best.untreated.passed) == ("gold_documents", 8, 0)


def test_a_document_that_misleads_is_taken_out(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: BAD if "30 days" in asked.text else GOOD
    case = clinic.fixture(context={"documents": [WRONG, RIGHT], "gold": ["returns.md#1"]})
    assert treated(lab, case).best.name == "gold_alone"


def test_the_order_of_documents_is_tried(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: GOOD if asked.text.find("14") < asked.text.find("30 ") else BAD
    case = clinic.fixture(context={"documents": [WRONG, RIGHT], "gold": ["returns.md#1"]})
    effects = {effect.name: effect.holds for effect in treated(lab, case, thorough=True).effects}
    assert effects["gold_first"]


def test_an_answer_that_stays_the_same_without_documents_did_not_come_from_them(lab: fakes.Lab) -> None:
    case = clinic.fixture(context={"documents": [RIGHT], "gold": ["returns.md#1"]})
    lab.client.answer = lambda _: BAD
    found = treated(lab, case)
    assert (found.best, found.unmoved.passed, found.unmoved.trials >= 5) == (None, found.unmoved.trials, True)


def test_json_is_cured_by_a_strict_schema(lab: fakes.Lab) -> None:
    schema = {"type": "object", "required": ["days"], "properties": {"days": {"type": "integer"}}}
    case = clinic.fixture(**{"assert": [{"type": "is-json", "value": schema}]})
    lab.client.answer = lambda asked: '{"days": 14}' if "response_format" in asked.request.params else "{days: 14,}"
    found = treated(lab, case)
    assert found.best.name == "strict_schema"
    asked = [
        each.request.params["response_format"] for each in lab.client.asked if "response_format" in each.request.params
    ]
    assert json.loads(json.dumps(asked[0]))["json_schema"] == {"name": "answer", "strict": True, "schema": schema}


TOOL = {"name": "look_up", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}}


def with_tools(*assertions: dict[str, Any]) -> Any:
    results = [{"name": "look_up", "arguments": {"id": "A1"}, "result": {"arrives": "12 March"}}]
    return clinic.fixture(tools={"definitions": [TOOL], "results": results}, **{"assert": list(assertions)})


def test_recorded_results_cure_a_wrong_argument(lab: fakes.Lab) -> None:
    def answer(asked: fakes.Asked) -> object:
        results = [part for message in asked.request.messages for part in message.parts if part.type != "text"]
        if results:
            return "It arrives on 12 March."
        return fakes.said(calls=[("1", "look_up", {"id": "A2"})])

    lab.client.answer = answer
    wanted = {"type": "trajectory:tool-args-match", "value": {"name": "look_up", "args": {"id": "A1"}}}
    found = treated(lab, with_tools(wanted, {"type": "contains", "value": "12 March"}))
    assert found.best.name == "recorded_tools"


def test_a_tool_is_forced_in_the_first_step_alone(lab: fakes.Lab) -> None:
    def answer(asked: fakes.Asked) -> object:
        if any(message.role == "tool" for message in asked.request.messages):
            assert "tool_choice" not in asked.request.params
            return "It arrives on 12 March."
        forced = "tool_choice" in asked.request.params
        return fakes.said(calls=[("1", "look_up", {"id": "A1"})]) if forced else "It arrives soon."

    lab.client.answer = answer
    found = treated(lab, with_tools({"type": "contains", "value": "12 March"}), thorough=True)
    assert {effect.name for effect in found.effects if effect.holds} == {"recorded_tools", "forced_tool"}


@pytest.mark.parametrize(
    ("api", "param"),
    [("openai-chat", "reasoning_effort"), ("anthropic-messages", "thinking"), ("openai-responses", "reasoning")],
)
def test_effort_is_asked_for_in_the_words_of_the_api(lab: fakes.Lab, api: str, param: str) -> None:
    base = {**fakes.files(), "llmgate.yaml": fakes.config(params="{max_tokens: 100, temperature: 0.3}")}
    lab.client.answer = lambda asked: GOOD if param in asked.request.params else BAD
    found = clinic.explained(
        lab, clinic.history(EDITED, base), clinic.fixture(), treated=True, attributed=False, api=api
    )
    assert found.replayed["a"].best.name == "effort"
    sent = next(asked.request.params for asked in lab.client.asked if param in asked.request.params)
    assert sent["max_tokens"] == 4_196


def test_a_treatment_without_an_effect_is_dropped_early(lab: fakes.Lab) -> None:
    lab.client.answer = lambda _: BAD
    found = treated(lab, clinic.fixture())
    assert [(effect.name, effect.treated.trials) for effect in found.effects] == [("effort", 5)]
    assert found.complete == {"effort"}


def test_the_likeliest_kind_is_treated_first_and_its_cure_ends_it(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: BAD if "30 days" in asked.text else GOOD
    case = clinic.fixture(context={"documents": [WRONG, RIGHT], "gold": ["returns.md#1"]})
    found = treated(lab, case, categories=("grounding",))
    assert "effort" not in {effect.name for effect in found.effects}
