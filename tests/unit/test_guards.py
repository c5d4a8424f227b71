"""Edits of what stands before the gate are named; the gate cannot keep anybody from them."""

import pytest

from llmgate import guards
from llmgate.errors import ConfigurationError, Fault
from llmgate.trial import Arm
from llmgate.verdict import Severity

GATE = "jobs:\n  gate:\n    steps:\n      - uses: llmgate/llmgate@1\n"
PATH = ".github/workflows/gate.yml"


def edits(base, head):
    reads = {arm: lambda path, files=files: files.get(path) for arm, files in ((Arm.BASE, base), (Arm.HEAD, head))}
    return list(guards.edits(reads, {path for path in base.keys() | head.keys() if base.get(path) != head.get(path)}))


@pytest.mark.trust("workflow-edited")
@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (GATE, GATE + "        continue-on-error: true\n", "(+ continue-on-error: true)"),
        (GATE, "on: {pull_request: {paths: [docs/**]}}\n" + GATE, "(+ on: {pull_request: {paths: [docs/**]}})"),
        (GATE, GATE.replace("@1", "@2"), "(+ - uses: llmgate/llmgate@2; - - uses: llmgate/llmgate@1)"),
        (
            GATE,
            "jobs: {gate: {steps: [{run: exit 0}]}}\n",
            "(+ jobs: {gate: {steps: [{run: exit 0}]}}; - jobs:; - gate:",
        ),
        (GATE, None, "(- jobs:; - gate:; - steps:)"),
        (None, GATE, "(+ jobs:; + gate:; + steps:)"),
        (GATE, GATE + "\n\n", "(in nothing that lines show)"),
        (GATE, GATE + "\x1b[31m ::error::\n", r"(+ \x1b[31m ::error::)"),
    ],
)
def test_an_edit_of_a_workflow_that_runs_the_gate_is_named_with_its_lines(old, new, named):
    files = ({PATH: text.encode()} if text else {} for text in (old, new))
    (finding,) = edits(*files)
    assert (finding.rule, finding.severity, finding.file) == ("workflow", Severity.WARN, PATH)
    assert finding.message.startswith(f"the change edits '{PATH}' {named}")
    assert "by a ruleset" in finding.remedy


def test_other_workflows_and_actions_are_named_together_after_those_that_run_the_gate():
    others = {f".github/workflows/{number}.yml": b"x" for number in range(5)}
    head = {**others, ".github/actions/a/action.yml": b"x", PATH: GATE.encode()}
    gate, rest = edits({}, head)
    assert (gate.file, rest.file) == (PATH, ".github/actions/a/action.yml")
    assert rest.message.endswith("'.github/workflows/0.yml', '.github/workflows/1.yml' and 3 more")


def test_of_many_that_run_the_gate_none_is_lost():
    head = {f".github/workflows/{number}.yml": GATE.encode() for number in range(5)}
    assert [finding.file for finding in edits({}, head)] == [f".github/workflows/{number}.yml" for number in range(4)]


@pytest.mark.parametrize("path", ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"])
def test_an_edit_of_the_owners_is_named(path):
    (finding,) = edits({path: b"* @acme/owners\n"}, {})
    assert finding.message == f"the change edits who owns which files: '{path}' (- * @acme/owners)"


@pytest.mark.parametrize("path", ["workflows/gate.yml", ".github/dependabot.yml", "src/CODEOWNERS", "action.yml"])
def test_what_does_not_stand_before_the_gate_is_not_named(path):
    assert edits({}, {path: GATE.encode()}) == []


def test_a_workflow_that_cannot_be_read_is_named_as_one_that_may_run_the_gate():
    def refuse(_):
        raise ConfigurationError(
            [Fault(file=PATH, line=1, message="is a symbolic link", id="not-a-regular-file", remedy="commit it")]
        )

    (finding,) = guards.edits(dict.fromkeys(Arm, refuse), {PATH})
    assert finding.message.startswith(f"the change edits '{PATH}'")


@pytest.mark.trust("workflow-edited")
def test_no_number_of_new_workflows_hides_an_edit_of_the_one_that_runs_the_gate():
    flood = {f".github/workflows/{number}.yml": GATE.encode() for number in range(9)}
    first, *_ = edits({PATH: GATE.encode()}, {**flood, PATH: b"jobs: {}\n"})
    assert first.message.startswith(f"the change edits '{PATH}' (+ jobs: {{}}; - jobs:;")


def test_of_other_workflows_those_of_the_base_are_named_before_new_ones():
    flood = {f".github/workflows/{number}.yml": GATE.encode() for number in range(9)}
    *_, rest = edits({".github/workflows/z.yml": b"a"}, {**flood, ".github/workflows/z.yml": b"b"})
    assert "what the repository's jobs do: '.github/workflows/z.yml', " in rest.message


def test_workflows_beyond_what_is_read_are_named_as_ones_that_may_run_the_gate():
    many = {f".github/workflows/{number:03}.yml": bytes(1024 * 1024) for number in range(40)}
    found = edits({"CODEOWNERS": b"* @a\n"}, many)
    assert [finding.message.partition(" (")[2] for finding in found[:1]] == ["not read: too much is edited)"]
    assert "(- * @a)" in found[-1].message
