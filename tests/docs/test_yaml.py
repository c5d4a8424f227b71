"""Every YAML in the documentation is what it says it is: each block has a kind, by its title or by its keys."""

import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from llmgate import calibration, config, documents, fixture
from llmgate.exceptions import reading
from llmgate.pins import entries
from llmgate.telemetry import wanted
from tests.docs import blocks

BIN = Path(sys.executable).parent
BLOCKS = blocks.written("yaml")
CONFIG = set(config.Config.model_fields)
FIXTURE = {field.alias or name for name, field in fixture.Fixture.model_fields.items()}


def kind(block):
    """Say what a block is, or that nobody knows."""
    if block.page.startswith(PIPELINES):
        return "pipeline of another service"
    value = YAML(typ="safe").load(block.text)
    listed = isinstance(value, list)
    first = value[0] if listed else value
    keys = set(first) if isinstance(first, dict) else set()
    kinds = {
        "workflow": "jobs" in keys,
        "part of a workflow": {"on", "steps", "env", "uses"} & keys,
        "exceptions": {"accepted", "quarantined"} & keys,
        "fixture": {"id", "target"} <= keys,
        "labels": listed and "label" in keys,
        "configuration": keys <= CONFIG and not isinstance(first.get("retrieval"), str),
        "part of a fixture": keys <= FIXTURE,
        "models": all(isinstance(each, dict) and "model" in each for each in first.values()),
    }
    return next((name for name, found in kinds.items() if found), "unknown")


PIPELINES = "docs/ci/"
"""Pages with pipelines of other services: tests/e2e/test_other_ci.py holds them against their schemas and runs them."""


def of(name):
    return [block for block in BLOCKS if kind(block) == name]


def every(name):
    return pytest.mark.parametrize("block", of(name), ids=str)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_is_of_a_kind_that_is_known_and_that_its_title_says(block):
    kinds = {"llmgate.yaml": "configuration", "llmgate.exceptions.yaml": "exceptions", "fixture": "fixture"}
    told = kinds.get(block.title, "workflow" if block.title.startswith(".github/") else None)
    assert kind(block) != "unknown"
    assert told is None or kind(block).removeprefix("part of a ") == told


@every("configuration")
def test_a_configuration_has_no_fault(block):
    text = block.text if block.text.startswith("version:") else f"version: 1\n{block.text}"
    assert config.read(text.encode()).version == 1


@every("fixture")
def test_a_fixture_has_no_fault(block):
    found, faults = fixture.parse(documents.read("fixture.yaml", block.text.encode()))
    assert (len(found) > 0, faults) == (True, ())


@every("part of a fixture")
def test_a_part_of_a_fixture_has_no_fault_in_one(block):
    asserted = "" if "assert:" in block.text else "assert: [{type: contains, value: x}]\n"
    text = f"id: a\ntarget: support\n{block.text}{asserted}"
    found, faults = fixture.parse(documents.read("fixture.yaml", text.encode()))
    assert (len(found), faults) == (1, ())


@every("labels")
def test_labels_have_no_fault(block):
    assert len(calibration.labels(documents.read("judge/labels.yaml", block.text.encode()))) > 1


@every("exceptions")
def test_exceptions_have_no_fault(block):
    listed = reading.of({config.EXCEPTIONS: block.text.encode()}.get)
    assert (len(listed.entries) > 0, listed.faults) == (True, ())


@every("models")
def test_models_are_entries(block):
    found, _ = entries.find(documents.read("models.yaml", block.text.encode()))
    assert len(found) == len(YAML(typ="safe").load(block.text))


WORKFLOW = """name: a page's
on:
  pull_request:
    types: [opened]
permissions: {}
concurrency:
  group: docs-${{ github.ref }}
  cancel-in-progress: true
jobs:
  docs:
    name: docs
    runs-on: ubuntu-24.04
    timeout-minutes: 5
"""


def whole(block):
    """Make a workflow of a part of one: its events for those of a job, its steps or variables for that job's."""
    text = block.text.replace("COMMIT_SHA", "0" * 40)
    value = YAML(typ="safe").load(text)
    if kind(block) == "workflow":
        return text
    if isinstance(value, list):
        return f"{WORKFLOW}    steps:\n{indented(text, 6)}"
    if "steps" in value:
        return f"{WORKFLOW}{indented(text, 4)}"
    if "env" in value:
        return f"{WORKFLOW}    steps:\n      - run: 'true'\n{indented(text, 8)}"
    head, _, rest = WORKFLOW.partition("on:")
    return f"{head}{text}jobs:{rest.partition('jobs:')[2]}    steps: [{{run: 'true'}}]\n"


def indented(text, by):
    return "".join(f"{' ' * by}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


@pytest.fixture(scope="module")
def workflows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs") / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, block in enumerate([*of("workflow"), *of("part of a workflow")]):
        (folder / f"{number:02d}.yml").write_text(f"# {block}\n{whole(block)}")
    return folder


@pytest.mark.trust("supply-chain")
def test_every_workflow_is_one_and_has_no_finding(workflows):
    schema = [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *sorted(workflows.iterdir())]
    audit = [BIN / "zizmor", "--offline", "--no-progress", "--strict-collection", workflows.parents[1]]
    for command in (schema, audit):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", [block for block in of("part of a workflow") if "OTEL_" in block.text], ids=str)
def test_variables_of_a_backend_are_those_that_are_read(block):
    found = wanted.export(YAML(typ="safe").load(block.text)["env"])
    assert (found.refused, bool(found.host), all(found.headers.values())) == ("", True, True)
    assert Path(block.page).name in (blocks.ROOT / "docs/tracing.md").read_text()


@pytest.mark.parametrize("block", blocks.written("python"), ids=str)
def test_python_compiles(block):
    assert compile(block.text, str(block), "exec")


def test_a_block_of_no_kind_is_told():
    assert kind(blocks.Block(page="a.md", line=1, language="yaml", title="", text="colour: blue\n")) == "unknown"


@pytest.mark.parametrize("language", sorted({block.language for block in blocks.every()}))
def test_every_language_has_tests_or_is_prose(language):
    tested = {"yaml", "sh", "console", "python"}
    shown = {"", "text", "diff", "dockerfile"}
    of_pipelines = {"bash", "groovy"}
    pages = {block.page for block in blocks.written(language)}
    assert language in tested | shown or (
        language in of_pipelines and all(page.startswith(PIPELINES) for page in pages)
    )
