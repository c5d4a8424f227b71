import hashlib
import json

import pytest
from jsonschema import Draft202012Validator

from llmgate import documents, fixture
from tests.unit.cli import program

TEXT = "Customers in the EU have 14 days."
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
EXAMPLE = f"""\
id: refund-window-eu                      # stable, unique; pairs the arms
target: support
title: EU customers get 14 days
category: grounding                       # what kind of failure this guards against (taxonomy)
critical: true
origin: {{kind: production, trace: "4bf92f35", captured: 2026-10-03, issue: "https://x.example", feedback: thumbs_down}}
hypothesis: {{statement: the answer ignores the EU clause when both are retrieved, status: confirmed}}
input:
  variables: {{question: "Can I return this? I live in Berlin."}}
  messages: []                            # earlier turns
context:                                  # frozen retrieval: what the model saw
  index: {{name: handbook, digest: "sha256:{SHA}"}}
  documents: [{{id: "returns.md#3", text: "{TEXT}", score: 0.83, sha256: "{SHA}"}}]
  gold: ["returns.md#3"]                  # ids that must be found
tools:
  definitions: [{{name: lookup_order, input_schema: {{type: object, properties: {{id: {{type: string}}}}}}}}]
  results: [{{name: lookup_order, arguments: {{id: A1}}, result: {{status: sent}}}}]
assert:
  - {{type: contains, value: "14 days"}}
  - {{type: not-contains, value: "30 days"}}
  - {{type: "grounding:citations-exist"}}
"""
SMALL = "id: a\ntarget: support\nassert: [{type: contains, value: x}]\n"


def parse(text, path="f.yaml"):
    return fixture.parse(documents.read(path, text.encode()))


def one(text):
    (found,), faults = parse(text)
    assert not faults
    return found


def wrong(text, path="f.yaml"):
    found, faults = parse(text, path)
    assert not found
    assert all(fault.remedy for fault in faults)
    return [(fault.line, fault.message) for fault in sorted(faults)]


def test_the_designs_example_parses_as_written():
    read = one(EXAMPLE)
    assert (read.id, read.critical, read.category) == ("refund-window-eu", True, "grounding")
    assert read.context.documents[0].text == TEXT
    assert read.context.gold == ("returns.md#3",)
    assert [item.type for item in read.assertions] == ["contains", "not-contains", "grounding:citations-exist"]
    assert str(read.origin.captured) == "2026-10-03"


def test_what_is_not_written_has_its_default():
    read = one(SMALL)
    assert (read.enabled, read.draft, read.critical, read.weight, read.threshold) == (True, False, False, 1.0, None)


@pytest.mark.parametrize("line", ["enabled: false", "draft: true"])
def test_a_disabled_or_draft_fixture_is_still_read(line):
    read = one(SMALL + line)
    assert (read.enabled, read.draft) == (line != "enabled: false", line == "draft: true")


@pytest.mark.parametrize("name", ["a", "A.b-c_1", "eu/refund", "a" * 120])
def test_a_plain_id_is_kept(name):
    assert one(SMALL.replace("id: a", f"id: {name}")).id == name


@pytest.mark.parametrize(
    "name", ['""', "-a", "/a", ".a", '"a b"', '"a\\nb"', '"a\\u202e"', "ü", "a" * 121, "[a]", "{a: b}", "7", "~"]
)
def test_an_id_that_is_not_plain_text_is_a_fault_on_its_line(name):
    ((line, message),) = wrong(SMALL.replace("id: a", f"id: {name}"))
    assert line == 1
    assert message.startswith("'id")


def test_a_list_and_single_files_give_the_same_fixtures():
    listed = "".join("- " + SMALL.replace("\n", "\n  ").rstrip(" ").replace("id: a", f"id: {name}") for name in "ab")
    found, faults = parse(listed)
    assert not faults
    assert [item.id for item in found] == ["a", "b"]
    assert found[0] == one(SMALL)


def test_one_wrong_fixture_in_a_list_leaves_the_others_and_is_told_at_its_line():
    found, (fault,) = parse("- id: a\n  target: t\n- id: b\n  target: t\n  assert: [{type: contains, value: x}]\n")
    assert [item.id for item in found] == ["b"]
    assert (fault.line, fault.message) == (1, "'assert' is missing")


def test_a_fault_in_a_json_file_has_its_line():
    text = '[{"id": "a", "target": "t",\n "assert": [{"type": "contains",\n  "value": ""}]},\n {"id": "b"}]'
    assert [line for line, _ in wrong(text, "f.json")] == [3, 4, 4]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("input: {variables: {documents: 1}}", "documents"),
        ("input: {variables: {context: 1}}", "context"),
        ("threshold: 0", "greater than 0"),
        ("threshold: 1.1", "less than or equal"),
        ("threshold: nan", "finite"),
        ("weight: 0", "greater than 0"),
        ("weight: 1e9", "less than or equal"),
        ("seed: 99999999999999999999", "less than or equal"),
        ("origin: {kind: rumour}", "production"),
        ("context: {index: {name: i, digest: md5:1}}", "pattern"),
        ("retries: 3", "unknown key"),
        (f"context: {{documents: [{{id: d, text: other, sha256: {SHA}}}]}}", "sha256"),
        ("tools: {results: [{name: f, args: {}}]}", "unknown key"),
    ],
)
def test_what_a_fixture_cannot_hold_is_a_fault_on_its_line(line, words):
    ((number, message),) = wrong(SMALL + line)
    assert (number, words in message) == (4, True), message


