import json
import math

import pytest

from llmgate.conventions.settling import MAX_DEPTH, settled
from llmgate.conventions.spelling import Structure


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\ud800b", "a?b"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (True, True),
        (("a", "\udfff"), ("a", "?")),
        (Structure({"a": math.nan, 1: (1, 2.5, None)}), '{"a":"nan","1":[1,2.5,null]}'),
        (Structure(object), "\"<class 'object'>\""),
    ],
    ids=str,
)
def test_a_value_becomes_what_every_backend_takes(value, expected):
    assert settled(value) == expected


def test_every_text_is_cleaned_keys_too():
    told = settled(Structure({"secret": ["a secret", {"secret": 1}]}), lambda text: text.replace("secret", "*"))
    assert json.loads(told) == {"*": ["a *", {"*": 1}]}


def test_what_lies_too_deep_is_cut_off():
    deep = []
    for _ in range(10 * MAX_DEPTH):
        deep = [deep]
    assert settled(Structure(deep)).count("[") == MAX_DEPTH
