"""`llmgate schema`: the JSON Schemas of what people write and of what llmgate writes."""

from __future__ import annotations

import json

import click

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command("schema")
@click.argument("which", type=click.Choice(["config", "exceptions", "fixture", "report"]))
def command(*, which: str) -> int:
    """Print the JSON Schema of llmgate.yaml, of llmgate.exceptions.yaml, of a fixture, or of the JSON report."""
    click.echo(json.dumps({"$schema": SCHEMA_DIALECT, **_schema(which)}, indent=2, sort_keys=True))
    return 0


def _schema(which: str) -> dict[str, object]:
    from llmgate import config, fixture, report  # noqa: PLC0415 - one of them is used
    from llmgate.exceptions.entry import Exceptions  # noqa: PLC0415 - as above

    match which:
        case "config":
            return config.Config.model_json_schema()
        case "exceptions":
            return Exceptions.model_json_schema()
        case "fixture":
            one = fixture.Fixture.model_json_schema(by_alias=True)
            definitions = one.pop("$defs", {})
            return {"anyOf": [one, {"type": "array", "items": one}], "$defs": definitions}
        case _:
            return report.Report.model_json_schema(by_alias=True, mode="serialization")