@pytest.mark.parametrize(
    "assertions",
    [
        "[]",
        "[{type: contains}]",
        "[{type: contains, value: x, weight: 0}]",
        "[{type: no-such, value: x}]",
        "[{type: contains, value: x, valu: y}]",
        "[{value: x}]",
        "{type: contains, value: x}",
        "[{type: [contains]}]",
    ],
)
def test_assertions_that_check_nothing_or_are_not_known_are_faults_on_their_line(assertions):
    assert {line for line, _ in wrong(f"id: a\ntarget: t\nassert: {assertions}\n")} == {3}


def test_a_nested_assertion_is_told_at_its_own_line():
    text = "id: a\ntarget: t\nassert:\n- type: assert-set\n  assert:\n  - type: contains\n    value: x\n    wight: 2\n"
    ((line, message),) = wrong(text)
    assert (line, "wight" in message) == (8, True)


@pytest.mark.parametrize("text", ["", "# nothing\n", "7", "text", "- 7\n"])
def test_what_is_no_mapping_is_one_fault(text):
    ((line, message),) = wrong(text)
    assert (line, "expected a mapping" in message) == (1, True)


def test_a_file_of_endless_faults_tells_the_first_hundred():
    _, faults = parse("[" + ",".join(["0"] * 5_000) + "]", "f.json")
    assert len(faults) == documents.MAX_FAULTS + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: EU customers get 14 days", "title: other"),
        ("status: confirmed", "status: rejected"),
        ("kind: production", "kind: staging"),
        ("category: grounding", "category: other"),
        ("critical: true", "critical: false"),
        ("id: A1", '"id": "A1"'),
        ("{type: contains, value: ", "{value: "),
    ],
)
def test_the_digest_is_the_same_whatever_does_not_bear_on_a_trial(before, after):
    assert before in EXAMPLE
    changed = EXAMPLE.replace(before, after)
    if after == "{value: ":
        changed = changed.replace('value: "14 days"}', 'value: "14 days", type: contains, weight: 1}')
    assert one(changed).digest == one(EXAMPLE).digest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("target: support", "target: other"),
        ("target: support", "target: support\nseed: 1"),
        ("target: support", "target: support\nthreshold: 0.5"),
        ("I live in Berlin", "I live in Rome"),
        ("messages: []", "messages: [{role: user, content: hi}]"),
        ("score: 0.83", "score: 0.84"),
        ('gold: ["returns.md#3"]', "gold: []"),
        ("name: handbook", "name: manual"),
        ("properties: {id: {type: string}}", "properties: {id: {type: integer}}"),
        ("id: A1", "id: A2"),
        ("status: sent", "status: lost"),
        ('"14 days"}', '"15 days"}'),
        ('"14 days"}', '"14 days", weight: 2}'),
        ("not-contains", "contains"),
    ],
)
def test_the_digest_changes_with_anything_that_bears_on_a_trial(before, after):
    assert before in EXAMPLE
    assert one(EXAMPLE.replace(before, after, 1)).digest != one(EXAMPLE).digest


def test_variables_and_a_provider_form_written_in_another_order_have_the_same_digest():
    a = one(SMALL + "input: {variables: {x: 1, y: {p: 1, q: 2}}}\n")
    b = one("input: {variables: {y: {q: 2, p: 1}, x: 1}}\n" + SMALL)
    assert a.digest == b.digest


def test_searching_for_documents_is_another_case_than_replaying_them():
    text = "id: a\ntarget: t\nretrieval: KIND\nassert: [{type: contains, value: x}]\n"
    plain, frozen, live = (
        fixture.parse(documents.read("a.yaml", each.encode()))[0][0].digest
        for each in (
            text.replace("retrieval: KIND\n", ""),
            text.replace("KIND", "frozen"),
            text.replace("KIND", "live"),
        )
    )
    assert plain == frozen != live


def schema_validator():
    return Draft202012Validator(json.loads(program.run("schema", "fixture").output))


WHOLE = {"id": "a", "target": "t", "assert": [{"type": "contains", "value": "x"}]}


@pytest.mark.parametrize(
    ("fixture", "fits"),
    [
        (WHOLE, True),
        ([WHOLE, WHOLE], True),
        ({**WHOLE, "input": {"messages": [{"role": "user", "content": "Hi"}]}}, True),
        ({**WHOLE, "input": {"messages": [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]}}, True),
        ({**WHOLE, "input": {"messages": [{"role": "user"}]}}, False),
        ({**WHOLE, "assert": [], "draft": True}, True),
        ({**WHOLE, "assert": []}, False),
        ({**WHOLE, "draft": False, "assert": []}, False),
        ({**WHOLE, "unknown": 1}, False),
    ],
)
def test_the_published_schema_takes_what_the_model_takes(fixture, fits):
    assert schema_validator().is_valid(fixture) is fits


def test_an_assert_without_anything_behind_it_says_what_to_do():
    (fault,) = wrong("id: a\ntarget: support\nassert:\n")
    assert "it is empty: give at least one assertion" in str(fault)
