"""What the documentation shows is what the program takes."""

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from llmgate import (
    calibration,
    checker_worker,
    config,
    custom,
    documents,
    fixture,
    grade,
    pins,
    providers,
    remarks,
    report,
    scripts,
)
from llmgate.capture.catalogue import DIALECTS, SUITES
from llmgate.capture.redacting import Redacting
from llmgate.checkers import Checkers
from llmgate.diagnose.replays import interventions
from llmgate.pins import catalogue, entries
from llmgate.redaction import Redactor
from llmgate.suite import Loaded, Stored
from llmgate.trial import Arm, Outcome, Trace, Trial

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def blocks(path, language):
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", (ROOT / path).read_text(), re.MULTILINE | re.DOTALL)


def read(path):
    return YAML(typ="safe").load((ROOT / path).read_text())


def test_the_taxonomy_in_the_documentation_has_no_fault():
    label, settings, gated = blocks("docs/taxonomy.md", "yaml")
    assert config.read(f"version: 1\n{gated}".encode()).policy.categories["tool_use"] is config.Rule.BLOCK
    own = config.read(f"version: 1\n{settings}".encode()).taxonomy.taxonomy
    assert own.find(label.removeprefix("category:")) is not None
    assert own.name("grounding", "context_ignored") == "faithfulness: source not used"
    assert str(own.find("wrong tone")) == "tone"


def test_the_judge_and_the_labels_in_the_documentation_have_no_fault():
    settings, labels = blocks("docs/judge.md", "yaml")
    assert config.read(f"version: 1\n{settings}".encode()).policy.judge.calibration == "judge/labels.yaml"
    assert len(calibration.labels(documents.read("judge/labels.yaml", labels.encode()))) == 3


def test_the_embedder_and_the_assertion_in_the_documentation_have_no_fault():
    settings, asserted = blocks("docs/embedder.md", "yaml")
    assert config.read(f"version: 1\n{settings}".encode()).policy.embedder.params == {"dimensions": 256}
    found, faults = fixture.parse(documents.read("f.yaml", f"id: a\ntarget: support\n{asserted}".encode()))
    assert ([item.assertions[0].type for item in found], faults) == (["similar"], ())


def test_the_assertion_of_ones_own_in_the_documentation_grades():
    source, _ = blocks("docs/custom-assertions.md", "python")
    settings, asserted, *_ = blocks("docs/custom-assertions.md", "yaml")
    assert len(source.splitlines()) <= 10
    own = config.read(f"version: 1\n{settings}".encode())
    known = custom.known(own, {"checks/polite.py": source.encode()}.get)
    (case,), faults = fixture.parse(documents.read("f.yaml", f"id: a\ntarget: t\n{asserted}".encode()))
    with Checkers(known) as checkers:
        graded = grade.grade(remarks.remarked(spoken("Here you are, thank you."), case, checkers), case)
    assert (faults, graded.outcome, graded.grades[0].score) == ((), Outcome.PASSED, 0.5)


@pytest.mark.parametrize("asserted", blocks("docs/custom-assertions.md", "yaml")[2:])
def test_the_code_in_python_in_the_documentation_grades(asserted):
    _, source = blocks("docs/custom-assertions.md", "python")
    (case,), faults = fixture.parse(documents.read("f.yaml", f"id: a\ntarget: t\n{asserted}".encode()))
    loaded = Loaded(fixtures={"a": Stored(fixture=case, file="f.yaml", line=1)})
    known = scripts.known([case], loaded, {"checks/tone.py": source.encode()}.get)
    with Checkers(known) as checkers:
        found = {
            text: grade.grade(remarks.remarked(spoken(text), case, checkers), case).outcome
            for text in ("Here you are, thank you.", "NO" * 60)
        }
    assert (faults, [*found.values()]) == ((), [Outcome.PASSED, Outcome.FAILED])


def spoken(output):
    return Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0), output=output)


def test_the_treatments_and_the_hypothesis_in_the_documentation_are_those_that_there_are():
    text = (ROOT / "docs/diagnosis.md").read_text()
    shown = [(row[0], row[1], row[3]) for row in rows(text.partition("### What cures it")[2])]
    assert shown == [(f"`{each.name}`", each.title, f"`{each.category}`") for each in interventions.EVERY]
    (written,) = blocks("docs/diagnosis.md", "yaml")
    asserted = f"id: a\ntarget: support\n{written}assert: [{{type: contains, value: x}}]\n"
    (found,), faults = fixture.parse(documents.read("fixture.yaml", asserted.encode()))
    assert (found.hypothesis.test, faults) == ("gold_alone", ())


