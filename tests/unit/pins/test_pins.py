"""How firmly a model id names a model, and how long it lives."""

import datetime as dt

import pytest

from llmgate import pins
from llmgate.pins import State, registry

TODAY = dt.date(2026, 11, 22)


def row(provider, name, **more):
    return {"id": name, "provider": provider, "source": "https://example.com", "checked": "2026-11-01", **more}


KNOWN = registry.read(
    {
        "models": [
            row("openai", "gpt-4o-2024-08-06"),
            row("openai", "gpt-4o-2024-11-20"),
            row("openai", "gpt-4o-mini-2024-07-18", retires="2027-01-14", replacement="gpt-6-luna"),
            row("openai", "gpt-4-0613", retires="2026-10-23", replacement="gpt-5.6-sol"),
            row("openai", "gpt-4", retires="2026-10-23"),
            row("openai", "gpt-5.6", alias_of="gpt-5.6-sol"),
            row("openai", "gpt-9", retires="2026-12-24"),
            row("openai", "gpt-9-2026-01-01"),
            row("anthropic", "claude-sonnet-4-5-20250929", retires="2026-11-30"),
            row("anthropic", "claude-3-5-sonnet-20241022", retires="2025-10-28"),
            row("anthropic", "claude-3-5-sonnet-20240620", retires="2025-10-28"),
            row("anthropic", "claude-2.1", retires="2025-07-21"),
            row("anthropic", "claude-opus-4-6"),
        ]
    }
)


def state(provider, model, today=TODAY):
    return pins.state(provider, model, today=today, registry=KNOWN)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o-2024-08-06", State.PINNED),
        ("gpt-7-2027-01-31", State.PINNED),
        ("gpt-3.5-turbo-0125", State.PINNED),
        ("gpt-4o", State.FLOATING),
        ("chatgpt-4o-latest", State.FLOATING),
        ("gpt-5.2-chat-latest", State.FLOATING),
        ("gpt-5.6", State.FLOATING),
        ("gpt-6-luna", State.UNDATED),
        ("gpt-5.6-sol", State.UNDATED),
        ("o9", State.UNDATED),
        ("gpt-4o-audio-preview-2024-12-17", State.PREVIEW),
        ("computer-use-preview", State.PREVIEW),
        ("ft:gpt-4o-2024-08-06:acme::abc", State.PINNED),
        ("ft:gpt-4o:acme::abc", State.FLOATING),
        ("ft:gpt-4o-mini-2024-07-18:acme::abc", State.RETIRING),
        ("gpt-4o-mini-2024-07-18", State.RETIRING),
        ("gpt-4-0613", State.RETIRED),
        ("gpt-4", State.RETIRED),
        ("gpt-9", State.FLOATING),
        ("banana", State.UNKNOWN),
        ("GPT-4O", State.UNKNOWN),
    ],
)
def test_openai(model, expected):
    assert state("openai", model).state is expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-opus-4-5-20251101", State.PINNED),
        ("claude-sonnet-4-6", State.PINNED),
        ("claude-opus-4-6", State.PINNED),
        ("claude-sonnet-5", State.PINNED),
        ("claude-fable-5-1", State.PINNED),
        ("claude-opus-10-0", State.PINNED),
        ("claude-sonnet-4-5", State.FLOATING),
        ("claude-sonnet-4", State.FLOATING),
        ("claude-opus-4-1", State.FLOATING),
        ("claude-3-opus", State.FLOATING),
        ("claude-3-haiku-latest", State.FLOATING),
        ("claude-3-5-sonnet-latest", State.RETIRED),
        ("claude-sonnet-4-5-20250929", State.RETIRING),
        ("claude-3-5-sonnet-20241022", State.RETIRED),
        ("claude-2.1", State.RETIRED),
        ("claude-mythos-preview", State.PREVIEW),
        ("claude", State.UNKNOWN),
    ],
)
def test_anthropic(model, expected):
    assert state("anthropic", model).state is expected


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("simulated", "sim-small-2026-01-15", State.PINNED),
        ("simulated", "sim-small", State.FLOATING),
        ("simulated", "gpt-4o-2024-08-06", State.FLOATING),
        ("acme", "thing-latest", State.FLOATING),
        ("acme", "thing:latest", State.FLOATING),
        ("acme", "gpt-4o-2024-08-06", State.UNKNOWN),
    ],
)
def test_other_providers(provider, model, expected):
    assert state(provider, model).state is expected


