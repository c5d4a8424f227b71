import inspect
import pathlib
import re

import pytest

from llmgate import assertions
from llmgate.assertions import KINDS, Assertion, catalogue

REPOSITORY = pathlib.Path(__file__).parents[3]
FOLDER = pathlib.Path(inspect.getfile(assertions)).parent


def file_name(kind):
    return re.sub("[-:@]", "_", kind)


def test_the_page_in_docs_is_current():
    """Write it with: python -c "from llmgate.assertions import catalogue; print(catalogue.page(), end='')"."""
    assert (REPOSITORY / "docs" / "assertions.md").read_text() == catalogue.page()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_the_name_of_its_file_its_test_its_heading_and_in_the_overview(kind):
    assert inspect.getfile(KINDS[kind]) == str(FOLDER / f"{file_name(kind)}.py")
    assert (pathlib.Path(__file__).parent / f"test_{file_name(kind)}.py").exists()
    assert f"\n## {kind}\n" in catalogue.page()
    assert kind in re.split(r"[,\s]+", assertions.__doc__)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_kind_is_valid_and_is_of_that_kind(kind):
    assert Assertion.model_validate(catalogue.example(KINDS[kind])).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind):
    assert [name for name, field in KINDS[kind].model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "line",
    [
        "- `k` (whole number from 1 to 1000, required): How many documents count, best first.",
        "- `threshold` (number from 0 to 1, default 1.0): The smallest share of the ids that passes.",
        "- `threshold` (number from 0, required): The longest time that passes, in milliseconds.",
        "- `value` (list of text or whole number, required): The texts to look for.",
        "- `assert` (list of assertions, required): The assertions of the set.",
        "An empty answer passes (the answer is empty); with `not-` it fails.",
        "Kind of failure: `tool_use`.",
        "Kind of failure: any.",
    ],
)
def test_the_page_tells_types_units_edge_cases_and_kinds_of_failure(line):
    assert line in catalogue.page().splitlines()
