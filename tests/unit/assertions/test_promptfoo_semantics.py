"""What promptfoo documents of each name that we share, edge cases included, and where we differ on purpose.

To add a name, add rows to TABLE; each row is graded as it is written and with `not-`. A source is a page and section of
https://www.promptfoo.dev/docs/configuration/expected-outputs/ (`deterministic#…`, `index#…`) or, where the page is
silent, a file of https://github.com/promptfoo/promptfoo/tree/main/src/assertions (`….ts`).
"""

import json

import pytest

from llmgate import grade as grading
from llmgate import remarks, scripts
from llmgate.assertions import KINDS, catalogue
from llmgate.checkers import Checkers
from llmgate.message import ToolDefinition
from llmgate.suite import Loaded, Stored
from llmgate.trial import FinishReason
from tests.unit.assertions import vectors
from tests.unit.assertions.traces import call, errors, grade, passes, trace
from tests.unit.sampling import fakes

OURS = ("retrieval:", "grounding:", "format:", "tool:", "stable")  # names of our own, which promptfoo does not have
ELSEWHERE = (
    *("llm-rubric", "factuality"),  # which need a judge: tests/e2e/test_judge.py and the tests of their own
    "python",  # which stands in PYTHON, as it has to run
)
OF_THE_CALL = ("cost", "latency", "finish", "perplexity", "guardrails")  # whose output does not matter
CITY = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
NESTED = {"type": "object", "properties": {"a": {"type": "array", "items": CITY}}, "required": ["a"]}
WEATHER = ToolDefinition(name="get_weather", parameters={**CITY, "additionalProperties": False})
STOPPED = call(finish_reason=FinishReason.CONTENT_FILTER)
EXPECTED = ["get_weather", "book_flight"]
ORDERS = {"name": "orders", "mode": "exact", "args": {"status": "Q"}, "defaults": {"page": 1, "page_size": 5}}

ACCENTS = {"vectors": vectors.embedded({"café ☕": (1.0, 0.1), "☕ café": (1.0, 0.2)})}


def calls(*names):
    return {"tools_called": list(names)}


def a(name, **arguments):
    return (name, arguments)


def item(kind, value, **rest):
    return {"type": kind, "value": value, **rest}


