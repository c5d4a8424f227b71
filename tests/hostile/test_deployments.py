"""Sources that are made to hold a reader up: each is read in bounded time, and none is a crash."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.pins import deployments
from llmgate.pins.deployments import scan

HOSTILE = {
    "open brackets": "{[(" * 80_000,
    "close brackets": "}])" * 80_000,
    "open strings": "'" * 250_000,
    "quotes": '"' * 250_000,
    "long quotes": "'''" * 80_000,
    "an open comment": "/*" + "*" * 250_000,
    "comments": "/*" * 120_000,
    "backslashes": '"' + "\\" * 250_000,
    "heredocs": "".join(f"<<A{number}\n" for number in range(30_000)),
    "words": "a " * 120_000,
    "assignments": "a = " * 250_000,
    "nested lists of objects": "x = " + "[" * 60 + "{a = 1}" * 25_000,
    "models": "{ name = 'a', model { name = 'b', format = 'c' } }\n" * 5_000,
    "nothing but lines": "\n" * 250_000,
}


@pytest.mark.parametrize("path", ["main.bicep", "main.tf"])
@pytest.mark.parametrize("case", HOSTILE)
def test_any_source_is_read_in_bounded_time(path, case):
    started = time.process_time()
    deployments.read(path, HOSTILE[case])
    assert time.process_time() - started < 3


def _objects(inner):
    keys = st.sampled_from(["name", "model", "properties", "format", "version", "versionUpgradeOption"])
    return st.dictionaries(keys, inner)


@given(st.text(alphabet="{}[]()'\"=:,\n \\/*#<-aE$", max_size=400))
def test_no_source_is_a_crash(source):
    """Any text has objects, and no value is longer than its bound."""
    for found in scan.objects(source):
        assert all(len(entry.value.text) <= scan.MAX_TEXT_CHARS for entry in found.entries)


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=9), lambda inner: st.lists(inner) | _objects(inner)))
def test_no_template_is_a_crash(value):
    """Any JSON that calls itself a template is read."""
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    assert isinstance(deployments.read("arm.json", json.dumps({"$schema": schema, "resources": value})), tuple)
