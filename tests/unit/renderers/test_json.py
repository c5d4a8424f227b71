"""The JSON document."""

import json

import pytest

from llmgate.renderers import json as json_renderer
from llmgate.report import Report
from tests.unit.renderers import samples


@pytest.mark.parametrize("name", samples.BY_NAME)
def test_the_report_can_be_read_back_from_its_document(name):
    report = samples.BY_NAME[name]
    assert Report.model_validate_json(json_renderer.render(report)) == report


def test_the_document_names_its_schema_first_and_ends_with_a_newline():
    text = json_renderer.render(samples.PASSED)
    assert text.startswith('{\n  "schema": "llmgate.report/1",\n')
    assert text.endswith("}\n")


def test_text_in_any_language_stays_readable():
    report = samples.with_text(samples.PASSED, lambda _: "größer 語")
    assert '"größer 語"' in json_renderer.render(report)


def test_letters_beyond_the_basic_plane_are_not_escaped_and_unseen_ones_are():
    report = samples.with_text(samples.PASSED, lambda _: "🙂\U000e0041")
    text = json_renderer.render(report)
    assert r"🙂\udb40\udc41" in text
    assert json.loads(text)["base"]["ref"] == "🙂\U000e0041"
