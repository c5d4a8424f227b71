"""The registry that ships with llmgate, and what the lists of providers change in it."""

import datetime as dt
import json
from importlib import resources

import pytest

from llmgate import pins
from llmgate.pins import Stage, State, registry

TODAY = dt.date(2026, 11, 26)
DAY = dt.date(2026, 11, 1)


def records():
    return registry.shipped().records.values()


def test_every_row_is_sorted_unique_sourced_and_dated():
    rows = json.loads(resources.files("llmgate.pins").joinpath("registry.json").read_text())["models"]
    keys = [(row["provider"], row["id"]) for row in rows]
    assert keys == sorted(set(keys))
    assert [row["id"] for row in rows if not row["source"] or not dt.date.fromisoformat(row["checked"])] == []


def test_a_source_is_a_vendors_page_or_a_package_with_its_version():
    sources = {record.source for record in records()}
    packages = {source.split(" ")[0] for source in sources if not source.startswith("https://")}
    assert packages == {"anthropic", "genai-prices", "litellm", "openai"}
    assert all(source.split(" ")[1][0].isdigit() for source in sources if not source.startswith("https://"))


def test_it_is_small():
    assert len(resources.files("llmgate.pins").joinpath("registry.json").read_bytes()) < 400_000


def test_every_record_is_of_a_provider_in_the_catalogue():
    assert {record.provider for record in records()} <= pins.CATALOGUE.keys()


def test_no_record_has_a_name_that_its_provider_does_not_give():
    states = {(one.provider, one.id): pins.state(one.provider, one.id, today=TODAY).state for one in records()}
    assert [name for name, found in states.items() if found is State.UNKNOWN] == []


def test_no_curated_replacement_is_itself_retired():
    latest = max(record.checked for record in records())
    named = {(one.provider, one.replacement) for one in records() if one.replacement and one.retires > latest}
    assert named
    retired = {key for key in named if pins.state(*key, today=latest).lifecycle.stage is Stage.RETIRED}
    assert retired == set()


@pytest.mark.parametrize(
    ("provider", "model", "state", "stage"),
    [
        ("openai", "gpt-4.1-2025-04-14", State.PINNED, Stage.RETIRING),
        ("openai", "gpt-4.1", State.FLOATING, Stage.RETIRING),
        ("openai", "gpt-5.5", State.FLOATING, Stage.ACTIVE),
        ("openai", "gpt-6-luna", State.UNDATED, Stage.UNKNOWN),
        ("openai", "gpt-4-0613", State.PINNED, Stage.RETIRED),
        ("openai", "text-embedding-3-small", State.UNDATED, Stage.UNKNOWN),
        ("anthropic", "claude-haiku-4-5", State.FLOATING, Stage.ACTIVE),
        ("anthropic", "claude-haiku-4-5-20251001", State.PINNED, Stage.ACTIVE),
        ("anthropic", "claude-3-haiku-20240307", State.PINNED, Stage.RETIRED),
        ("anthropic", "claude-fable-5-2", State.PINNED, Stage.UNKNOWN),
        ("gemini", "gemini-2.5-flash", State.UNDATED, Stage.RETIRING),
        ("vertex", "gemini-2.0-flash", State.FLOATING, Stage.RETIRED),
        ("bedrock", "us.meta.llama3-8b-instruct-v1:0", State.PINNED, Stage.RETIRING),
        ("mistral", "mistral-large-2512", State.PINNED, Stage.RETIRING),
        ("xai", "grok-4.20-reasoning", State.FLOATING, Stage.UNKNOWN),
        ("deepseek", "deepseek-chat", State.FLOATING, Stage.RETIRED),
    ],
)
def test_it_knows_the_models_of_its_day(provider, model, state, stage):
    pin = pins.state(provider, model, today=TODAY)
    assert (pin.state, pin.lifecycle.stage) == (state, stage)


def record(name, **more):
    return registry.Record(**{"id": name, "provider": "openai", "source": "registry", "checked": DAY, **more})


BELOW = registry.build(
    [record("a-1", retires=DAY, replacement="a-2"), record("b-1", alias_of="b-2"), record("c-2026-01-01")]
)


def test_what_a_list_says_counts_more_than_the_registry():
    live = record("a-1", stage=Stage.ACTIVE, source="the list")
    known = registry.overlaid(BELOW, {"openai": (live,)}).of("openai", "a-1")
    assert (known.source, known.stage, known.retires, known.replacement) == ("the list", Stage.ACTIVE, None, "a-2")


def test_a_list_that_says_nothing_of_an_end_does_not_unsay_one():
    assert registry.overlaid(BELOW, {"openai": (record("a-1", source="the list"),)}).of("openai", "a-1").retires == DAY


@pytest.mark.parametrize(
    ("provider", "model", "listed"),
    [
        ("openai", "d", True),
        ("openai", "a-1", False),
        ("openai", "c", True),
        ("openai", "ft:d:acme::x", False),
        ("ollama", "llama3", True),
        ("ollama", "llama3:8b", False),
        ("google", "models/gemini-9", True),
        ("house", "x", True),
        ("house", "y", False),
        ("anthropic", "a-1", None),
    ],
)
def test_a_model_is_listed_by_its_id_as_the_provider_spells_it_or_by_a_release_of_it(provider, model, listed):
    live = {
        "openai": (record("d"), record("c-2026-01-01")),
        "ollama": (record("llama3:latest", provider="ollama"),),
        "gemini": (record("gemini-9", provider="gemini"),),
        "house": (record("x", provider="house"),),
    }
    known = registry.overlaid(BELOW, live)
    assert pins.state(provider, model, today=TODAY, registry=known).listed is listed


def test_a_name_that_a_list_calls_an_alias_moves():
    alias = record("mistral-medium-3", provider="mistral", alias_of="mistral-medium-2505")
    known = registry.overlaid(BELOW, {"mistral": (alias,)})
    pin = pins.state("mistral", "mistral-medium-3", today=TODAY, registry=known)
    assert (pin.state, pin.remedy) == (State.FLOATING, "Use mistral-medium-2505.")


def test_releases_are_sorted_by_their_dates_also_where_the_month_comes_first():
    known = registry.build(record(f"command-r-{end}", provider="cohere") for end in ("12-2024", "03-2025", "08-2024"))
    assert known.dated("cohere", "command-r") == ("command-r-08-2024", "command-r-12-2024", "command-r-03-2025")
