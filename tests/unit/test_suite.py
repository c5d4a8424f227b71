import textwrap

import pytest

from llmgate import suite
from llmgate.trial import Arm

BASE = """\
id: a
target: support
title: first
category: grounding
critical: true
weight: 2
seed: 7
input:
  variables: {question: why, style: {tone: calm, size: 1}}
  messages: [{role: user, content: hello}]
context:
  documents: [{id: d1, text: one}, {id: d2, text: two}]
  gold: [d1]
tools:
  definitions: [{name: look_up}]
  results: [{name: look_up, arguments: {n: 1}, result: {ok: true}}]
assert:
- {type: contains, value: x}
- {type: assert-set, threshold: 0.5, assert: [{type: contains, value: y}, {type: contains, value: z}]}
"""
MEAN = "id: a\ntarget: t\nthreshold: 0.8\nassert: [{type: contains, value: x, weight: 2}, {type: contains, value: y}]\n"
SEES = {"question", "style", "hint"}


def loaded(files):
    files = {"f.yaml": files} if isinstance(files, str) else files
    return suite.load(files, lambda path: files[path].encode())


def joined(base, head, *, approved=False, reads=frozenset(SEES)):
    sides = [loaded(files) for files in (base, head)]
    assert not any(side.faults for side in sides), sides
    return suite.union(*sides, reads=lambda _: frozenset(reads), approved=approved)


def edited(before, after, text=BASE):
    assert before in text
    return text.replace(before, after, 1)


LOOSER = {
    "disabled": (BASE, BASE + "enabled: false\n", "disabled"),
    "made a draft": (BASE, BASE + "draft: true\n", "draft"),
    "not critical": (BASE, edited("critical: true", "critical: false"), "critical"),
    "lighter": (BASE, edited("weight: 2", "weight: 1"), "weight is lowered"),
    "heavier": (BASE, edited("weight: 2", "weight: 1000"), "weight is raised"),
    "other target": (BASE, edited("target: support", "target: other"), "target"),
    "other seed": (BASE, edited("seed: 7", "seed: 8"), "seed"),
    "no seed": (BASE, edited("seed: 7\n", ""), "seed"),
    "variable changed": (BASE, edited("question: why", "question: how"), "input"),
    "variable removed": (BASE, edited("question: why, ", ""), "input"),
    "unread variable changed": (edited("why", "why, z: 1"), edited("why", "why, z: 2"), "input"),
    "variable of another type": (BASE, edited("size: 1}", "size: true}"), "input"),
    "variable of another number type": (BASE, edited("size: 1}", "size: 1.0}"), "input"),
    "keys of a variable in another order": (BASE, edited("{tone: calm, size: 1}", "{size: 1, tone: calm}"), "input"),
    "variable added that the base reads": (BASE, edited("question: why", "question: why, hint: x"), "input"),
    "message changed": (BASE, edited("content: hello", "content: bye"), "input"),
    "message added": (BASE, edited("content: hello}", "content: hello}, {role: user, content: x}"), "input"),
    "only gold": (BASE, edited("gold: [d1]", "gold: [d2]"), "documents"),
    "no gold": (BASE, edited("gold: [d1]", "gold: []"), "documents"),
    "document text": (BASE, edited("text: two", "text: three"), "documents"),
    "document order": (
        BASE,
        edited("[{id: d1, text: one}, {id: d2, text: two}]", "[{id: d2, text: two}, {id: d1, text: one}]"),
        "documents",
    ),
    "document score": (BASE, edited("text: two", "text: two, score: 1"), "documents"),
    "index": (BASE, edited("  gold", "  index: {name: i}\n  gold"), "documents"),
    "tool description": (BASE, edited("{name: look_up}", "{name: look_up, description: x}"), "tools"),
    "tool result": (BASE, edited("ok: true", "ok: 1"), "tools"),
    "tool arguments": (BASE, edited("n: 1}", "n: true}"), "tools"),
    "assertion removed": (BASE, edited("- {type: contains, value: x}\n", ""), "assertion is removed"),
    "assertion changed": (BASE, edited("value: x", "value: e"), "assertion is removed or changed"),
    "assertion lighter": (BASE, edited("value: x", "value: x, weight: 0.5"), "assertion"),
    "assertion without weight": (BASE, edited("value: x", "value: x, weight: 0"), "assertion"),
    "assertion turned round": (BASE, edited("{type: contains, value: x", "{type: not-contains, value: x"), "assertion"),
    "looser set": (BASE, edited("threshold: 0.5", "threshold: 0.25"), "assertion"),
    "larger set": (BASE, edited("value: z}", "value: z}, {type: contains, value: e}"), "assertion"),
    "smaller set": (BASE, edited(", {type: contains, value: z}", ""), "assertion"),
    "a mean for all": (BASE, BASE + "threshold: 1\n", "threshold is lowered"),
    "lower mean": (MEAN, edited("0.8", "0.7", MEAN), "threshold is lowered"),
    "all for a mean": (MEAN, edited("threshold: 0.8\n", "", MEAN), "threshold is removed"),
    "diluted mean": (MEAN, edited("value: y}", "value: y}, {type: contains, value: e, weight: 9}", MEAN), "dilutes"),
    "doubled assertion in a mean": (
        MEAN,
        edited("value: y}", "value: y}, {type: contains, value: y}", MEAN),
        "dilutes",
    ),
    "weight inside a mean": (MEAN, edited("weight: 2", "weight: 1", MEAN), "assertion"),
}


