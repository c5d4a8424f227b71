"""Classifying a trial, whatever it holds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate import diagnose
from llmgate.taxonomy import default
from llmgate.trial import FinishReason
from tests.unit.diagnose import trials

PIECES = st.sampled_from(
    [
        "14 days",
        "30 days",
        "[returns.md#3]",
        "[x.md#1]",
        '{"a": ',
        "}",
        "[",
        "]",
        '"',
        "```json\n",
        "\n```",
        "I can't help",
        "<a>",
        "</a>",
        "I do not know",
        "3 × 12 = 34",
        "12 March",
        "SELECT a FROM b",
        "\\",
        "'",
        ",",
        ":",
        "total",
        "lookup_order(",
        "\ud800",
        "\u0663",
        "é",
    ]
)
OUTPUTS = st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join)
ASSERTS = st.lists(
    st.sampled_from(
        [
            {"type": "contains", "value": "14 days"},
            {"type": "not-contains", "value": "30 days"},
            {"type": "contains-all", "value": ["14", "days"]},
            {"type": "equals", "value": {"days": 14, "list": [1, "x"]}},
            {"type": "equals", "value": "delivery"},
            {"type": "regex", "value": "^[0-9]+ (days|weeks)$"},
            {
                "type": "is-json",
                "value": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
            },
            {"type": "contains-json"},
            {"type": "is-xml"},
            {"type": "is-refusal"},
            {"type": "word-count", "value": {"max": 2}},
            {"type": "grounding:citations-exist"},
            {"type": "grounding:no-unsupported-numbers"},
            {"type": "retrieval:contains-ids"},
            {"type": "retrieval:not-dropped"},
            {"type": "trajectory:tool-used", "value": "lookup_order"},
            {"type": "trajectory:tool-args-match", "value": {"name": "lookup_order", "args": {"id": "A17"}}},
            {"type": "not-assert-set", "assert": [{"type": "contains", "value": "a", "category": "tone"}]},
        ]
    ),
    min_size=1,
    max_size=5,
)
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["lookup_order", "cancel_order", "fly"]),
        st.sampled_from([{"id": "A17"}, {"id": 1}, {}, "{'x", '{"id": "A17"}', None, [1], {"id": {"a": []}}]),
    ),
    max_size=4,
)
DOCUMENTS = st.lists(
    st.sampled_from([trials.RETURNS, trials.GENERAL, trials.SHIPPING]), max_size=3, unique_by=lambda one: one["id"]
)


@given(
    output=OUTPUTS,
    asserts=ASSERTS,
    calls=CALLS,
    documents=DOCUMENTS,
    shown=DOCUMENTS,
    gold=st.sampled_from([(), ("returns.md#3",), ("gone",)]),
    finish=st.sampled_from([None, *FinishReason]),
    tools=st.sampled_from([{}, trials.ORDERS]),
    index=st.sampled_from([None, {}, {"returns.md#3": "x"}]),
)
@settings(max_examples=300)
def test_a_trial_is_classified_whatever_it_holds(
    *, output, asserts, calls, documents, shown, gold, finish, tools, index
):
    """Every trial that did not pass has a diagnosis, always the same, of known ids; one that passed has none."""
    case = trials.fixture(documents=documents, gold=gold, asserts=asserts, tools=tools)
    failing = trials.graded(case, output, shown=shown, calls=calls, finish=finish)
    found = diagnose.classify(failing, case, index=index)
    assert (found is None) == (failing.outcome.value == "passed")
    assert found == diagnose.classify(failing, case, index=index)
    for label in (found.primary, found.signs, *found.secondary) if found else ():
        if label.category != "tone":
            assert label.code in {None, *default.KINDS[label.category].codes}
        assert label.evidence
        assert all(line.isprintable() and len(line) <= 300 for line in label.evidence)
