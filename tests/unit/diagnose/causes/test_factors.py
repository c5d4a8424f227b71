from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from llmgate import config
from llmgate.changes import Kind
from llmgate.diagnose.causes import attributing, factors
from llmgate.diagnose.causes.factors import Arms, Factor
from llmgate.fixture import Fixture
from llmgate.preparing import Render
from llmgate.prompts import templates
from llmgate.retrieval import lock
from llmgate.retrieval.indexes import Indexes
from llmgate.trial import Request
from tests.unit.diagnose import clinic
from tests.unit.sampling import fakes

P, M, R, T, D = Factor.PROMPT, Factor.MODEL, Factor.PARAMS, Factor.TOOLS, Factor.RETRIEVAL


def arms(
    head: Mapping[str, str],
    base: Mapping[str, str] | None = None,
    case: Fixture | None = None,
    render: Render = templates.fill,
) -> Arms:
    found = clinic.revisions(clinic.history(head, base), render)
    planned = clinic.planned(case or clinic.fixture(), found.sides)
    made = attributing.mixable(planned, found.sides)
    assert made is not None
    return made


def sent(made: Arms, *of_head: Factor) -> Request:
    return made.mixed(frozenset(of_head)).request


def text(request: Request) -> str:
    return "".join(message.text for message in request.messages)


EVERYTHING = {
    "llmgate.yaml": fakes.config(model="m-2026-06-01", params="{temperature: 0.9}"),
    "prompts/p.md": "Guess: {{ question }}\n",
}


def test_each_factor_is_told_apart() -> None:
    assert arms(EVERYTHING).differing() == (P, M, R)
    assert arms({"prompts/p.md": EVERYTHING["prompts/p.md"]}).differing() == (P,)
    assert arms({"llmgate.yaml": fakes.config(params="{temperature: 0.9}")}).differing() == (R,)


def test_none_and_all_of_the_head_are_the_base_and_the_head() -> None:
    made = arms(EVERYTHING)
    whole = {arm.value: prepared for arm, prepared in made.prepared.items()}
    assert made.mixed(frozenset()).request == whole["base"].request
    assert made.mixed(frozenset(made.differing())).request == whole["head"].request


@pytest.mark.parametrize("factor", [P, M, R])
def test_each_factor_is_taken_from_the_head_by_itself(factor: Factor) -> None:
    one = sent(arms(EVERYTHING), factor)
    got = ("Guess" in text(one), one.model == "m-2026-06-01", one.params == {"temperature": 0.9})
    assert got == (factor is P, factor is M, factor is R)


@pytest.mark.parametrize("factor", [P, M, R])
def test_each_factor_is_put_back_by_itself(factor: Factor) -> None:
    one = sent(arms(EVERYTHING), *({P, M, R} - {factor}))
    got = ("Guess" in text(one), one.model == "m-2026-06-01", one.params == {"temperature": 0.9})
    assert got == (factor is not P, factor is not M, factor is not R)


def test_mixtures_that_send_something_else_have_other_digests() -> None:
    made = arms(EVERYTHING)
    mixed = [made.mixed(frozenset(chosen)).digest for chosen in ((), (P,), (M,), (R,), (P, M), (P, M, R))]
    assert len(set(mixed)) == len(mixed)


def test_a_seed_and_the_number_of_steps_are_parameters() -> None:
    tools = clinic.fixture(tools={"definitions": [TOOL]})
    seeded = {"llmgate.yaml": fakes.config(params="{temperature: 0.3, seed: 9}", target=", max_steps: 3")}
    made = arms(seeded, case=tools)
    assert made.differing() == (R,)
    one = made.mixed(frozenset({R}))
    assert (one.seed, one.max_steps, one.params["seed"]) == (9, 3, 9)
    assert made.mixed(frozenset()).max_steps == 8


def test_the_number_of_steps_of_a_conversation_without_tools_is_no_factor() -> None:
    made = arms({"llmgate.yaml": fakes.config(target=", max_steps: 3"), "prompts/p.md": EVERYTHING["prompts/p.md"]})
    assert made.differing() == (P,)


# What stands in a prompt's own file

TOOL = {"name": "look_up", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}}
YML = """messages:
  - role: user
    content: "{says} {{{{question}}}}"
{more}"""
OFFERED = """tools:
  - type: function
    function: {name: look_up, parameters: {type: object, properties: {id: {type: string}}}}
"""


def in_yml(says: str = "Answer:", more: str = "") -> dict[str, str]:
    settings = fakes.config().replace("prompts/p.md", "prompts/p.prompt.yml")
    return {"llmgate.yaml": settings, "prompts/p.prompt.yml": YML.format(says=says, more=more)}


def test_tools_of_the_prompts_file_are_a_factor_apart_from_its_words() -> None:
    made = arms(in_yml("Guess:", OFFERED), {**fakes.files(), **in_yml()})
    assert made.differing() == (P, T)
    alone = sent(made, T)
    assert ([tool.name for tool in alone.tools], "Guess" in text(alone)) == (["look_up"], False)
    without = sent(made, P)
    assert (without.tools, "Guess" in text(without)) == ((), True)


def test_tools_that_are_gone_are_one_factor() -> None:
    """That a conversation without tools has one step is no change of a parameter beside it."""
    made = arms(in_yml(), {**fakes.files(), **in_yml(more=OFFERED)})
    assert made.differing() == (T,)