@pytest.mark.parametrize("name", LOOSER)
def test_a_fixture_that_the_head_loosens_decides_in_its_base_form_and_is_reported(name):
    base, head, words = LOOSER[name]
    found = joined(base, head)
    (case,) = found.cases
    (weakening,) = found.weakened
    assert case.fixture == loaded(base).fixtures["a"].fixture
    assert (case.form, case.new) == (Arm.BASE, False)
    assert (weakening.fixture, words in weakening.what) == ("a", True), weakening
    assert (weakening.file, weakening.line, weakening.approved) == ("f.yaml", 1, False)
    assert weakening.lines or "order" in name


@pytest.mark.parametrize("name", LOOSER)
def test_an_approvers_label_lets_the_heads_form_hold(name):
    base, head, words = LOOSER[name]
    found = joined(base, head, approved=True)
    assert not found.weakened
    (told,) = found.let_through
    assert (told.approved, words in " ".join(told.every)) == (True, True)
    active = [stored.fixture for stored in loaded(head).fixtures.values() if stored.fixture.enabled]
    assert [case.fixture for case in found.cases] == [each for each in active if not each.draft]


TIGHTER = {
    "assertion added": (BASE, BASE + "- {type: contains, value: never}\n"),
    "assertion added that cannot judge": (
        edited("gold: [d1]", "gold: []"),
        edited("gold: [d1]", "gold: []") + "- {type: 'retrieval:contains-ids'}\n",
    ),
    "doubled": (BASE, BASE + "- {type: contains, value: x}\n"),
    "critical": (edited("critical: true", "critical: false"), BASE),
    "higher mean": (MEAN, edited("0.8", "1.0", MEAN)),
}


@pytest.mark.parametrize("name", TIGHTER)
def test_a_fixture_that_the_head_tightens_is_not_reported_and_decides_as_on_the_base(name):
    base, head = TIGHTER[name]
    found = joined(base, head)
    (case,) = found.cases
    before = loaded(base).fixtures["a"].fixture
    assert not found.weakened
    assert case.form is Arm.HEAD
    assert (case.fixture.digest, case.fixture.critical) == (before.digest, before.critical)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: first", "title: second"),
        ("category: grounding", "category: other"),
        ("id: a", "# x\nid: a"),
        ("{id: d1, text: one}", "{text: one, id: d1}"),
        ("weight: 2", "weight: 2.0"),
    ],
)
def test_an_edit_that_asks_the_same_is_no_loss(before, after):
    found = joined(BASE, edited(before, after))
    assert not found.weakened
    assert found.cases[0].fixture == loaded(edited(before, after)).fixtures["a"].fixture