def test_the_budget_of_diagnosing_in_the_documentation_is_the_default():
    (row,) = [row for row in rows((ROOT / "docs/configuration.md").read_text()) if row[0] == "`diagnose`"]
    said = config.read(f"version: 1\npolicy: {{diagnose: {{{row[1].strip('`')}}}}}\n".encode())
    assert said.policy.diagnose == config.Policy().diagnose


def test_what_a_class_may_import_is_documented():
    listed = (ROOT / "docs/custom-assertions.md").read_text().partition("the door is shut:")[2].partition("What is")[0]
    public = {name for name in checker_worker.MODULES if not name.startswith(("_", "encodings"))}
    assert set(re.findall(r"`(.+?)`", listed)) == public | {"sys"}


def rows(text):
    """The cells of the rows of a table that begin with a name in code."""
    lines = (line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("| `"))
    return [[cell.strip() for cell in line] for line in lines]


CAPTURE = (ROOT / "docs/capture.md").read_text()
REDACTED = rows(CAPTURE.partition("## What is redacted")[2])


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_of_traces_has_its_page(name):
    assert f"[`{name}`](capture-{name}.md)" in CAPTURE
    assert f"llmgate capture {name}" in (ROOT / f"docs/capture-{name}.md").read_text()


@pytest.mark.parametrize("name", sorted(SUITES))
def test_every_suite_that_is_imported_is_documented(name):
    assert f"llmgate capture {name} " in (ROOT / "docs/import.md").read_text()
    assert f"`{name}`" in CAPTURE


def test_every_kind_of_redaction_is_documented():
    assert sorted(row[0].strip("`") for row in REDACTED) == sorted(config.OWN_KINDS)


@pytest.mark.parametrize(("example", "redacted"), [(row[2].strip("`"), row[3].strip("`")) for row in REDACTED])
def test_an_example_of_redaction_becomes_what_the_documentation_says(example, redacted):
    assert Redacting(known=Redactor()).value(example) == redacted


def test_the_rules_of_every_provider_are_documented_as_the_catalogue_has_them():
    text = (ROOT / "docs/pins.md").read_text()
    documented = rows(text[text.index("## Rules") : text.index("## Azure")])
    assert documented == rows(catalogue.__doc__)
    assert [row[0].strip("`") for row in documented] == sorted(catalogue.CATALOGUE)


def test_every_state_and_stage_of_a_pin_is_documented():
    text = (ROOT / "docs/pins.md").read_text()
    named = {row[0].strip("`") for row in rows(text[: text.index("## Rules")])}
    assert named == {*map(str, pins.State), *map(str, pins.Stage)}


@pytest.mark.parametrize(
    ("name", "state"),
    [("local", pins.State.PINNED), ("served", pins.State.PINNED), ("routed", pins.State.PINNED)],
)
def test_the_entries_in_the_documentation_are_pinned(name, state):
    (block,) = blocks("docs/pins.md", "yaml")
    found, _ = entries.find(documents.read("models.yaml", block.encode()))
    one = next(entry for entry in found if entry.name == name)
    pin = pins.state(one.provider, one.model, today=dt.date(2026, 11, 26), settings={**one.rest, **one.params})
    assert pin.state is state


