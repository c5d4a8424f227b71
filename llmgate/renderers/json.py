"""A Report → its JSON document, safe to print in a job's log."""

import json

from llmgate.renderers import inert
from llmgate.report import Report


def render(report: Report) -> str:
    """The document of `llmgate schema report`; the same report gives the same bytes."""
    document = report.model_dump(by_alias=True)
    return inert.json(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"