def test_assertions_in_another_order_ask_the_same():
    lines = BASE.splitlines(keepends=True)
    found = joined(BASE, "".join([*lines[:-2], lines[-1], lines[-2]]))
    assert not found.weakened


def test_a_removed_fixture_still_runs_and_is_reported_where_it_was():
    found = joined({"old.yaml": BASE}, {})
    assert [(case.fixture.id, case.form, case.file) for case in found.cases] == [("a", Arm.BASE, "old.yaml")]
    assert [(each.what, each.file) for each in found.weakened] == [("it is removed", "old.yaml")]
    assert not joined({"old.yaml": BASE}, {}, approved=True).cases


def test_a_changed_id_is_a_removal_and_a_new_fixture():
    found = joined(BASE, edited("id: a", "id: b"))
    assert [(case.fixture.id, case.new) for case in found.cases] == [("a", False), ("b", True)]
    assert [each.what for each in found.weakened] == ["it is removed"]


def test_a_file_that_moves_without_a_change_is_no_change():
    found = joined({"old.yaml": BASE}, {"new/place.yml": BASE})
    assert not found.weakened
    assert [(case.new, case.file) for case in found.cases] == [(False, "new/place.yml")]


@pytest.mark.parametrize("asleep", ["draft: true", "enabled: false"])
def test_a_fixture_that_only_wakes_up_in_the_head_is_new(asleep):
    found = joined(BASE + asleep, BASE)
    assert [(case.new, case.form) for case in found.cases] == [(True, Arm.HEAD)]
    assert not joined(BASE + asleep, BASE + asleep).cases
    assert not joined({}, BASE + asleep).cases


def test_a_variable_that_the_base_cannot_see_is_added_to_the_base_form():
    (case,) = joined(BASE, edited("question: why", "question: why, audience: all")).cases
    assert case.fixture.input.variables["audience"] == "all"
    assert case.form is Arm.HEAD


def test_a_variable_that_the_base_cannot_see_is_added_to_a_loosened_fixture_too():
    head = edited("critical: true", "critical: false", edited("question: why", "question: how, audience: all"))
    found = joined(BASE, head)
    assert found.cases[0].fixture.input.variables == {
        "question": "why",
        "style": {"tone": "calm", "size": 1},
        "audience": "all",
    }
    assert found.cases[0].fixture.critical
    assert found.weakened


def test_a_repeated_id_is_a_fault_that_names_both_places():
    found = loaded({"a.yaml": BASE, "b.yaml": "\n\n" + BASE})
    (fault,) = found.faults
    assert (fault.file, fault.line, "first at a.yaml:1" in fault.message) == ("b.yaml", 3, True)
    assert found.fixtures["a"].file == "a.yaml"


def test_an_id_repeated_in_one_list_names_both_lines():
    item = textwrap.indent(BASE, "  ").replace("  id", "- id", 1)
    (fault,) = loaded(item + item).faults
    assert (fault.line, "f.yaml:1" in fault.message) == (len(item.splitlines()) + 1, True)


@pytest.mark.parametrize("name", ["[a]", "{b: c}", "~", "7"])
def test_an_id_of_any_type_is_a_fault_and_no_crash(name):
    found = loaded({"a.yaml": edited("id: a", f"id: {name}"), "b.yaml": BASE})
    assert [fault.file for fault in found.faults] == ["a.yaml"]
    assert set(found.fixtures) == {"a"}


def test_all_faults_of_all_files_are_kept_and_the_files_counted():
    found = loaded({"a.yaml": "[", "b.json": "{}", "c.yaml": BASE})
    assert {fault.file for fault in found.faults} == {"a.yaml", "b.json"}
    assert found.files == 3


def test_hostile_file_names_do_not_reach_a_fault_raw():
    found = loaded({"a\x1b[2J.yaml": BASE, "b\n::error::.yaml": BASE})
    assert all(str(fault).isprintable() for fault in found.faults)


def test_cases_are_in_the_order_of_their_ids():
    files = {f"{place}.yaml": edited("id: a", f"id: {name}") for place, name in enumerate("cab")}
    assert [case.fixture.id for case in joined(files, files).cases] == ["a", "b", "c"]
