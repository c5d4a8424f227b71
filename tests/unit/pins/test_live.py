"""What providers' lists of models say."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.pins import Stage, live
from llmgate.pins.live import Style

TODAY = dt.date(2026, 11, 26)


def records(provider, style, *items):
    found = live.records(provider, style, items, source="GET https://x", today=TODAY)
    return {one.id: one for one in found}


@pytest.mark.parametrize(
    ("provider", "api", "style"),
    [
        ("openai", "openai-chat", Style.OPENAI),
        ("house", "openai-chat", Style.OPENAI),
        ("anthropic", "anthropic-messages", Style.ANTHROPIC),
        ("house", "anthropic-messages", Style.ANTHROPIC),
        ("mistralai", "openai-chat", Style.MISTRAL),
        ("google", "openai-chat", Style.GEMINI),
        ("azure_openai", "openai-chat", None),
        ("bedrock", "openai-chat", None),
        ("vertex_ai", "openai-chat", None),
        ("house", "gemini", Style.GEMINI),
        ("house", "mistral", Style.MISTRAL),
        ("house", "openai-responses", Style.OPENAI),
        ("house", "ollama", Style.OPENAI),
        ("house", "azure-openai", None),
        ("house", "bedrock", None),
        ("house", "vertex", None),
        ("house", "cohere", None),
    ],
)
def test_a_list_is_written_as_its_provider_writes_it(provider, api, style):
    assert live.style_of(provider, api) is style


@pytest.mark.parametrize(
    ("item", "stage", "retires"),
    [
        ({"shutdown_date": "2027-01-14"}, None, dt.date(2027, 1, 14)),
        ({"shutdown_date": "2027-01-14T00:00:00Z"}, None, dt.date(2027, 1, 14)),
        ({"shutdown_date": None}, Stage.ACTIVE, None),
        ({"shutdown_date": "soon"}, Stage.ACTIVE, None),
        ({}, None, None),
    ],
)
def test_openai_says_when_a_model_shuts_down(item, stage, retires):
    one = records("openai", Style.OPENAI, {"id": "m", **item})["m"]
    assert (one.stage, one.retires, one.source, one.checked) == (stage, retires, "GET https://x", TODAY)


@pytest.mark.parametrize(
    ("item", "stage", "retires"),
    [
        ({"lifecycle": "active", "deprecated_at": None, "retires_at": None}, Stage.ACTIVE, None),
        ({"lifecycle": "deprecated", "retires_at": "2026-11-30T00:00:00Z"}, Stage.RETIRING, dt.date(2026, 11, 30)),
        ({"lifecycle": "deprecated", "retires_at": "2026-11-01T00:00:00Z"}, Stage.RETIRING, dt.date(2026, 11, 1)),
        ({"lifecycle": "deprecated", "retires_at": None}, Stage.RETIRING, None),
        ({"lifecycle": "retired", "retires_at": "2026-11-01T00:00:00Z"}, Stage.RETIRED, dt.date(2026, 11, 1)),
        ({"lifecycle": "resting"}, None, None),
        ({}, None, None),
    ],
)
def test_anthropic_says_where_a_model_stands_and_an_overdue_end_is_not_yet_one(item, stage, retires):
    one = records("anthropic", Style.ANTHROPIC, {"id": "m", **item})["m"]
    assert (one.stage, one.retires) == (stage, retires)


def test_mistral_says_aliases_deprecations_and_successors():
    item = {
        "id": "mistral-large-2411",
        "aliases": ["mistral-large-old", "mistral-large-2410"],
        "deprecation": "2026-11-30T12:00:00Z",
        "deprecation_replacement_model": "mistral-large-2512",
    }
    found = records("mistral", Style.MISTRAL, item, {"id": "m", "aliases": None, "deprecation": None})
    assert {name: one.alias_of for name, one in found.items()} == {
        "mistral-large-2411": None,
        "mistral-large-old": "mistral-large-2411",
        "mistral-large-2410": None,
        "m": None,
    }
    one = found["mistral-large-2411"]
    assert (one.stage, one.retires, one.replacement) == (Stage.RETIRING, dt.date(2026, 11, 30), "mistral-large-2512")
    assert found["m"].stage is Stage.ACTIVE


def test_gemini_says_only_that_a_model_is_there():
    found = records("google", Style.GEMINI, {"name": "models/gemini-2.5-flash"})
    assert {(one.provider, one.id, one.stage) for one in found.values()} == {("gemini", "gemini-2.5-flash", None)}


@pytest.mark.parametrize(
    ("style", "value", "after"),
    [
        (Style.OPENAI, {"data": [{}]}, None),
        (Style.OPENAI, [{}], None),
        (Style.ANTHROPIC, {"data": [{}], "has_more": True, "last_id": "x"}, "x"),
        (Style.ANTHROPIC, {"data": [{}], "has_more": False, "last_id": "x"}, None),
        (Style.GEMINI, {"models": [{}], "nextPageToken": "x"}, "x"),
        (Style.GEMINI, {"models": [{}], "nextPageToken": ""}, None),
        (Style.GEMINI, {"models": [{}]}, None),
    ],
)
def test_a_page_has_models_and_the_cursor_of_the_next(style, value, after):
    assert live.page(style, value) == live.Page(items=({},), after=after)


@pytest.mark.parametrize(
    ("style", "value"),
    [
        (Style.OPENAI, {"error": "no"}),
        (Style.OPENAI, {"data": {}}),
        (Style.OPENAI, None),
        (Style.OPENAI, {"data": [{}] * (live.MAX_MODELS + 1)}),
        (Style.ANTHROPIC, [{}]),
        (Style.ANTHROPIC, {"data": [{}], "has_more": True}),
        (Style.ANTHROPIC, {"data": [{}], "has_more": True, "last_id": None}),
        (Style.GEMINI, {"data": []}),
        (Style.GEMINI, {"models": [], "nextPageToken": 7}),
        (Style.GEMINI, {"models": [], "nextPageToken": "x" * 2_000}),
    ],
)
def test_what_is_no_list_or_cannot_be_read_to_its_end_is_no_page(style, value):
    assert live.page(style, value) is None


@pytest.mark.parametrize(
    ("style", "after", "query"),
    [
        (Style.OPENAI, None, {}),
        (Style.ANTHROPIC, None, {"limit": "1000"}),
        (Style.ANTHROPIC, "x", {"limit": "1000", "after_id": "x"}),
        (Style.GEMINI, "x", {"pageSize": "1000", "pageToken": "x"}),
    ],
)
def test_the_largest_page_is_asked_for(style, after, query):
    assert live.query(style, after) == query


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(["2026-11-26", "deprecated"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "name", "aliases", "deprecation", "lifecycle", "retires_at", "data", "models"]),
            inner,
        )
    ),
)


@given(st.sampled_from(Style), VALUES)
def test_no_answer_is_a_crash(style, value):
    """Whatever a provider answers is a page with readable records, or none."""
    page = live.page(style, value)
    for one in live.records("x", style, page.items if page else (), source="x", today=TODAY):
        assert 0 < len(one.id) <= live.MAX_ID_CHARS
        assert one.id.isprintable()
