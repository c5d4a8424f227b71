"""Returned: what promptfoo makes of what a function of Python returned (src/assertions/python.ts)."""

import contextlib
import json
import time

import pytest

from llmgate.assertions import returned
from llmgate.errors import CannotJudge

FINE = {"pass": True, "score": 0.5, "reason": "fine"}

# what is returned, the threshold, whether it passes, the score that it has of its own
RESULTS = [
    (True, None, True, None),
    (False, None, False, None),
    (True, 2, True, None),
    (False, 0, False, None),
    ("True", None, True, None),
    ("FALSE", None, False, None),
    (1, None, True, 1),
    (0, None, False, 0),
    (-1, None, False, -1),
    (0.001, None, True, 0.001),
    (0, 0, True, 0),
    (0.5, 0.5, True, 0.5),
    (0.49, 0.5, False, 0.49),
    (23, 10, True, 23),
    (9, 10, False, 9),
    (-1, -2, True, -1),
    ("0.5", None, True, 0.5),
    (" \n-1.5e1 of ten", None, False, -15),
    ("7.", 7, True, 7),
    (".5.5", None, True, 0.5),
    ("1e", None, True, 1),
    ("0x10", None, False, 0),
    (FINE, None, True, 0.5),
    ({**FINE, "pass": False, "score": 1}, None, False, 1),
    ({**FINE, "score": 0}, None, True, 0),
    (FINE, 0.5, True, 0.5),
    (FINE, 0.51, False, 0.5),
    ({**FINE, "pass": False}, 0.1, False, 0.5),
    ({"pass_": True, "score": 1, "reason": ""}, None, True, 1),
    ({**FINE, "pass_": False}, None, True, 0.5),
    ({**FINE, "componentResults": [{"pass": False, "score": 0, "reason": "no"}]}, None, True, 0.5),
    ({**FINE, "component_results": ["x", None, {}]}, None, True, 0.5),
    ({**FINE, "namedScores": None, "tokensUsed": [], "assertion": None, "more": object}, None, True, 0.5),
    (json.dumps(FINE), None, True, 0.5),
    (json.dumps({**FINE, "pass_": False}), 0.6, False, 0.5),
]


@pytest.mark.parametrize(("result", "threshold", "passed", "score"), RESULTS)
def test_a_result_is_a_verdict(result, threshold, passed, score):
    found = returned.read(result, threshold)
    assert (found.passed, found.score) == (passed, score)
    assert found.reason


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (None, "nothing; several lines need a `return`"),
        ([], "a list"),
        ([FINE], "a list"),
        ("", 'the text ""'),
        ("yes", 'the text "yes"'),
        ("NaN", 'the text "NaN"'),
        ("Infinity", 'the text "Infinity"'),
        ("true ", 'the text "true "'),
        ("- 1", 'the text "- 1"'),
        (".", 'the text "."'),
        ("1e999", "not finite"),
        (float("nan"), "not finite"),
        (float("-inf"), "not finite"),
        (10**400, "not finite"),
        ({}, "`pass`: Field required"),
        ({"pass": True, "score": 0.5}, "`reason`: Field required"),
        ({"pass": True, "reason": "x"}, "`score`: Field required"),
        ({**FINE, "pass": 1}, "`pass`: Input should be a valid boolean"),
        ({**FINE, "pass": None, "pass_": True}, "`pass`: Input should be a valid boolean"),
        ({**FINE, "score": True}, "`score`: Input should be a valid number"),
        ({**FINE, "score": "1"}, "`score`: Input should be a valid number"),
        ({**FINE, "score": float("nan")}, "`score`: Input should be a finite number"),
        ({**FINE, "reason": None}, "`reason`: Input should be a valid string"),
        ({**FINE, "namedScores": 1}, "`namedScores`: Input should be a mapping"),
        ({**FINE, "named_scores": "x"}, "Input should be a mapping"),
        ({**FINE, "componentResults": {}}, "`componentResults`: Input should be a valid list"),
        ({**FINE, "comment": 1}, "`comment`: Input should be a valid string"),
        ("{'pass': true}", "begins like JSON and is none"),
        ('{"pass": true, "score": NaN, "reason": ""}', "begins like JSON and is none"),
        ("{" * 60_000, "begins like JSON and is none"),
        ('{"a":' * 30_000 + "1" + "}" * 30_000, "nested deeper"),
    ],
)
def test_what_promptfoo_has_an_error_for_cannot_be_judged(result, told):
    with pytest.raises(CannotJudge) as caught:
        returned.read(result, None)
    assert told in caught.value.message


def test_the_reason_tells_the_threshold_and_the_components_that_failed():
    components = [{"pass": True, "reason": "banana"}, {"pass_": False, "reason": "yellow"}, {"pass": False}]
    found = returned.read({**FINE, "componentResults": components}, 0.6)
    assert found.reason == "the score 0.5 is less than 0.6: fine"
    failed = returned.read({**FINE, "pass": False, "componentResults": components}, None)
    assert failed.reason == 'fine: "yellow"'


def test_named_scores_are_those_that_are_numbers():
    written = {"a": 0.5, "b": 2, "c": True, "d": None, "": 1, "e": 10**400}
    assert returned.read({**FINE, "named_scores": written}, None).named_scores == {"a": 0.5, "b": 2}
    assert returned.read({**FINE, "named_scores": [1]}, None).named_scores == {}


@pytest.mark.parametrize("text", [" " * 65_000 + "x", "1" * 65_000, "." * 65_000, "1e" + "+" * 65_000])
def test_a_text_of_any_form_is_read_in_time(text):
    started = time.monotonic()
    with contextlib.suppress(CannotJudge):
        returned.read(text, None)
    assert time.monotonic() - started < 1