# kind, its fields, the output, what else the trial shows, whether it passes, source
TABLE = [
    ("equals", {"value": "The expected output"}, "The expected output", {}, True, "deterministic#equality"),
    ("equals", {"value": "The expected output"}, "the expected output", {}, False, "deterministic#equality"),
    ("equals", {"value": "x"}, " x", {}, False, "equals.ts"),
    ("equals", {"value": "x"}, "", {}, False, "equals.ts"),
    ("equals", {"value": ""}, "", {}, True, "equals.ts"),
    ("equals", {"value": "caf\u00e9"}, "cafe\u0301", {}, False, "equals.ts: normalizeUnicode is off"),
    ("equals", {"value": 14}, "14", {}, True, "equals.ts: String(value)"),
    ("equals", {"value": {"key": "value"}}, '{"key": "value"}', {}, True, "deterministic#equality"),
    ("equals", {"value": {"a": 1, "b": [{"c": None}]}}, '{"b":[{"c":null}],"a":1}', {}, True, "equals.ts: deep"),
    ("equals", {"value": {"a": 1}}, '{"a": 1, "b": 2}', {}, False, "equals.ts: deep"),
    ("equals", {"value": {"a": 1}}, 'It is {"a": 1}', {}, False, "equals.ts: no JSON is not equal"),
    ("equals", {"value": {"a": 1}}, "", {}, False, "equals.ts: no JSON is not equal"),
    ("contains", {"value": "substring"}, "The expected substring", {}, True, "deterministic#contains"),
    ("contains", {"value": "Substring"}, "The expected substring", {}, False, "deterministic#contains"),
    ("contains", {"value": 0}, "10", {}, True, "deterministic#contains: numbers"),
    ("contains", {"value": "x"}, "", {}, False, "contains.ts"),
    ("contains", {"value": "\U0001f600"}, "ok \U0001f600!", {}, True, "contains.ts"),
    ("contains", {"value": "ß"}, "Straße", {}, True, "contains.ts"),
    ("icontains", {"value": "SUBSTRING"}, "The expected substring", {}, True, "deterministic#contains"),
    ("icontains", {"value": "STRASSE"}, "Straße", {}, False, "contains.ts: toLowerCase"),
    ("icontains", {"value": "ÄÖ"}, "äö", {}, True, "contains.ts: toLowerCase"),
    ("icontains", {"value": "x"}, "", {}, False, "contains.ts"),
    ("contains-all", {"value": ["Value 1", "Value 2"]}, "Value 2, Value 1", {}, True, "deterministic#contains-all"),
    ("contains-all", {"value": ["Value 1", "Value 2"]}, "Value 1", {}, False, "deterministic#contains-all"),
    ("contains-all", {"value": ["1,000", "in stock"]}, "1,000 in stock", {}, True, "deterministic#contains-any"),
    ("contains-all", {"value": ["a"]}, "", {}, False, "contains.ts"),
    ("contains-any", {"value": ["Value 1", "Value 2"]}, "Value 2", {}, True, "deterministic#contains-any"),
    ("contains-any", {"value": ["Value 1", "Value 2"]}, "value 2", {}, False, "deterministic#contains-any"),
    ("contains-any", {"value": ["a", "b"]}, "", {}, False, "contains.ts"),
    ("icontains-any", {"value": ["VALUE 1", "VALUE 2"]}, "value 2", {}, True, "deterministic#contains-any"),
    ("icontains-any", {"value": ["É"]}, "é", {}, True, "contains.ts"),
    ("icontains-any", {"value": ["x"]}, "", {}, False, "contains.ts"),
    ("icontains-all", {"value": ["VALUE 1", "VALUE 2"]}, "value 2, value 1", {}, True, "deterministic#contains-all"),
    ("icontains-all", {"value": ["VALUE 1", "VALUE 2"]}, "value 2", {}, False, "deterministic#contains-all"),
    ("icontains-all", {"value": ["x"]}, "", {}, False, "contains.ts"),
    ("starts-with", {"value": "Yes"}, "Yes, of course", {}, True, "deterministic#starts-with"),
    ("starts-with", {"value": "Yes"}, " Yes", {}, False, "deterministic#starts-with"),
    ("starts-with", {"value": "Yes"}, "yes", {}, False, "deterministic#starts-with"),
    ("starts-with", {"value": "Yes"}, "", {}, False, "startsWith.ts"),
    ("starts-with", {"value": "é"}, "école", {}, True, "startsWith.ts"),
    ("regex", {"value": r"\d{4}"}, "in 2026", {}, True, "deterministic#regex"),
    ("regex", {"value": r"\d{4}"}, "in 202", {}, False, "deterministic#regex"),
    ("regex", {"value": "^b"}, "a\nb", {}, False, "regex.ts: no flags"),
    ("regex", {"value": "a.b"}, "a\nb", {}, False, "regex.ts: no flags"),
    ("regex", {"value": "A"}, "a", {}, False, "regex.ts: no flags"),
    ("regex", {"value": "x*"}, "", {}, True, "regex.ts"),
    ("regex", {"value": "x"}, "", {}, False, "regex.ts"),
    ("word-count", {"value": 3}, "one two  three", {}, True, "deterministic#word-count"),
    ("word-count", {"value": 3}, "one two", {}, False, "deterministic#word-count"),
    ("word-count", {"value": {"min": 2, "max": 3}}, "one two three", {}, True, "deterministic#word-count"),
    ("word-count", {"value": {"min": 2}}, "one", {}, False, "deterministic#word-count"),
    ("word-count", {"value": {"max": 2}}, "one two three", {}, False, "deterministic#word-count"),
    ("word-count", {"value": 0}, " \n", {}, True, "deterministic#word-count"),
    ("word-count", {"value": {"min": 1}}, "", {}, False, "deterministic#word-count"),
    ("levenshtein", {"value": "kitten", "threshold": 3}, "sitting", {}, True, "deterministic#levenshtein-distance"),
    ("levenshtein", {"value": "kitten", "threshold": 2}, "sitting", {}, False, "deterministic#levenshtein-distance"),
    ("levenshtein", {"value": "hello"}, "", {}, True, "levenshtein.ts: 5 by default"),
    ("levenshtein", {"value": "hellos"}, "", {}, False, "levenshtein.ts: 5 by default"),
    ("levenshtein", {"value": "é", "threshold": 1}, "e", {}, True, "deterministic#levenshtein-distance"),
    ("is-refusal", {}, "I cannot assist with that", {}, True, "deterministic#is-refusal"),
    ("is-refusal", {}, "That would not be ethical", {}, True, "deterministic#is-refusal"),
    ("is-refusal", {}, "As an AI, I cannot do this", {}, True, "deterministic#is-refusal"),
    ("is-refusal", {}, "", {}, True, "deterministic#is-refusal"),
    ("is-refusal", {}, " \n", {}, True, "refusal.ts"),
    ("is-refusal", {}, "2+2 is 4", {}, False, "deterministic#is-refusal"),
    ("is-refusal", {}, "null", {}, False, "deterministic#is-refusal"),
    ("is-refusal", {}, "x", {"calls": [call(finish_reason=FinishReason.CONTENT_FILTER)]}, True, "#is-refusal"),
    ("is-json", {}, '{"a": [1, {"b": null}]}', {}, True, "deterministic#is-json"),
    ("is-json", {}, " [1] \n", {}, True, "json.ts: JSON.parse"),
    ("is-json", {}, '"text"', {}, True, "json.ts: JSON.parse"),
    ("is-json", {}, "", {}, False, "json.ts: JSON.parse"),
    ("is-json", {}, "{'a': 1}", {}, False, "json.ts: JSON.parse"),
    ("is-json", {}, "NaN", {}, False, "json.ts: JSON.parse"),
    ("is-json", {}, 'Here: {"a": 1}', {}, False, "deterministic#is-json"),
    ("is-json", {}, '```json\n{"a": 1}\n```', {}, False, "json.ts: JSON.parse"),
    ("is-json", {"value": CITY}, '{"city": "東京"}', {}, True, "deterministic#is-json"),
    ("is-json", {"value": CITY}, '{"town": "x"}', {}, False, "deterministic#is-json"),
    ("is-json", {"value": CITY}, "no JSON", {}, False, "json.ts: not- passes"),
    ("is-json", {"value": NESTED}, '{"a": [{"city": "x"}, {"city": "y"}]}', {}, True, "deterministic#is-json"),
    ("is-json", {"value": NESTED}, '{"a": [{"city": "x"}, {"city": 1}]}', {}, False, "deterministic#is-json"),
    ("is-json", {"value": True}, "1", {}, True, "json.ts: boolean schemas"),
    ("is-json", {"value": False}, "1", {}, False, "json.ts: boolean schemas"),
    ("contains-json", {}, 'Sure: {"a": {"b": [1]}} Anything else?', {}, True, "deterministic#contains-json"),
    ("contains-json", {}, '```json\n{"a": 1}\n```', {}, True, "deterministic#contains-json"),
    ("contains-json", {}, "no JSON here", {}, False, "deterministic#contains-json"),
    ("contains-json", {}, "", {}, False, "json.ts"),
    ("contains-json", {"value": CITY}, 'a {"x": 1} b {"city": "y"} c', {}, True, "json.ts: any of them"),
    ("contains-json", {"value": CITY}, 'a {"x": 1} b', {}, False, "deterministic#contains-json"),
    ("contains-json", {"value": NESTED}, 'a {"a": [{"city": "\\u6771"}]} b', {}, True, "deterministic#contains-json"),
    ("cost", {"threshold": 0.001}, "", {"calls": [call(cost_usd=0.001)]}, True, "deterministic#cost: at or below"),
    ("cost", {"threshold": 0.001}, "", {"calls": [call(cost_usd=0.0011)]}, False, "deterministic#cost"),
    ("cost", {"threshold": 0}, "", {"calls": [call(cost_usd=0.0)]}, True, "deterministic#cost"),
    ("latency", {"threshold": 5000}, "", {"calls": [call(latency_s=5.0)]}, True, "deterministic#latency: longer than"),
    ("latency", {"threshold": 5000}, "", {"calls": [call(latency_s=5.1)]}, False, "deterministic#latency"),
    ("latency", {"threshold": 0}, "", {"calls": [call(latency_s=0.1)]}, False, "deterministic#latency"),
    ("finish-reason", {"value": "stop"}, "", {"calls": [call()]}, True, "deterministic#finish-reason"),
    ("finish-reason", {"value": "STOP"}, "", {"calls": [call()]}, True, "deterministic#finish-reason: any case"),
    ("finish-reason", {"value": "length"}, "", {"calls": [call()]}, False, "deterministic#finish-reason"),
    (
        "finish-reason",
        {"value": "tool_calls"},
        "",
        {"calls": [call(finish_reason=FinishReason.TOOL_CALL)]},
        True,
        "deterministic#finish-reason",
    ),
    (
        "is-valid-openai-tools-call",
        {},
        "",
        {**calls(a("get_weather", city="Paris")), "tools": [WEATHER]},
        True,
        "deterministic#is-valid-openai-tools-call",
    ),
    (
        "is-valid-openai-tools-call",
        {},
        "",
        {**calls(a("get_weather", city="Paris"), a("get_weather", city=1)), "tools": [WEATHER]},
        False,
        "deterministic#is-valid-openai-tools-call: all calls",
    ),
    ("is-valid-openai-tools-call", {}, "", {"tools": [WEATHER]}, False, "openai.ts: no call"),
    ("is-valid-openai-tools-call", {}, "", {**calls("other"), "tools": [WEATHER]}, False, "openai.ts: no such tool"),
    ("tool-call-f1", {"value": EXPECTED}, "", calls(*EXPECTED), True, "deterministic#tool-call-f1"),
    ("tool-call-f1", {"value": EXPECTED}, "", calls("get_weather"), False, "deterministic#tool-call-f1"),
    ("tool-call-f1", {"value": EXPECTED, "threshold": 0.8}, "", calls(*EXPECTED, "search"), True, "#tool-call-f1"),
    ("tool-call-f1", {"value": EXPECTED, "threshold": 0}, "", {}, True, "toolCallF1.ts: f1 >= threshold"),
    ("tool-call-f1", {"value": EXPECTED}, "", {}, False, "toolCallF1.ts"),
    ("tool-call-f1", {"value": EXPECTED}, "", calls(*EXPECTED, *EXPECTED), True, "#tool-call-f1: frequency"),
    ("trajectory:tool-used", {"value": "search_orders"}, "", calls("search_orders"), True, "#trajectorytool-used"),
    ("trajectory:tool-used", {"value": "search_orders"}, "", {}, False, "#trajectorytool-used"),
    ("trajectory:tool-used", {"value": {"pattern": "search*", "min": 2, "max": 3}}, "", calls("search_a", "search_b"), True, "#trajectorytool-used"),  # noqa: E501 - a row
    ("trajectory:tool-used", {"value": {"pattern": "search*", "min": 2, "max": 3}}, "", calls(*["search_a"] * 4), False, "#trajectorytool-used"),  # noqa: E501 - a row
    ("trajectory:tool-used", {"value": {"name": "x", "min": 0, "max": 0}}, "", {}, True, "trajectory.ts"),
    ("trajectory:tool-args-match", {"value": ORDERS}, "", calls(a("orders", status="Q")), True, "#defaults"),
    ("trajectory:tool-args-match", {"value": ORDERS}, "", calls(a("orders", status="Q", page=1)), True, "#defaults"),
    ("trajectory:tool-args-match", {"value": ORDERS}, "", calls(a("orders", status="Q", page=1, page_size=5)), True, "#defaults"),  # noqa: E501 - a row
    ("trajectory:tool-args-match", {"value": ORDERS}, "", calls(a("orders", status="Q", page=2)), False, "#defaults"),
    ("trajectory:tool-args-match", {"value": ORDERS}, "", calls(a("orders", status="Q", del_=1)), False, "#defaults"),
    ("trajectory:tool-args-match", {"value": {"name": "o", "args": {"a": {"b": 1}}}}, "", calls(a("o", a={"b": 1, "c": 2}, d=3)), True, "trajectory.ts: partial at any depth"),  # noqa: E501 - a row
    ("trajectory:tool-args-match", {"value": {"name": "o", "args": {"a": [1]}}}, "", calls(a("o", a=[1, 2])), False, "trajectory.ts: lists have the same length"),  # noqa: E501 - a row
    ("trajectory:tool-args-match", {"value": {"name": "o", "arguments": {}}}, "", calls("o"), True, "trajectory.ts"),
    ("trajectory:tool-args-match", {"value": {"name": "o", "args": {}}}, "", {}, False, "trajectory.ts: no call"),
    ("trajectory:tool-args-match", {"value": {"name": "o", "args": {"a": "é"}, "mode": "exact", "ignore": "*_id"}}, "", calls(a("o", a="é", request_id=7)), True, "#ignore"),  # noqa: E501 - a row
    ("trajectory:tool-sequence", {"value": {"steps": ["a", "b"]}}, "", calls("a", "x", "b"), True, "#trajectorytool-sequence"),  # noqa: E501 - a row
    ("trajectory:tool-sequence", {"value": {"steps": ["a", "b"]}}, "", calls("b", "a"), False, "#trajectorytool-sequence"),  # noqa: E501 - a row
    ("trajectory:tool-sequence", {"value": {"steps": ["a", "b"], "mode": "exact"}}, "", calls("a", "x", "b"), False, "#trajectorytool-sequence"),  # noqa: E501 - a row
    ("trajectory:tool-sequence", {"value": ["a*"]}, "", calls("abc"), True, "trajectory.ts: patterns"),
    ("trajectory:tool-sequence", {"value": ["a"]}, "", {}, False, "trajectory.ts"),
    ("trajectory:step-count", {"value": {"type": "tool", "max": 3}}, "", calls("a", "b"), True, "#step-count"),
    ("trajectory:step-count", {"value": {"type": "tool", "max": 1}}, "", calls("a", "b"), False, "#step-count"),
    ("trajectory:step-count", {"value": {"pattern": "reason*", "min": 1}}, "", {}, False, "#trajectorystep-count"),
    ("trajectory:step-count", {"value": {"max": 0}}, "", {}, True, "trajectory.ts"),
    ("assert-set", {"assert": [item("contains", "a"), item("contains", "b")]}, "ab", {}, True, "index#assertion-sets"),
    ("assert-set", {"assert": [item("contains", "a"), item("contains", "b")]}, "a", {}, False, "index#assertion-sets"),
    ("is-xml", {}, "<root><child>text</child></root>", {}, True, "deterministic#is-xml"),
    ("is-xml", {}, "<root><child></root>", {}, False, "deterministic#is-xml"),
    ("is-xml", {}, "Here: <root/>", {}, False, "deterministic#is-xml: the entire output"),
    ("is-xml", {}, "<ü>ß</ü>", {}, True, "xml.ts"),
    ("is-xml", {}, "", {}, False, "xml.ts"),
    ("is-xml", {"value": {"requiredElements": ["a.b"]}}, "<a><b/></a>", {}, True, "deterministic#is-xml"),
    ("is-xml", {"value": {"requiredElements": ["a.c"]}}, "<a><b/></a>", {}, False, "deterministic#is-xml"),
    ("contains-xml", {}, "Here: <root><child/></root>.", {}, True, "deterministic#contains-xml"),
    ("contains-xml", {}, "a < b and b > c", {}, False, "xml.ts"),
    ("contains-xml", {}, "", {}, False, "xml.ts"),
    ("is-html", {}, "<!DOCTYPE html><html><body><p>x</p></body></html>", {}, True, "deterministic#is-html"),
    ("is-html", {}, "<h1>é</h1>", {}, True, "deterministic#is-html"),
    ("is-html", {}, "Plain text <b>and</b> html", {}, False, "deterministic#is-html"),
    ("is-html", {}, "", {}, False, "html.ts"),
    ("contains-html", {}, "See <div>this</div>.", {}, True, "deterministic#contains-html"),
    ("contains-html", {}, "1 < 2 and 3 > 2", {}, False, "deterministic#contains-html"),
    ("contains-html", {}, "", {}, False, "html.ts"),
    ("is-sql", {}, "SELECT id, name FROM users", {}, True, "deterministic#is-sql"),
    ("is-sql", {}, "Here is: SELECT 1", {}, False, "deterministic#is-sql"),
    ("is-sql", {"value": {"allowedTables": ["select::null::users"]}}, "SELECT a FROM orders", {}, False, "sql.ts"),
    ("is-sql", {}, "", {}, False, "sql.ts"),
    ("contains-sql", {}, "Try:\n```sql\nSELECT 1\n```", {}, True, "deterministic#contains-sql"),
    ("contains-sql", {}, "No query here.", {}, False, "deterministic#contains-sql"),
    ("contains-sql", {}, "", {}, False, "sql.ts"),
    ("rouge-n", {"value": "hello world"}, "Hello world", {}, True, "deterministic#rouge-n"),
    ("rouge-n", {"value": "hello world"}, "goodbye moon", {}, False, "deterministic#rouge-n"),
    ("rouge-n", {"value": "hello world", "threshold": 0}, "goodbye moon", {}, True, "rouge.ts: score >= threshold"),
    ("rouge-n", {"value": "hello"}, "", {}, False, "rouge.ts"),
    ("bleu", {"value": "the cat sat on the mat"}, "The cat sat on the mat", {}, True, "deterministic#bleu"),
    ("bleu", {"value": "the cat sat on the mat"}, "dogs run in the park", {}, False, "deterministic#bleu"),
    ("bleu", {"value": ["a b c d", "the cat sat on the mat"]}, "the cat sat on the mat", {}, True, "bleu.ts"),
    ("bleu", {"value": "a"}, "", {}, False, "bleu.ts"),
    ("gleu", {"value": "The cat sat on the mat"}, "the cat sat on the mat.", {}, True, "deterministic#gleu"),
    ("gleu", {"value": "The cat sat on the mat"}, "dogs run", {}, False, "deterministic#gleu"),
    ("gleu", {"value": "a"}, "", {}, False, "gleu.ts"),
    ("meteor", {"value": "hello world"}, "Hello world.", {}, True, "deterministic#meteor; rouge-n: no case"),
    ("meteor", {"value": "hello world"}, "goodbye moon", {}, False, "deterministic#meteor"),
    ("meteor", {"value": "the boy is sick"}, "the boy is ill", {}, True, "deterministic#meteor: synonyms"),
    ("meteor", {"value": "dogs running"}, "dog runs", {}, True, "deterministic#how-meteor-works: word stems"),
    ("meteor", {"value": "a b c d"}, "d c b a", {}, True, "meteor.ts: score >= threshold"),
    ("meteor", {"value": "a b c d", "threshold": 0.6}, "d c b a", {}, False, "deterministic#meteor: word order"),
    ("meteor", {"value": "a b c d", "threshold": 0.6, "gamma": 0.4}, "d c b a", {}, True, "meteor.ts: gamma"),
    ("meteor", {"value": ["Hi there", "Hello world"]}, "hello world", {}, True, "deterministic#multiple-references"),
    ("meteor", {"value": "größe 東京"}, "GRÖSSE 東京", {}, False, "meteor.ts: toLowerCase"),
    ("meteor", {"value": "größe 東京"}, "GRÖßE 東京", {}, True, "meteor.ts: toLowerCase"),
    ("meteor", {"value": "a", "threshold": 0}, "", {}, True, "meteor.ts: score >= threshold"),
    ("perplexity", {"threshold": 1.5}, "x", {"calls": [call(logprobs=[0.0])]}, True, "deterministic#perplexity"),
    ("perplexity", {"threshold": 1.5}, "x", {"calls": [call(logprobs=[-2.0])]}, False, "deterministic#perplexity"),
    ("perplexity-score", {"threshold": 0.4}, "x", {"calls": [call(logprobs=[0.0])]}, True, "perplexity.ts"),
    ("perplexity-score", {"threshold": 0.4}, "x", {"calls": [call(logprobs=[-2.0])]}, False, "perplexity.ts"),
    ("guardrails", {}, "x", {"calls": [call()]}, True, "guardrails#basic-usage"),
    ("guardrails", {}, "x", {"calls": [STOPPED]}, False, "guardrails#basic-usage"),
    ("similar", {"value": "east"}, "far east", vectors.SEEN, True, "similar#cosine-similarity: not the magnitude"),
    ("similar", {"value": "east"}, "between", vectors.SEEN, False, "similar.ts: 0.75 by default"),
    ("similar", {"value": "east", "threshold": 0.6}, "between", vectors.SEEN, True, "similar: at the threshold"),
    ("similar", {"value": ["north", "east"]}, "east", vectors.SEEN, True, "similar: at least one of them"),
    ("similar", {"value": ["north", "west"]}, "east", vectors.SEEN, False, "similar: not- if unlike every value"),
    ("similar", {"value": "north", "threshold": 0}, "east", vectors.SEEN, True, "similarity.ts: at the threshold"),
    ("similar", {"value": "café ☕"}, "☕ café", ACCENTS, True, "similar.ts"),
    ("similar", {"value": "east"}, "", {}, False, "here: a blank output is like nothing"),
    ("similar:cosine", {"value": "east"}, "far east", vectors.SEEN, True, "similar#cosine-similarity"),
    ("similar:cosine", {"value": "east"}, "north", vectors.SEEN, False, "similar#cosine-similarity"),
    ("similar:cosine", {"value": "east"}, " ", {}, False, "here: a blank output is like nothing"),
    ("similar:dot", {"value": "far east", "threshold": 9}, "far east", vectors.SEEN, True, "similar#dot-product"),
    ("similar:dot", {"value": "east"}, "between", vectors.SEEN, False, "similar#dot-product"),
    ("similar:dot", {"value": "east"}, "", {}, False, "here: a blank output is like nothing"),
    ("similar:euclidean", {"value": "east", "threshold": 2}, "far east", vectors.SEEN, True, "#euclidean-distance"),
    ("similar:euclidean", {"value": "east", "threshold": 0.5}, "between", vectors.SEEN, False, "#euclidean-distance"),
    ("similar:euclidean", {"value": "east", "threshold": 0}, "east", vectors.SEEN, True, "#euclidean-distance"),
    ("similar:euclidean", {"value": "east"}, "", {}, False, "here: a blank output is near nothing"),
    *(
        row
        for kind in ("is-valid-function-call", "is-valid-openai-function-call")
        for row in (
            (kind, {}, "", {"tools": [WEATHER], **calls(a("get_weather", city="Rome"))}, True, "functionToolCall.ts"),
            (kind, {}, "", {"tools": [WEATHER], **calls(a("get_weather", town="Rome"))}, False, "functionToolCall.ts"),
            (kind, {}, "", {"tools": [WEATHER]}, False, "functionToolCall.ts"),
        )
    ),
]  # fmt: skip
SETS = [
    ({"threshold": 0.5}, [item("contains", "a"), item("contains", "b")], "a", True, "index: one of two"),
    ({"threshold": 0.25}, [item("contains", x) for x in "abcd"], "d", True, "index: one of four"),
    ({"threshold": 0.25}, [item("contains", x) for x in "abcd"], "", False, "index: one of four"),
    ({"threshold": 0}, [item("contains", "a")], "", True, "assertionsResult.ts: a threshold of 0 is honoured"),
    ({"threshold": 1}, [item("contains", "a"), item("contains", "b", weight=0)], "a", True, "weight 0"),
    ({}, [item("contains", "a"), item("contains", "b", weight=0)], "a", True, "index.ts: weight 0 passes"),
    ({"threshold": 0.75}, [item("contains", "a", weight=3), item("contains", "b")], "a", True, "weighted mean"),
    ({"threshold": 0.76}, [item("contains", "a", weight=3), item("contains", "b")], "a", False, "weighted mean"),
    (
        {"threshold": 0.5},
        [{"type": "assert-set", "assert": [item("contains", "a"), item("not-contains", "b")]}, item("contains", "c")],
        "a",
        True,
        "index: a set in a set",
    ),
    (
        {},
        [{"type": "not-assert-set", "assert": [item("contains", "a"), item("contains", "b")]}, item("contains", "c")],
        "ac",
        True,
        "index: a set in a set",
    ),
]

