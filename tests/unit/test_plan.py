import datetime as dt
import hashlib

import pytest

from llmgate import gate
from llmgate.changes import Kind
from llmgate.errors import UsageError
from llmgate.prompts import templates
from llmgate.report.material import Material
from llmgate.trial import Arm
from tests import stories
from tests.unit.sampling import fakes

EDIT = {"prompts/p.md": "Answer better: {{ question }}\n"}
TOOLS = "tools: {definitions: [{name: look, parameters: {type: object}}]}\n"


def made(head, base=None, **asked):
    return fakes.inspected(base or fakes.files(), head, **asked)


def ids(planned):
    return [item.id for item in planned]


def exercised(material):
    return {change.kind: names for change, names in zip(material.changes, material.plan.exercised, strict=True)}


def test_a_fixture_whose_request_differs_is_compared():
    plan = made(EDIT).plan
    assert (ids(plan.compared), plan.new, plan.identical) == (["a", "b", "c"], (), ())


def test_a_fixture_that_sends_the_same_bytes_on_both_arms_is_skipped():
    base = fakes.files() | {"prompts/p.md": "{{ question }}", "prompts/q.md": "Say {{ question }}"}
    base["llmgate.yaml"] = fakes.config(extra="  u: {kind: prompt, prompt: prompts/q.md, model: answerer}\n")
    base["fixtures/d.yaml"] = fakes.case("d", target="u")
    plan = made({"prompts/q.md": "Tell {{ question }}"}, base).plan
    assert (ids(plan.compared), plan.identical) == (["d"], ("a", "b", "c"))


def test_a_fixture_of_the_head_alone_runs_without_a_base():
    plan = made({**EDIT, "fixtures/d.yaml": fakes.case("d")}).plan
    assert (ids(plan.new), plan.new[0].base) == (["d"], None)
    with pytest.raises(ValueError, match="it has no base"):
        plan.new[0].on(Arm.BASE)


def test_a_fixture_that_the_head_cannot_render_is_unfit_and_says_where():
    plan = made({"prompts/p.md": "{{ question }} {{ country }}"}).plan
    assert (plan.runs, [(fault.file, fault.line) for fault in plan.unfit]) == (
        (),
        [(f"fixtures/{name}.yaml", 1) for name in "abc"],
    )
    assert "country" in plan.unfit[0].message


def test_a_fixture_whose_target_the_head_removes_is_unfit():
    other = fakes.config().replace("  t: {", "  other: {")
    material = made({"llmgate.yaml": other, **EDIT})
    assert material.plan.unfit[0].message.endswith("there is no target 't'")
    assert material.plan.unfit[0].remedy == "targets in llmgate.yaml: other"


def test_a_fixture_that_only_the_base_cannot_render_has_nothing_to_be_compared_with():
    base = fakes.files() | {"prompts/p.md": "{{ question }} {{ country }}"}
    assert ids(made({"prompts/p.md": "{{ question }}"}, base).plan.new) == ["a", "b", "c"]


def test_a_fixture_whose_target_only_the_head_has_is_new():
    settings = fakes.config(extra="  u: {kind: prompt, prompt: prompts/q.md, model: answerer}\n")
    head = {"llmgate.yaml": settings, "prompts/q.md": "{{ question }}", "fixtures/d.yaml": fakes.case("d", target="u")}
    plan = made(head).plan
    assert (ids(plan.new), plan.identical) == (["d"], ("a", "b", "c"))


# What a change is exercised by

