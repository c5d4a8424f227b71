"""What a hostile model or pull request may put before an assertion, each within a real time limit."""

import time

import pytest

from llmgate import documents
from llmgate.assertions import KINDS, Assertion
from llmgate.assertions.subject import MAX_OUTPUT_CHARS
from llmgate.fixture import parse
from llmgate.message import ToolDefinition
from llmgate.trial import Repeat
from tests.property.test_assertions import CHECKS
from tests.unit.assertions.traces import call, grade, request

SECONDS = 2.0
N = MAX_OUTPUT_CHARS


def filled(part, tail=""):
    return part * ((N - len(tail)) // len(part)) + tail


BOMBS = {
    "open braces": filled("{"),
    "open brackets": filled("["),
    "closed brackets": "[" * (N // 2) + "]" * (N // 2),
    "keys": filled('{"a":'),
    "keys without a colon": filled('{"'),
    "strings in arrays": filled('["'),
    "brackets in strings": filled('[","[",'),
    "numbers in arrays": filled("[1"),
    "items": filled("[1,"),
    "literals": filled("[t"),
    "objects": filled("{} "),
    "array of arrays that breaks": "[" + filled("[],", "x]")[1:],
    "array of objects that breaks": "[" + filled('{"a":1},', "x]")[1:],
    "distinct objects": " ".join(f'{{"n":{number}}}' for number in range(N // 12)),
    "open string": '{"a": "' + "x" * (N - 7),
    "escapes": '["' + '\\"' * (N // 2 - 1),
    "white space": " " * (N - 1) + "x",
    "white space in braces": "{" + " " * (N - 1),
    "white space after braces": filled("{ "),
    "digits": "9" * N,
    "digits in an array": "[" + "9" * (N - 1),
    "exponent": "1e" + "9" * (N - 2),
    "minus signs": filled("-"),
    "backticks": filled("`"),
    "fences": filled("```\n"),
    "citations": filled("[1]"),
    "open citations": filled("[a"),
    "commas in a citation": filled("[" + "," * 298 + "]"),
    "almost matching": "a" * (N - 1) + "!",
    "ambiguous": filled("ab"),
    "half surrogate pairs": "\ud800" * N,
    "mixed surrogates": filled("\ud800a\udc00"),
    "nul": "\0" * N,
    "combining marks": filled("a\u0301"),
    "growing lower case": "\u0130" * N,
    "apologies": filled("i can't "),
    "newlines": "\n" * N,
    "numbers": filled("1,"),
    "thousands": filled("1 000 "),
    "separated": filled("1.2,3'4 "),
    "almost dates": filled("2026-13-99 "),
    "dates": filled("3/4/2026 "),
    "months": filled("3 may may 3 "),
    "list marks": filled("1. \n"),
    "foreign digits": filled("٣"),
    "sentences": filled("a. "),
    "words": filled("áb c "),
    "five megabytes": "{" * 5_000_000,
    "open tags": filled("<a>"),
    "deep XML": "<a>" * (N // 7) + "</a>" * (N // 7),
    "attributes": "<a " + " ".join(f'a{number}=""' for number in range(N // 11)) + "/>",
    "tags that break": filled("<a"),
    "open attributes": filled('<a b="'),
    "quotes that alternate": filled("<a '<a \"", "'"),
    "open comments": filled("<!--"),
    "open declarations": filled("<!", '"'),
    "open sections": filled("<![CDATA["),
    "open instructions": filled("<?"),
    "overlapping tags": filled("<b><i></b></x>"),
    "scripts": filled("<script></scrip"),
    "entities": filled("&lol;"),
    "billion laughs": '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(20))
    + "]><r>&u;</r>",
    "columns": "SELECT " + "a," * 9_990 + "b",
    "sums": "SELECT " + "1+" * 9_990 + "1",
    "unions": "SELECT 1 " + "UNION SELECT 1 " * 1_300,
    "deep SQL": "SELECT " + "(" * 9_000 + "1" + ")" * 9_000,
    "calls in SQL": "SELECT " + "a(" * 9_900,
    "cases in SQL": "SELECT " + "CASE WHEN " * 1_900,
    "joins in SQL": "SELECT * FROM a " + "JOIN (" * 3_300,
    "brackets in SQL": "SELECT " + "a[1" * 6_600,
    "statements": "SELECT 1;" * 2_200,
    "long SQL": "SELECT '" + "x" * 100_000 + "'",
    "fenced SQL": "```sql\nSELECT 1 +\n```\n" * 900,
    "a hundred thousand words": "a b " * 25_000,
    "different words": " ".join(map(str, range(17_000))),
    "stops": ". " * 50_000,
    "apostrophes": "'" * 100_000,
    "contractions": "can't " * 16_000,
}


SEEN = {
    "calls": [call()],
    "tools_called": [("a", {"x": 1})],
    "tools": [ToolDefinition(name="a")],
    "documents": [("a", "On 3 May 2026: 1,000"), ("b", "a. b c")],
    "request": request(user="a. b c"),
}


@pytest.mark.trust("patterns")
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_output_holds_any_kind_up(bomb):
    slow = {}
    for kind in KINDS:
        start = time.perf_counter()
        judged = grade({"type": kind, **CHECKS[kind]}, BOMBS[bomb], **SEEN)
        slow[kind] = time.perf_counter() - start
        assert len(judged.reason) <= 300
        assert judged.reason.isprintable()
        assert "the check broke" not in (judged.error or "")
    assert {kind: took for kind, took in slow.items() if took > SECONDS} == {}


@pytest.mark.parametrize("bomb", [name for name in BOMBS if name != "five megabytes"])
def test_no_prompt_or_document_holds_any_kind_up(bomb):
    seen = {**SEEN, "documents": [("a", BOMBS[bomb]), ("b", "")], "request": request(user=BOMBS[bomb])}
    slow = {}
    for kind in KINDS:
        start = time.perf_counter()
        judged = grade({"type": kind, **CHECKS[kind]}, "On 3 May 2026: 1,000 a. b c", **seen)
        slow[kind] = time.perf_counter() - start
        assert "the check broke" not in (judged.error or "")
    assert {kind: took for kind, took in slow.items() if took > SECONDS} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_an_output_of_five_megabytes_is_never_a_pass_of_what_reads_it(kind):
    judged = grade({"type": kind, **CHECKS[kind]}, BOMBS["five megabytes"], **SEEN)
    reads = grade({"type": kind, **CHECKS[kind]}, "", **SEEN) != grade({"type": kind, **CHECKS[kind]}, "a b", **SEEN)
    assert not (reads and judged.passed)
    assert not judged.passed or judged.error is None


@pytest.mark.parametrize(
    "schema", [{"$ref": "https://127.0.0.1:9/"}, {"type": "strng"}, {"pattern": "(?=a)"}, {"allOf": [{"$ref": "#"}]}, 7]
)
@pytest.mark.parametrize("kind", ["is-json", "contains-json", "format:json-schema"])
def test_a_schema_that_is_none_is_a_fault_of_every_kind_that_takes_one(kind, schema):
    with pytest.raises(ValueError, match="validation error"):
        Assertion.model_validate({"type": kind, "value": schema})


@pytest.mark.parametrize(
    "schema", [{"$ref": "https://127.0.0.1:9/"}, {"type": "strng"}, {"pattern": "(?=a)"}, {"allOf": [{"$ref": "#"}]}, 7]
)
def test_a_schema_that_a_pull_request_sends_is_a_named_error_and_never_a_pass(schema):
    params = {"response_format": {"json_schema": {"schema": schema}}}
    judged = grade({"type": "format:json-schema"}, "{}", request=request(user="q", params=params))
    assert not judged.passed
    assert "the schema that the request sent" in judged.error


@pytest.mark.trust("patterns")
@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){20}$", "(x+x+)+y", "([a-zA-Z]+)*$", "^(a?){20}a{20}$", ".*.*.*.*=.*"],
)
@pytest.mark.parametrize("output", ["a" * (N - 1) + "!", "ab" * (N // 2)])
def test_patterns_that_explode_elsewhere_take_no_time_here(pattern, output):
    """https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS."""
    start = time.perf_counter()
    assert grade({"type": "regex", "value": pattern}, output).error is None
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize(
    "pattern", ["(?:.*a[ab]{900})(?:.*a[ab]{900})z", "(?:[ab]?){1000}[ab]{1000}c", ".{0,900}x.{0,900}y"]
)
def test_patterns_that_are_slow_even_in_linear_time_are_bounded(pattern):
    start = time.perf_counter()
    grade({"type": "regex", "value": pattern}, "abb" * (N // 3))
    grade({"type": "regex", "value": pattern}, "abb" * 5_000)
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(a+)+$"},
        {"items": {"pattern": "(a+)+$"}},
        {"patternProperties": {"(a+)+$": False}},
        {"uniqueItems": True},
        {"items": {"uniqueItems": True}},
        {"anyOf": [{"items": {"type": "string"}}, {"items": {"anyOf": [{"type": "null"}, {"minimum": 3}]}}]},
        {"$defs": {"t": {"anyOf": [{"type": "number"}, {"items": {"$ref": "#/$defs/t"}}]}}, "$ref": "#/$defs/t"},
        {"contains": {"const": "x"}},
        {"enum": [1, 2]},
    ],
)
@pytest.mark.parametrize(
    "output",
    [
        '"' + "a" * (N - 3) + '!"',
        "[" + ",".join(["[1]", '{"a": 1}', "2"] * 20_000) + "]",
        "[" + ",".join(str(number) for number in range(60_000)) + "]",
        "{" + ",".join(f'"a{number}": {number}' for number in range(30_000)) + "}",
        "[" * 64 + "]" * 64,
        '{"' + "a" * 100_000 + '!": 1}',
    ],
    ids=["string", "mixed", "numbers", "keys", "deep", "key"],
)
def test_no_value_holds_a_schema_up(schema, output):
    start = time.perf_counter()
    judged = grade({"type": "is-json", "value": schema}, output)
    assert time.perf_counter() - start < SECONDS
    assert "the check broke" not in (judged.error or "")


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", '{"score": NaN}', "[1, -Infinity]"])
def test_constants_that_python_would_read_are_not_json(constant):
    assert not grade({"type": "is-json"}, constant).passed
    assert not grade({"type": "contains-json", "value": True}, constant).passed
    assert not grade({"type": "equals", "value": {"score": None}}, constant).passed


def test_a_number_of_five_thousand_digits_does_not_break_python():
    """https://docs.python.org/3/library/stdtypes.html#integer-string-conversion-length-limitation."""
    number = "7" * 5_000
    assert grade({"type": "is-json"}, number).passed
    assert "digits" in grade({"type": "is-json", "value": {"type": "integer"}}, number).error


@pytest.mark.parametrize("kind", ["trajectory:tool-args-match", "is-valid-openai-tools-call", "tool-call-f1"])
def test_tool_arguments_as_deep_as_messages_may_be_are_judged(kind):
    deep: object = 1
    for _ in range(200):
        deep = [deep]
    judged = grade({"type": kind, **CHECKS[kind]}, tools_called=[("a", {"x": deep})], tools=[ToolDefinition(name="a")])
    assert judged.error is None


def test_tool_names_are_shown_short_and_printable():
    judged = grade(
        {"type": "trajectory:tool-used", "value": "x"}, tools_called=["\x1b]0;owned\x07" + "y" * 10_000] * 500
    )
    assert judged.reason.isprintable()
    assert len(judged.reason) <= 300


@pytest.mark.parametrize(
    "written",
    [
        {"type": "regex", "value": "a" * 100_000},
        {"type": "regex", "value": "(" * 1_000},
        {"type": "regex", "value": "((a{1,100}){1,100}){1,100}"},
        {"type": "regex", "value": r"\pL{1000}" * 100},
        {"type": "contains", "value": "x" * 100_001},
        {"type": "contains-any", "value": ["x"] * 1_001},
        {"type": "is-json", "value": {"allOf": [{"$ref": "#"}]}},
        {"type": "is-json", "value": {"$ref": "file:///etc/passwd"}},
        {"type": "is-json", "value": {"$schema": "http://127.0.0.1:9/"}},
        {"type": "x" * 1_000_000},
        {"type": "trajectory:tool-used", "value": "*" * 201},
        {"type": "contains", "value": "x", "weight": 1e308},
        {"type": "contains", "value": "x", "__class__": "y"},
    ],
    ids=lambda written: str(written)[:40],
)
def test_hostile_assertions_are_faults_and_take_no_time(written):
    start = time.perf_counter()
    with pytest.raises(ValueError, match="validation error"):
        Assertion.model_validate(written)
    assert time.perf_counter() - start < SECONDS


def test_a_file_of_a_thousand_schemas_is_read_in_time():
    schema = '{type: object, properties: {a: {type: array, items: {pattern: "a+"}}}, required: [a]}'
    text = "id: a\ntarget: t\nassert:\n" + f"  - {{type: is-json, value: {schema}}}\n" * 900
    start = time.perf_counter()
    fixtures, faults = parse(documents.read("f.yaml", text.encode()))
    took = time.perf_counter() - start
    assert faults == ()
    assert len(fixtures[0].assertions) == 900
    assert took < 20


COMPARED = [{}, {"ignore_case": True}, {"compare": "json"}, {"pick": "(?i)answer:?(.*)"}, {"pick": "(?s)(.{0,100})$"}]
LARGE = {
    "alternating marks": "a" + filled("\u0301\u0316")[1:],
    "marks in the wrong order": "a" + "\u0301" * (N // 2) + "\u0316" * (N // 2 - 1),
    "marks that are two": filled("\u0f73"),
    "runs of marks": filled("a" + "\u0301\u0316" * 15),
    "syllables": filled("\u1112\u1161\u11ab"),
    "valid JSON": "[" + filled("1,", "1]")[1:],
    "keys of valid JSON": "{" + ",".join(f'"{number}":1.0' for number in range(N // 14)) + "}",
    "capital ligatures": filled("\ufb03\u0130"),
}


@pytest.mark.parametrize("bomb", [*LARGE, *BOMBS])
def test_ten_answers_of_anything_are_compared_in_time(bomb):
    output = {**LARGE, **BOMBS}[bomb]
    slow = {}
    for written in COMPARED:
        start = time.perf_counter()
        repeats = tuple(Repeat(output=output) for _ in range(9))
        judged = grade({"type": "stable", "n": 10, **written}, output, repeats=repeats)
        slow[str(written)] = time.perf_counter() - start
        assert len(judged.reason) <= 300
        assert judged.reason.isprintable()
        assert "the check broke" not in (judged.error or "")
    assert {kind: took for kind, took in slow.items() if took > 5 * SECONDS} == {}