def test_the_day_of_retirement_is_the_first_without_the_model():
    model = "gpt-4o-mini-2024-07-18"
    assert state("openai", model, dt.date(2027, 1, 13)).state is State.RETIRING
    assert state("openai", model, dt.date(2027, 1, 14)).state is State.RETIRED


def test_a_floating_id_names_the_newest_snapshot_to_pin():
    assert "gpt-4o-2024-11-20" in state("openai", "gpt-4o").remedy


def lasting(retires):
    common = {"provider": "openai", "source": "https://example.com", "checked": "2026-11-01"}
    ends = {"retires": retires, "replacement": "gpt-6-luna"}
    known = registry.read({"models": [{"id": name, **common, **ends} for name in ("gpt-4.1", "gpt-4.1-2025-04-14")]})
    return pins.state("openai", "gpt-4.1", today=dt.date(2026, 11, 22), registry=known)


@pytest.mark.parametrize(
    ("retires", "remedy"),
    [
        ("2026-11-01", "Move to gpt-6-luna."),
        ("2027-05-21", "Move to gpt-6-luna."),
        ("2027-05-22", "Pin gpt-4.1-2025-04-14."),
    ],
)
def test_a_floating_id_has_one_remedy_its_pin_unless_that_is_retired_within_180_days(retires, remedy):
    assert lasting(retires).remedy == remedy


def test_a_model_at_its_end_names_its_date_and_its_replacement():
    pin = state("openai", "gpt-4o-mini-2024-07-18")
    assert pin.identity is State.PINNED
    assert pin.ends == dt.date(2027, 1, 14)
    assert "2027-01-14" in pin.reason
    assert "gpt-6-luna" in pin.remedy
    assert (pin.source, pin.checked) == ("https://example.com", dt.date(2026, 11, 1))


@pytest.mark.parametrize(("today", "stale"), [(dt.date(2026, 12, 31), False), (dt.date(2027, 1, 1), True)])
def test_knowledge_of_more_than_sixty_days_is_stale(today, stale):
    assert state("openai", "gpt-4-0613", today).stale is stale


def test_a_model_that_the_registry_does_not_know_is_as_stale_as_the_registry():
    assert state("openai", "gpt-6-luna", dt.date(2027, 6, 1)).stale


class TestTheShippedRegistry:
    def test_every_record_is_unique_dated_and_sourced(self):
        records = registry.shipped().records
        assert len(records) > 50
        assert all(record.source.startswith("https://") for record in records.values())
        assert list(records) == sorted(set(records))

    def test_every_record_is_of_a_provider_in_the_catalogue(self):
        assert {record.provider for record in registry.shipped().records.values()} <= pins.CATALOGUE.keys()

    def test_no_record_has_a_name_that_its_provider_does_not_give(self):
        known = registry.shipped()
        states = {name: pins.state(of, name, today=TODAY).identity for of, name in known.records}
        assert [name for name, found in states.items() if found is State.UNKNOWN] == []

    def test_no_replacement_is_itself_retired(self):
        records = registry.shipped().records.values()
        latest = max(record.checked for record in records)
        named = {
            (record.provider, record.replacement) for record in records if record.retires and record.retires > latest
        }
        retired = {key for key in named if key[1] and pins.state(*key, today=latest).state is State.RETIRED}
        assert retired == set()

    @pytest.mark.parametrize(
        ("provider", "model", "expected"),
        [
            ("openai", "gpt-4.1-2025-04-14", State.RETIRING),
            ("openai", "gpt-5.5", State.FLOATING),
            ("openai", "gpt-4-0613", State.RETIRED),
            ("anthropic", "claude-haiku-4-5", State.FLOATING),
            ("anthropic", "claude-haiku-4-5-20251001", State.PINNED),
            ("anthropic", "claude-3-haiku-20240307", State.RETIRED),
        ],
    )
    def test_it_knows_the_models_of_its_day(self, provider, model, expected):
        assert pins.state(provider, model, today=TODAY).state is expected