FINE = "{'pass': True, 'score': 0.5, 'reason': 'fine'}"
LINES = """# Insert your scoring logic here...
if output == 'Expected output':
    return {
      'pass': True,
      'score': 0.5,
      'reason': 'as expected',
    }
return {
  'pass': False,
  'score': 0,
  'reason': 'another',
}
"""
UNJUDGED = None  # what is an error there, and fails with and without `not-`, is missing data here

# value, the other fields, the output, whether it passes, its score and that of `not-`, source
PYTHON = [
    ("output[5:10] == 'Hello'", {}, "Well Hello", True, 1, 0, "python#python-assertions"),
    ("output[5:10] == 'Hello'", {}, "", False, 0, 1, "python#python-assertions"),
    ("len(output) / 10", {}, "abc", True, 0.3, 0.3, "python#python-assertions: a score"),
    ("len(output) / 10", {"threshold": 0.3}, "abc", True, 0.3, 0.3, "python#negation: threshold"),
    ("len(output) / 10", {"threshold": 0.4}, "abc", False, 0.3, 0.3, "python#negation: threshold"),
    ("len(output)", {"threshold": 3}, "\U0001f600é√", True, 1, 1, "python.ts: a score above 1"),
    ("len(output)", {}, "", False, 0, 0, "python.ts: 0 does not pass"),
    ("len(output)", {"threshold": 0}, "", True, 0, 0, "python.ts: threshold 0"),
    ("0 - len(output)", {}, "abc", False, 0, 0, "python.ts: below 0"),
    (LINES, {}, "Expected output", True, 0.5, 0.5, "python#multiline-functions"),
    (LINES, {}, "other", False, 0, 0, "python#multiline-functions"),
    ("len(output) < 9\n", {}, "abc", UNJUDGED, 0, 0, "python.ts: lines return nothing by themselves"),
    ('context["vars"]["example"] in output', {}, "An Example text.", True, 1, 0, "python#using-test-context"),
    ('context["vars"]["example"] in output', {}, "", False, 0, 1, "python#using-test-context"),
    ('context["vars"]["other"] in output', {}, "", UNJUDGED, 0, 0, "python.ts: an error"),
    ("context['config']['limit'] > len(output)", {"config": {"limit": 10}}, "abc", True, 1, 0, "python#external-py"),
    (FINE, {}, "", True, 0.5, 0.5, "python#gradingresult-types"),
    (FINE, {"threshold": 0.6}, "", False, 0.5, 0.5, "python.ts: score below threshold"),
    (FINE.replace("pass", "pass_"), {}, "", True, 0.5, 0.5, "python#gradingresult-types"),
    (FINE.replace("}", ", 'named_scores': {'a': 1}}"), {}, "", True, 0.5, 0.5, "python#gradingresult-types"),
    ("{'pass': True, 'score': 0.5}", {}, "", UNJUDGED, 0, 0, "types/index.ts: isGradingResult"),
    ("'True'", {}, "", True, 1, 0, "python.ts: toLowerCase"),
    ("'false'", {}, "", False, 0, 1, "python.ts: toLowerCase"),
    ('\'{"pass": false, "score": 1, "reason": "x"}\'', {}, "", False, 1, 1, "python.ts: a text that begins with {"),
    ("'0.25 of all'", {}, "", True, 0.25, 0.25, "python.ts: parseFloat"),
    ("output", {}, "yes", UNJUDGED, 0, 0, "python.ts: parseFloat gives NaN"),
    ("None", {}, "", UNJUDGED, 0, 0, "python.ts: parseFloat gives NaN"),
    ("[True]", {}, "", UNJUDGED, 0, 0, "python.ts: no grading result"),
    ("float('nan')", {}, "", UNJUDGED, 0, 0, "wrapper.py: no JSON"),
    ("math.log10(len(output)) * 10", {}, "abc", UNJUDGED, 0, 0, "python.ts: only json is imported"),
    ("json.loads(output)['a'] == [1]", {}, '{"a": [1]}', True, 1, 0, "python.ts: json is imported"),
    ("json.loads(output)['a'] == [1]", {}, 'It is {"a": [1]}', UNJUDGED, 0, 0, "python.ts: an error"),
]

