"""Fields of any type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.capture import values
from tests import dialects

SECONDS = 1795165200


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20T09:00:00Z",
        "2026-11-20T10:00:00.000+01:00",
        "2026-11-20 09:00:00.000000",
        SECONDS,
        SECONDS * 10**3,
        SECONDS * 10**6,
        SECONDS * 10**9,
        float(SECONDS),
    ],
)
def test_a_time_is_read_in_every_form(value):
    assert values.nanoseconds(value) == SECONDS * 10**9


@pytest.mark.parametrize("value", [None, "", "soon", True, -5, 0, [], 10**40, "0001-01-01T00:00:00+23:59"])
def test_what_is_no_time_is_0(value):
    assert values.nanoseconds(value) == 0


@given(dialects.JSON | st.text())
def test_no_value_crashes_a_field(value):
    assert values.nanoseconds(value) >= 0
    assert isinstance(values.mapping(value), dict)
    assert isinstance(values.items(value), list)
    assert values.name(value) is None or values.name(value)