KINDS = {
    Kind.PROMPT: EDIT,
    Kind.MODEL: {"llmgate.yaml": fakes.config(model="m-2026-03-01")},
    Kind.PARAMS: {"llmgate.yaml": fakes.config(params="{temperature: 0.4}")},
    Kind.SCHEMA: {"llmgate.yaml": fakes.config(params="{temperature: 0.3, response_format: {type: json_object}}")},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_is_exercised_by_the_fixtures_that_send_it(kind):
    assert exercised(made(KINDS[kind])) == {kind: ("a", "b", "c")}


def test_a_number_that_is_written_otherwise_is_sent_otherwise_and_exercised():
    base = fakes.files(params="{temperature: 0}")
    material = made({"llmgate.yaml": fakes.config(params="{temperature: 0.0}")}, base)
    assert exercised(material) == {Kind.PARAMS: ("a", "b", "c")}


def test_each_of_two_changes_is_exercised_by_what_sends_it():
    found = exercised(made({**EDIT, "llmgate.yaml": fakes.config(params="{temperature: 0.4}")}))
    assert found == {Kind.PROMPT: ("a", "b", "c"), Kind.PARAMS: ("a", "b", "c")}


def test_the_default_of_a_variable_is_exercised_where_a_partial_changes_too():
    config = fakes.config().replace("prompts/p.md", "prompts/p.prompt")
    prompt = "---\ninput: {{default: {{tone: {tone}}}}}\n---\n{{{{> what}}}} {{{{tone}}}} {{{{question}}}}\n"
    base = fakes.files() | {"llmgate.yaml": config, "prompts/_what.prompt": "Answer"}
    base["prompts/p.prompt"] = prompt.format(tone="kind")
    head = {"prompts/p.prompt": prompt.format(tone="curt"), "prompts/_what.prompt": "Reply"}
    material = made(head, base)
    found = dict(zip((change.path for change in material.changes), material.plan.exercised, strict=True))
    assert found == {"prompts/p.prompt": ("a", "b", "c"), "prompts/_what.prompt": ("a", "b", "c")}


def test_a_change_of_what_a_fixture_does_not_use_is_not_exercised():
    base = fakes.files() | {"prompts/other.md": "hello"}
    assert exercised(made({"prompts/other.md": "good day"}, base)) == {Kind.PROMPT: ()}


@pytest.mark.parametrize("fixture", [{}, {"fixtures/new.yaml": fakes.case("new")}])
@pytest.mark.parametrize(
    ("kind", "head"),
    [
        (Kind.RETRIEVAL, {"llmgate.yaml": fakes.config().replace("top_k: 4", "top_k: 5")}),
        (Kind.INDEX, {"docs/returns.md": "30 days"}),
    ],
)
def test_a_change_of_retrieval_is_never_exercised_by_frozen_documents(kind, head, fixture):
    assert exercised(made(head | fixture)) == {kind: ()}


def test_an_edit_of_the_seed_is_compared_and_exercised():
    base = fakes.files(params="{seed: 7}")
    material = made({"llmgate.yaml": fakes.config(params="{seed: 8}")}, base)
    assert ids(material.plan.compared) == ["a", "b", "c"]
    assert exercised(material) == {Kind.PARAMS: ("a", "b", "c")}


def test_a_fixture_with_a_seed_of_its_own_does_not_send_the_model_entrys():
    base = fakes.files(params="{seed: 7}") | {"fixtures/a.yaml": fakes.case("a", extra="seed: 3\n")}
    material = made({"llmgate.yaml": fakes.config(params="{seed: 8}")}, base)
    assert (ids(material.plan.compared), material.plan.identical) == (["b", "c"], ("a",))
    assert exercised(material) == {Kind.PARAMS: ("b", "c")}


def test_a_limit_of_steps_is_exercised_where_tools_are_offered_and_only_there():
    base = fakes.files() | {"fixtures/a.yaml": fakes.case("a", extra=TOOLS)}
    material = made({"llmgate.yaml": fakes.config(target=", max_steps: 2")}, base)
    assert (ids(material.plan.compared), material.plan.identical) == (["a"], ("b", "c"))
    assert exercised(material) == {Kind.PARAMS: ("a",)}


# Single fixtures


def test_a_look_at_one_fixture_runs_it_alone():
    plan = made({**EDIT, "fixtures/n.yaml": fakes.case("n")}, only=("b",)).plan
    assert (ids(plan.compared), plan.new) == (["b"], ())


def test_coverage_is_of_the_whole_suite_whichever_fixtures_run():
    assert exercised(made(EDIT, only=("b",))) == {Kind.PROMPT: ("a", "b", "c")}


def test_a_look_at_a_fixture_that_is_not_there_is_a_wrong_call():
    with pytest.raises(UsageError, match="there is no fixture nowhere, x"):
        made(EDIT, only=("x", "a", "nowhere"))


def test_a_fixture_that_is_mistyped_is_told_with_the_likely_one():
    edit = {**EDIT, "fixtures/n.yaml": fakes.case("returns-window")}
    with pytest.raises(UsageError, match="there is no fixture return-windw") as refused:
        made(edit, only=("return-windw",))
    assert refused.value.remedy == "did you mean returns-window?"


def test_the_providers_are_those_of_both_arms():
    other = fakes.config().replace("provider: house", "provider: hut")
    assert made({"llmgate.yaml": other}).plan.providers == {"house", "hut"}


# Files that fixtures send

IMAGE = "not really a PNG"


def showing(name, *, data=IMAGE, path="shots/a.png"):
    digest = hashlib.sha256(data.encode()).hexdigest()
    part = f"{{type: blob, modality: image, mime_type: image/png, path: {path}, sha256: {digest}}}"
    return fakes.case(name).replace("}}\n", f"}}, messages: [{{role: user, parts: [{part}]}}]}}\n")


def with_image(**settings):
    return {**fakes.files(fixtures=()), "fixtures/a.yaml": showing("a"), "shots/a.png": IMAGE, **settings}


def test_a_fixture_that_runs_has_the_bytes_of_its_files_on_both_arms():
    (planned,) = made(EDIT, with_image()).plan.compared
    assert [list(planned.on(arm).request.blobs.values()) for arm in Arm] == [[IMAGE.encode()]] * 2


@pytest.mark.parametrize("now", [None, "another picture"])
def test_a_file_that_the_head_removes_or_changes_is_sent_as_the_base_has_it_and_told(now):
    material = made({**EDIT, "shots/a.png": now}, with_image())
    (planned,) = material.plan.compared
    assert list(planned.head.request.blobs.values()) == [IMAGE.encode()]
    (item,) = material.findings
    assert (item.rule, item.file) == ("suite_changes", "fixtures/a.yaml")
    assert "sends 'shots/a.png', which is changed or removed" in item.message


def test_with_the_approvers_label_a_new_file_holds():
    changed = {**EDIT, "shots/a.png": "new", "fixtures/a.yaml": showing("a", data="new")}
    material = made(changed, with_image(), approvals=stories.approvals("llmgate: suite approved"))
    assert list(material.plan.compared[0].head.request.blobs.values()) == [b"new"]
    assert material.findings == []


def test_a_new_file_with_its_digest_is_a_changed_input():
    material = made({**EDIT, "shots/a.png": "new", "fixtures/a.yaml": showing("a", data="new")}, with_image())
    assert ["its input is changed" in item.message for item in material.findings] == [True]
    assert list(material.plan.compared[0].head.request.blobs.values()) == [IMAGE.encode()]


def test_a_fixture_whose_file_nobody_has_does_not_run_and_says_where():
    plan = made(EDIT, {**with_image(), "shots/a.png": "never recorded"}).plan
    (fault,) = plan.unfit
    assert (plan.runs, fault.file, fault.line) == ((), "fixtures/a.yaml", 1)
    assert "'shots/a.png' of its messages has another sha256 than the fixture records" in fault.message
    assert plan.exercised == ((),)


def test_files_of_fixtures_that_do_not_run_are_not_read():
    base = with_image(**{"fixtures/b.yaml": fakes.case("b", target="u"), "prompts/q.md": "Say {{ question }}"})
    base["llmgate.yaml"] = fakes.config(extra="  u: {kind: prompt, prompt: prompts/q.md, model: answerer}\n")
    head = fakes.changed(base, {"prompts/q.md": "Tell {{ question }}"})
    history = fakes.FakeHistory({"base": base, "head": head})
    material = Material(question=fakes.question())
    gate.inspect(history, material, render=dict.fromkeys(Arm, templates.fill), today=dt.date(2026, 11, 22))
    assert (ids(material.plan.compared), material.plan.identical) == (["b"], ("a",))
    assert "shots/a.png" not in {path for _, path in history.reads}


def test_files_of_fixtures_that_are_not_asked_for_are_not_read():
    base = with_image(**{"fixtures/b.yaml": fakes.case("b")})
    plan = made(EDIT, {**base, "shots/a.png": "never recorded"}, only=("b",)).plan
    assert (ids(plan.runs), plan.unfit) == (["b"], ())
