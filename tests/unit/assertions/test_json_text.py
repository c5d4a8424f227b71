import json

import pytest

from llmgate.assertions import json_text
from llmgate.errors import CannotJudge


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('a {"a": 1} b [1] c', ['{"a": 1}', "[1]"]),
        ('[{"a": 1}, {"b": {"c": 2}}]', ['[{"a": 1}, {"b": {"c": 2}}]', '{"a": 1}', '{"b": {"c": 2}}']),
        ("[[1], [2]]", ["[[1], [2]]"]),
        ('[{"a": 1}, oops, [2], {"b": 3}', ['{"a": 1}', "[2]", '{"b": 3}']),
        ('{"text": "{\\"a\\": 1}"}', ['{"text": "{\\"a\\": 1}"}']),
        ('["x {} y', ["{}"]),
        ('{"a" oops "{}" {"b": []}', ["{}", '{"b": []}']),
        ("{{}}", ["{}"]),
        ("[]]", ["[]"]),
        ("", []),
        ("plain", []),
    ],
)
def test_outermost_values_are_found_wherever_they_begin(text, values):
    assert list(json_text.embedded(text)) == values


def test_what_is_found_is_what_trying_every_bracket_finds():
    """A quadratic search over small texts made of the parts that matter."""
    decoder = json.JSONDecoder(strict=True)
    parts = ["{", "}", "[", "]", '"', ",", ":", "1", '"a":', "{}", "\\", " "]
    texts = ["".join(parts[(seed // 12**place) % 12] for place in range(7)) for seed in range(0, 12**7, 9_973)]
    for text in texts:
        cursor, found = 0, []
        while cursor < len(text):
            if text[cursor] == "{":
                try:
                    _, end = decoder.raw_decode(text, cursor)
                except ValueError:
                    end = cursor + 1
                else:
                    found.append(text[cursor:end])
                cursor = end
            else:
                cursor += 1
        assert [value for value in json_text.embedded(text) if value[0] == "{"] == found, text
    assert len(texts) > 3_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        ("1", 1, False),
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}, True),
        ([1, 2], [2, 1], False),
        (10**15, 1e15, True),
        (2**60 + 1, 2**60 + 2, False),
        ("\ud800", "\ud800", True),
        ({"a": None}, {}, False),
    ],
)
def test_equality_is_that_of_json(one, other, same):
    assert json_text.equal(one, other) is same


def test_a_repeated_key_counts_with_its_last_value_as_in_json_parse():
    assert json_text.build('{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize("text", ["[" * 65 + "]" * 65, "9" * 401, "1e400", '{"a":' * 65 + "1" + "}" * 65])
def test_json_beyond_the_limits_is_valid_but_not_built(text):
    assert json_text.flaw(text) is None
    with pytest.raises(CannotJudge):
        json_text.build(text)


def test_json_at_the_limits_is_built():
    assert json_text.build("9" * 400) == 10**400 - 1
    assert json_text.build("[" * 64 + "]" * 64)
    assert json_text.build('["' + "[" * 100 + '"]') == ["[" * 100]
