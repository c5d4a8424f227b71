import pytest

from llmgate.assertions import KINDS, categories


@pytest.mark.parametrize(
    ("assertion", "category"),
    [
        ("retrieval:recall@k", "retrieval"),
        ("grounding:supported-ratio", "grounding"),
        ("format:json-schema", "output_format"),
        ("not-is-json", "output_format"),
        ("tool:no-unknown", "tool_use"),
        ("not-trajectory:tool-used", "tool_use"),
        ("tool-call-f1", "tool_use"),
        ("not-is-refusal", "refusal_safety"),
        ("contains", None),
        ("stable", None),
        ("assert-set", None),
        ("no-such-kind", None),
    ],
)
def test_a_kind_implies_the_kind_of_failure_that_it_shows(assertion, category):
    assert categories.implied(assertion) == category


def test_every_name_in_the_table_is_a_kind():
    assert set(categories._KINDS) <= set(KINDS)
