import pytest

from tests.unit.assertions.traces import errors, passes


def test_a_text_is_compared_character_by_character():
    """promptfoo, deterministic#equality: "output matches exactly"."""
    assert passes({"type": "equals", "value": "Yes"}, "Yes")
    assert not passes({"type": "equals", "value": "Yes"}, "Yes ")


@pytest.mark.parametrize(("value", "output"), [(14, "14"), (True, "true"), (False, "false")])
def test_numbers_and_booleans_stand_for_their_text(value, output):
    """promptfoo compares `String(value)` with the output."""
    assert passes({"type": "equals", "value": value}, output)
    assert not passes({"type": "equals", "value": value}, f" {output}")


@pytest.mark.parametrize(
    ("value", "output"),
    [
        ({"b": [1, {"c": None}], "a": "x"}, '{"a": "x", "b": [1.0, {"c": null}]}'),
        ([], " [ ] "),
        (None, "null"),
        ({"ä": "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")}, '{"\\u00e4": "\\ud83d\\ude00"}'),
    ],
)
def test_a_mapping_a_list_and_null_are_compared_as_json(value, output):
    """promptfoo, deterministic#equality: "You can also check whether it matches the expected JSON format"."""
    assert passes({"type": "equals", "value": value}, output)


@pytest.mark.parametrize(
    "output", ['{"a": true}', '{"a": 1, "b": 2}', '{"a": "1"}', "{}", "not JSON", '{"a": 1} x', ""]
)
def test_other_json_and_other_text_differ(output):
    assert not passes({"type": "equals", "value": {"a": 1}}, output)


def test_a_number_with_a_fraction_must_be_quoted():
    [(place, message)] = errors({"type": "equals", "value": 1.5})
    assert place == ("value",)
    assert "quotes" in message


def test_the_value_is_required():
    assert errors({"type": "equals"}) == [(("value",), "Field required")]
