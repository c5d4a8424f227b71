"""How firmly a model id names a model, and how long it lives."""

import datetime as dt

import pytest

from llmgate import pins
from llmgate.pins import Lifecycle, Stage, State, registry

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
            row("anthropic", "claude-opus-4-6", stage="active"),
        ]
    }
)


def state(provider, model, today=TODAY, **more):
    return pins.state(provider, model, today=today, registry=KNOWN, **more)


def life(provider, model, today=TODAY):
    return state(provider, model, today).lifecycle


@pytest.mark.parametrize(
    ("provider", "model", "stage", "ends"),
    [
        ("openai", "gpt-4-0613", Stage.RETIRED, "2026-10-23"),
        ("openai", "gpt-4", Stage.RETIRED, "2026-10-23"),
        ("openai", "gpt-4o-mini-2024-07-18", Stage.RETIRING, "2027-01-14"),
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::abc", Stage.RETIRING, "2027-01-14"),
        ("openai", "gpt-9", Stage.RETIRING, "2026-12-24"),
        ("openai", "gpt-4o-2024-08-06", Stage.UNKNOWN, None),
        ("openai", "gpt-6-luna", Stage.UNKNOWN, None),
        ("anthropic", "claude-3-5-sonnet-latest", Stage.RETIRED, "2025-10-28"),
        ("anthropic", "claude-sonnet-4-5", Stage.RETIRING, "2026-11-30"),
        ("anthropic", "claude-2.1", Stage.RETIRED, "2025-07-21"),
        ("anthropic", "claude-opus-4-6", Stage.ACTIVE, None),
        ("acme", "thing-latest", Stage.UNKNOWN, None),
    ],
)
def test_a_life_is_known_where_an_end_is_announced_or_the_provider_says_active(provider, model, stage, ends):
    assert life(provider, model) == Lifecycle(stage=stage, ends=ends and dt.date.fromisoformat(ends))


def test_a_model_at_its_end_keeps_the_state_of_its_name():
    assert state("openai", "gpt-4-0613").state is State.PINNED
    assert state("openai", "gpt-9").state is State.FLOATING


@pytest.mark.parametrize(
    ("lifecycle", "text"),
    [
        (Lifecycle(), "of unknown lifecycle"),
        (Lifecycle(stage=Stage.ACTIVE), "active"),
        (Lifecycle(stage=Stage.RETIRING), "retiring, on a day that is not announced"),
        (Lifecycle(stage=Stage.RETIRED, ends=TODAY), "retired on 2026-11-22"),
    ],
)
def test_a_lifecycle_is_told_in_words(lifecycle, text):
    assert str(lifecycle) == text


def test_the_day_of_retirement_is_the_first_without_the_model():
    model = "gpt-4o-mini-2024-07-18"
    assert life("openai", model, dt.date(2027, 1, 13)).stage is Stage.RETIRING
    assert life("openai", model, dt.date(2027, 1, 14)).stage is Stage.RETIRED


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
        ("2027-05-21", "Pin gpt-4.1-2025-04-14 until 2027-05-21, or move to gpt-6-luna."),
        ("2027-05-22", "Pin gpt-4.1-2025-04-14."),
    ],
)
def test_a_floating_id_has_its_pin_as_remedy_and_what_comes_after_one_that_ends_within_180_days(retires, remedy):
    assert lasting(retires).remedy == remedy


def test_a_model_at_its_end_names_its_date_and_its_replacement():
    pin = state("openai", "gpt-4o-mini-2024-07-18")
    assert str(pin.lifecycle) == "retiring on 2027-01-14"
    assert "gpt-6-luna" in pin.remedy
    assert pin.learned == "https://example.com, checked 2026-11-01"


@pytest.mark.parametrize(("today", "stale"), [(dt.date(2026, 12, 31), False), (dt.date(2027, 1, 1), True)])
def test_knowledge_of_more_than_sixty_days_is_stale(today, stale):
    assert state("openai", "gpt-4-0613", today).stale is stale


def test_of_a_model_that_the_registry_does_not_know_nothing_was_learned():
    pin = state("openai", "gpt-6-luna", dt.date(2027, 6, 1))
    assert (pin.learned, pin.stale) == ("", False)