# What promptfoo accepts and we refuse when the fixture is read, and what our page says of it.
REFUSED = [
    ("equals", {"value": 1.5}, "A whole number"),
    ("contains", {"value": 1.5}, "Any other number"),
    ("contains-any", {"value": "a, b"}, "one text with commas is one text"),
    ("contains-all", {"value": "a, b"}, "one text with commas is one text"),
    ("icontains-any", {"value": "a, b"}, "one text with commas is one text"),
    ("icontains-all", {"value": "a, b"}, "one text with commas is one text"),
    ("regex", {"value": "a(?=b)"}, "no look-around"),
    ("is-json", {"value": "file://schema.json"}, "The schema stands in the fixture"),
    ("contains-json", {"value": "file://schema.json"}, "the schema are as for `is-json`"),
    ("cost", {}, "which only measures, is a fault"),
    ("tool-call-f1", {"value": "a, b"}, "one text with commas is one text"),
    ("trajectory:step-count", {"value": {"type": "span", "min": 1}}, "are faults"),
    ("assert-set", {"assert": [item("contains", "a", weight=0)]}, "all of weight 0"),
    ("finish-reason", {"value": "other"}, "The words are OpenTelemetry's"),
    ("meteor", {"value": "a", "gamma": 1.5}, "an `alpha` or `gamma` beyond 1"),
    ("similar", {"value": "a", "provider": "openai:embedding:text-embedding-3-large"}, "there is no `provider`"),
    ("similar", {"value": ["a", " "]}, "A blank value is a fault"),
    ("python", {"value": "file:///srv/checks/tone.py"}, "a path from the root of the repository"),
    ("contains", {"value": "a", "weight": -1}, ""),
    ("assert-set", {"assert": [item("contains", "a", weight=-0.5), item("contains", "b")]}, ""),
]

