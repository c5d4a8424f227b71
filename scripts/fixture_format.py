"""The models of `llmgate.fixture` → `docs/fixture-format.md`, so that the page cannot depart from the code.

python -m scripts.fixture_format            # writes the page
python -m scripts.fixture_format --check    # exit code 1 where the page is not what the code says
"""

from __future__ import annotations

import sys
from pathlib import Path

from llmgate.fixture import Fixture
from scripts import pages, schema_tables

PAGE = Path(__file__).parents[1] / "docs" / "fixture-format.md"
ELSEWHERE = {"Assertion": "[assertion](assertions.md)", "JsonValue": "any value"}
HEAD = """\
# The fixture format

Every field of a fixture file, made from the code by `python -m scripts.fixture_format`; `llmgate schema fixture` prints
the same as a JSON Schema for editors. [Fixtures](fixtures.md) tells what they are for, with an example.
A file holds one fixture, or a list of them, as YAML or JSON. Unknown fields are faults.

"""


def page() -> str:
    """Write the page: a table for the fixture, then one for each object in it, in the order in which they are met."""
    return HEAD + schema_tables.page(Fixture.model_json_schema(by_alias=True), root="fixture", elsewhere=ELSEWHERE)


if __name__ == "__main__":
    sys.exit(pages.main(PAGE, page))