def test_the_format_of_the_answer_in_the_prompts_file_is_a_parameter() -> None:
    made = arms(in_yml("Guess:", "responseFormat: json_object\n"), {**fakes.files(), **in_yml()})
    assert made.differing() == (P, R)
    assert sent(made, R).params["response_format"] == {"type": "json_object"}
    assert "response_format" not in sent(made, P).params


# Where the prompt is


def test_a_renamed_prompt_is_taken_from_either_arm() -> None:
    moved = {
        "llmgate.yaml": fakes.config(model="m-2026-06-01").replace("prompts/p.md", "prompts/q.md"),
        "prompts/q.md": "Guess: {{ question }}\n",
        "prompts/p.md": None,
    }
    made = arms(moved)  # type: ignore[arg-type]  # None removes a file
    assert made.differing() == (P, M)
    assert ("Guess" in text(sent(made, P)), sent(made, P).model) == (True, "m-2026-01-15")
    assert ("Guess" in text(sent(made, M)), sent(made, M).model) == (False, "m-2026-06-01")


def test_another_prompt_and_another_model_of_the_target_are_factors() -> None:
    other = (
        fakes.config()
        .replace("prompt: prompts/p.md, model: answerer", "prompt: prompts/q.md, model: second")
        .replace("  answerer:", "  second: {provider: house, model: m-2-2026-06-01}\n  answerer:")
    )
    both = {**fakes.files(), "prompts/q.md": "Guess: {{ question }}\n"}
    made = arms({"llmgate.yaml": other}, both)
    assert made.differing() == (P, M, R)
    assert (sent(made, M).model, "Guess" in text(sent(made, M))) == ("m-2-2026-06-01", False)


def test_a_fixture_without_a_base_cannot_be_mixed() -> None:
    found = clinic.revisions(clinic.history(EVERYTHING), templates.fill)
    planned = clinic.planned(clinic.fixture(), found.sides)
    alone = type(planned)(case=planned.case, head=planned.head)
    assert attributing.mixable(alone, found.sides) is None


# What is found


def searching(question: str = "returns") -> Fixture:
    return clinic.fixture(retrieval="live", input={"variables": {"question": question}})


SHOWN = {"prompts/p.md": "{{ context }}\n{{ question }}\n", "docs/returns.md": "Returns take 14 days."}


def locked(files: Mapping[str, str]) -> dict[str, str]:
    content = {path: text.encode() for path, text in files.items()}
    indexes = Indexes(config.read(content[config.PATH]), content, content.__getitem__)
    return {lock.PATH: lock.write({"handbook": lock.locked(indexes.corpus("handbook").built)}).decode()}


def live_arms(head: Mapping[str, str]) -> Arms:
    base = {**fakes.files(), **SHOWN}
    changed = {**base, **head}
    return arms({**head, **locked(changed)}, {**base, **locked(base)}, searching())


def test_documents_that_are_found_are_a_factor() -> None:
    made = live_arms({"docs/returns.md": "Returns take 30 days.", "prompts/p.md": "Guess.\n" + SHOWN["prompts/p.md"]})
    assert made.differing() == (P, D)
    found = sent(made, D)
    assert ("30 days" in text(found), "Guess" in text(found)) == (True, False)
    asked = sent(made, P)
    assert ("14 days" in text(asked), "Guess" in text(asked)) == (True, True)


def test_a_mixed_arm_is_graded_on_the_documents_that_it_was_shown() -> None:
    made = live_arms({"docs/returns.md": "Returns take 30 days.", "prompts/p.md": "Guess.\n" + SHOWN["prompts/p.md"]})
    for head, expected in ((frozenset({D}), "30 days"), (frozenset({P}), "14 days")):
        (document,) = attributing.probe_of(made, head).documents
        assert expected in document.text


def test_a_changed_index_that_a_frozen_fixture_does_not_search_is_no_factor() -> None:
    frozen = clinic.fixture(context={"documents": [{"id": "x", "text": "y"}]})
    made = arms({"docs/returns.md": "30 days", **EVERYTHING}, case=frozen)
    assert D not in made.differing()


# Files


def test_a_file_of_the_conversation_goes_with_every_mixture() -> None:
    data = "%PDF-1.4"
    digest = hashlib.sha256(data.encode()).hexdigest()
    part = {
        "type": "blob",
        "mime_type": "application/pdf",
        "modality": "document",
        "path": "files/a.pdf",
        "sha256": digest,
    }
    turn = {"role": "user", "parts": [part, {"type": "text", "content": "What is it?"}]}
    case = clinic.fixture(input={"variables": {"question": "See?"}, "messages": [turn]})
    made = arms(EVERYTHING, {**fakes.files(), "files/a.pdf": data}, case)
    for chosen in ((), (P,), (M,), (P, M, R)):
        assert dict(sent(made, *chosen).blobs) == {digest: data.encode()}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_change_that_alters_requests_has_its_factor(kind: Kind) -> None:
    silent = {Kind.COMMENT, Kind.OTHER, Kind.APPLICATION}  # an application writes its requests itself
    assert (factors.of(kind) is None) == (kind in silent)


def test_every_factor_is_some_change() -> None:
    found: set[Any] = {factors.of(kind) for kind in Kind}
    assert found - {None} == set(Factor)