# What is graded otherwise: the output, what else the trial shows, passed and score here, and what our page says of it.
OTHERWISE = [
    ("tool-call-f1", {"value": EXPECTED, "threshold": 0.9}, "not-", "", calls("get_weather"), True, 1 / 3, "1 - F1"),
    ("tool-call-f1", {"value": ["a"]}, "", json.dumps([{"name": "a"}]), {}, False, 0.0, "calls written in the text"),
    ("meteor", {"value": "a"}, "", "", {}, False, 0.0, "An empty output scores 0, in promptfoo it is an error"),
    ("is-refusal", {}, "", "", calls("a"), False, 0.0, "An answer without text that calls a tool is no refusal"),
    ("cost", {"threshold": 1}, "not-", "", {}, False, 0.0, "cannot be judged"),
    ("latency", {"threshold": 1}, "not-", "", {}, False, 0.0, "cannot be judged"),
    ("similar", {"value": "east"}, "not-", "zero", vectors.SEEN, False, 0.0, "cannot judge: never a pass"),
    ("similar", {"value": "east"}, "", "east", {}, False, 0.0, "a provider's error fails the assertion and its `not-`"),
    ("similar", {"value": ["between", "east"], "threshold": 0.5}, "", "east", vectors.SEEN, True, 1.0, "most alike"),
    ("similar:dot", {"value": "far east"}, "", "far east", vectors.SEEN, True, 1.0, "0 or 1 beyond"),
]


