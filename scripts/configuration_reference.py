"""The models of `llmgate.config` → `docs/configuration-keys.md`, so that the page cannot depart from the code.

python -m scripts.configuration_reference            # writes the page
python -m scripts.configuration_reference --check    # exit code 1 where the page is not what the code says
"""

from __future__ import annotations

import sys
from pathlib import Path

from llmgate.config import Config
from scripts import pages, schema_tables

PAGE = Path(__file__).parents[1] / "docs" / "configuration-keys.md"
HEAD = """\
# Every key of llmgate.yaml

Made from the code by `python -m scripts.configuration_reference`; `llmgate schema config` prints the same as a JSON
Schema for editors. [llmgate.yaml](configuration.md) tells what the parts are for, with examples. Unknown keys are
faults.

"""


def page() -> str:
    """Write the page: a table for the file, then one for each object in it, in the order in which they are met."""
    schema = Config.model_json_schema(by_alias=True)
    return HEAD + schema_tables.page(schema, root="llmgate.yaml", elsewhere={"JsonValue": "any value"})


if __name__ == "__main__":
    sys.exit(pages.main(PAGE, page))
