from __future__ import annotations

import pytest

from tests.unit.diagnose import trials

ASKED = "Reply with JSON only: name, days."
DAYS = {"name": "Ada", "days": 14}


def label(output, asserted, system=ASKED, **more):
    return trials.label(trials.fixture(asserts=[asserted]), output, system=system, **more)


@pytest.mark.parametrize(
    ("asserted", "output", "code"),
    [
        ({"type": "contains", "value": '"days"'}, "{'name': 'Ada', 'days': 14}", "unparseable"),
        ({"type": "contains", "value": '"days"'}, '{"name": "Ada"}', "schema_violation"),
        ({"type": "equals", "value": DAYS}, '{"name": "Ada", "days": "14"}', "schema_violation"),
        ({"type": "equals", "value": DAYS}, '{"name": "Ada", "period": 14}', "schema_violation"),
        ({"type": "regex", "value": r"\}\s*$"}, '{"name": "Ada", "days": 14', "truncated"),
    ],
)
def test_json_that_the_prompt_asks_for_is_looked_at_whatever_is_asserted(asserted, output, code):
    assert label(output, asserted) == f"output_format.{code}"


@pytest.mark.parametrize(
    ("asserted", "output"),
    [
        ({"type": "equals", "value": DAYS}, '{"name": "Ada", "days": 30}'),
        ({"type": "contains", "value": "14"}, '{"name": "Ada", "days": 30}'),
    ],
    ids=["another value", "a text that it lacks"],
)
def test_a_wrong_value_of_the_right_type_is_no_matter_of_form(asserted, output):
    assert not label(output, asserted).startswith("output_format")


def test_where_json_is_not_asked_for_text_is_no_flaw():
    asserted = {"type": "contains", "value": '"days"'}
    assert not label("within 14 days", asserted, system="Answer briefly.").startswith("output_format")


def test_markdown_is_a_flaw_where_plain_text_is_asked_for():
    asserted = {"type": "starts-with", "value": "Returns"}
    assert label("**Returns** are free.", asserted, system="Answer in plain text.") == "output_format.wrapper_noise"
    kept = label("**Returns** are free.", {"type": "contains", "value": "14 days"}, system="Answer briefly.")
    assert not kept.startswith("output_format")