@pytest.mark.parametrize(("kind", "written", "output", "seen", "expected", "source"), TABLE)
def test_a_shared_name_means_what_promptfoo_documents(kind, written, output, seen, expected, source):  # noqa: PLR0917 - a row
    assert passes({"type": kind, **written}, output, **seen) is expected


@pytest.mark.parametrize(("value", "written", "output", "expected", "score", "otherwise", "source"), PYTHON)
def test_python_means_what_promptfoo_documents(value, written, output, expected, score, otherwise, source):  # noqa: PLR0917 - a row
    both = [{"type": prefix + "python", "value": value, **written} for prefix in ("", "not-")]
    own = fakes.fixture("x", **{"assert": both, "input": {"variables": {"example": "Example text"}}})
    known = scripts.known([own], Loaded(fixtures={"x": Stored(fixture=own, file="x.yaml", line=1)}), {}.get)
    with Checkers(known) as checkers:
        grades = grading.grade(remarks.remarked(trace(output), own, checkers), own).grades
    assert [one.error is None for one in grades] == [expected is not UNJUDGED] * 2
    assert [one.passed for one in grades] == [expected is True, expected is False]
    assert [one.score for one in grades] == pytest.approx([score, otherwise])


@pytest.mark.parametrize(("written", "inner", "output", "expected", "source"), SETS)
def test_sets_weights_and_thresholds_are_promptfoos(written, inner, output, expected, source):
    assert passes({"type": "assert-set", "assert": inner, **written}, output) is expected