@pytest.mark.trust("supply-chain")
def test_the_action_and_its_image_have_no_finding():
    checked = [BIN / "check-jsonschema", "--builtin-schema"]
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    schemas = [
        [*checked, "vendor.github-actions", "action.yml"],
        [*checked, "vendor.github-workflows", *workflows],
        [*checked, "vendor.dependabot", ".github/dependabot.yml"],
    ]
    # Without --strict-collection a file that is no YAML is passed over.
    audit = [BIN / "zizmor", "--offline", "--no-progress", "--strict-collection", "action.yml", ".github"]
    for command in (*schemas, audit, [BIN / "hadolint", "Dockerfile"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_defaults_of_a_baseline_in_the_documentation_are_those_that_there_are():
    told = dict(re.findall(r"^\| `(\w+)` \| `?(\w+)`? \|", (ROOT / "docs/baselines.md").read_text(), re.MULTILINE))
    defaults = config.BaselineSettings().model_dump()
    assert {name: told[name] for name in defaults} == {
        name: f"{value:g}" if name != "run" else value for name, value in defaults.items()
    }


def test_the_workflow_runs_on_what_the_gate_needs_and_on_every_path():
    (block,) = blocks("README.md", "yaml")
    shown = YAML(typ="safe").load(block)
    assert shown["on"] == {
        "pull_request": {"types": ["opened", "synchronize", "reopened", "edited"]},
        "merge_group": None,
    }
    assert shown["permissions"] == {}
    assert shown["jobs"]["llmgate"]["permissions"] == {"contents": "read", "pull-requests": "write"}


def test_no_workflow_for_forks_checks_a_head_out_or_keeps_a_cache():
    found = [YAML(typ="safe").load(text) for text in blocks("docs/forks.md", "yaml")[1:]]
    steps = [step for workflow in found for job in workflow["jobs"].values() for step in job["steps"]]
    used = {(step["uses"].partition("@")[0], *step["with"]) for step in steps if "uses" in step}
    assert used == {("actions/checkout", "persist-credentials"), ("llmgate/llmgate", "status")}


def test_every_input_and_output_of_the_action_is_documented():
    action, text = read("action.yml"), (ROOT / "docs/action.md").read_text()
    for name in (*action["inputs"], *action["outputs"]):
        assert f"`{name}`" in text


def test_every_key_of_the_policy_is_documented():
    text = (ROOT / "docs/configuration.md").read_text()
    undocumented = [name for name in config.Policy.model_fields if f"`{name}`" not in text]
    assert undocumented == []


@pytest.mark.trust("supply-chain")
def test_the_entrypoint_is_isolated_and_the_base_has_no_installer_left():
    text = (ROOT / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["/opt/llmgate/bin/python", "-I", "-m", "llmgate.action"]' in text
    assert "--require-hashes" in text


@pytest.mark.trust("supply-chain")
def test_every_locked_package_has_hashes_and_no_registry_is_named():
    text = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9.-]+==\S+ \\$", text, re.MULTILINE)
    assert len(packages) > 20
    assert len(re.findall(r"^[a-z0-9.-]+==", text, re.MULTILINE)) == len(packages)
    assert "://" not in text


@pytest.mark.parametrize("which", ["config", "exceptions", "fixture", "report"])
def test_a_schema_is_printed_that_editors_can_read(which):
    done = subprocess.run([BIN / "llmgate", "schema", which], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["$schema"].startswith("https://json-schema.org/")


def test_the_report_has_the_keys_of_the_design():
    promised = {"schema", "verdict", "exit_code", "base", "head", "changes", "fixtures", "suite", "findings", "calls"}
    names = {field.alias or name for name, field in report.Report.model_fields.items()}
    assert promised | {"cost", "seconds"} <= names


def test_what_each_api_has_is_in_the_documentation():
    rows = re.findall(
        r"^\| `([a-z-]+)` \| `(/[^`]+)` \|[^|]+\|(.+)\|$", (ROOT / "docs/providers.md").read_text(), re.MULTILINE
    )
    told = {name: (path, tuple(cell.strip() == "yes" for cell in cells.split("|"))) for name, path, cells in rows}
    has = {}
    for name, one in providers.APIS.items():
        able = one.capabilities("MODEL")
        held = (able.seed, able.logprobs, able.tools, able.json_schema, able.json_object, able.batch)
        has[name] = (one.place("MODEL").path, held)
    assert told == has


def test_the_attributes_in_the_documentation_are_those_that_are_written():
    script = ROOT / "scripts" / "attribute_table.py"
    table = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    assert (ROOT / "docs/tracing.md").read_text().endswith(table)


def test_the_program_in_the_documentation_of_traces_runs():
    (program,) = blocks("docs/tracing.md", "python")
    given = {"question": "Q", "messages": [{"role": "user", "content": "Q"}], "tools": [], "ask": lambda _: "A"}
    exec(compile(program, "tracing.md", "exec"), given)
    assert given["answer"] == "A"