@pytest.mark.parametrize(("forbidden", "used", "expected"), [(["a", "b"], ["a"], False), (["a", "b"], ["c"], True)])
def test_no_forbidden_tool_may_be_used(forbidden, used, expected):
    """trajectory.ts: with `not-` and a list, none may be called: not the opposite of all being called."""
    written = {"type": "not-trajectory:tool-used", "value": forbidden}
    assert grade(written, tools_called=used).passed is expected


def test_an_assertion_of_weight_0_passes_and_keeps_its_score():
    judged = grade(item("contains", "a", weight=0), "b")
    assert (judged.passed, judged.score) == (True, 0)


def section(kind):
    return " ".join(catalogue.page().partition(f"\n## {kind}\n")[2].partition("\n## ")[0].split())


@pytest.mark.parametrize(("kind", "written", "told"), REFUSED)
def test_what_promptfoo_accepts_and_we_do_not_is_a_fault_and_documented(kind, written, told):
    assert errors({"type": kind, **written})
    assert told in section(kind)


@pytest.mark.parametrize(("kind", "written", "negation", "output", "seen", "passed", "score", "told"), OTHERWISE)
def test_what_is_graded_otherwise_is_documented(kind, written, negation, output, seen, passed, score, told):  # noqa: PLR0917 - a row
    judged = grade({"type": negation + kind, **written}, output, **seen)
    assert (judged.passed, judged.score) == (passed, pytest.approx(score))
    assert told in section(kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith((*OURS, *ELSEWHERE))])
def test_every_shared_name_stands_in_the_table_both_passing_and_failing(kind):
    assert {expected for name, _, _, _, expected, _ in TABLE if name == kind} == {True, False}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith((*OURS, *ELSEWHERE, *OF_THE_CALL))])
def test_every_shared_name_stands_in_the_table_with_an_empty_output(kind):
    assert any(name == kind and not output.strip() for name, _, output, _, _, _ in TABLE) or kind == "assert-set"
