"""Every finding in files: what has it, and the nearest thing that has it not."""

import re
from pathlib import Path

import pytest

from llmgate.doctor import Id
from tests.doctored import COMMIT, DIGEST, FILE, OWNERS, examined, files, workflow

ACTION = f"- uses: llmgate/llmgate@{COMMIT} # pin the commit of the release that you use\n"
TYPES = "    types: [opened, synchronize, reopened, edited]\n"
STEP = f"      {ACTION}"
JOB = "  llmgate:\n    name: llmgate\n"
RUN = "      - run: {}\n"
OTHER = ".github/workflows/other.yml"
ENV = """        env:
          OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}
          LLMGATE_STORE_KEY: ${{ secrets.LLMGATE_STORE_KEY }}
"""
SEALED = "          LLMGATE_STORE_KEY: ${{ secrets.LLMGATE_STORE_KEY }}\n"
SAVE_IF = "        if: always()\n"
PERMISSIONS = "    permissions:\n      contents: read\n      pull-requests: write\n"
CHECKOUT = """      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
"""


FORKS = Path(__file__).parents[3] / "docs" / "forks.md"


def command(line, *, install="pip install llmgate==1.0.0"):
    """Put a command in the action's place."""
    return files((f"{STEP}{ENV}", f"      - run: {install}\n      - run: {line}\n{ENV}"))


def group(text, cancel="${{ github.event_name == 'pull_request' }}"):
    return files(
        ("llmgate-${{ github.event.pull_request.number || github.ref }}", text),
        ("${{ github.event_name == 'pull_request' }}", cancel),
    )


def beside(text, **more):
    """Put a second workflow beside the gate's."""
    return {**files(), OTHER: text, **more}


def privileged(step, event="pull_request_target"):
    return beside(f"on: {event}\npermissions: {{}}\njobs:\n  label:\n    runs-on: ubuntu-24.04\n    steps:\n{step}")


def owners(text):
    return {**files(), OWNERS: text}


def python(path):
    return f"id: one\ntarget: t\ninput: {{variables: {{}}}}\nassert: [{{type: python, value: 'file://{path}'}}]\n"


def called(*edits, secrets=""):
    """Turn the gate into a reusable workflow, with a job that calls it."""
    on = f"on:\n  pull_request:\n{TYPES}  merge_group:\n"
    own = files((on, "on: workflow_call\n"), *edits)
    entry = f"name: entry\n{on}permissions: {{}}\njobs:\n  gate:\n    uses: ./{FILE}\n{secrets}"
    return {**own, OTHER: entry}


CASES = {
    Id.CONFIG_MISSING: [(files(llmgate_dot_yaml=None), files())],
    Id.NO_WORKFLOW: [
        (files((STEP, RUN.format("echo llmgate"))), files()),
        (files((f"{STEP}{ENV}", RUN.format("'# llmgate gate'"))), command("llmgate gate")),
        ({**files(), FILE: None}, {**files(), FILE: None, ".github/workflows/gate.yaml": files()[FILE]}),
        ({**files(), FILE: None, ".github/workflows/deep/gate.yml": files()[FILE]}, files()),
    ],
    Id.TRIGGER_PULL_REQUEST: [(files((f"  pull_request:\n{TYPES}", "")), called())],
    Id.TRIGGER_TYPES: [
        (files((TYPES, "")), files()),
        (files((TYPES, "    types: [opened, synchronize, reopened]\n")), files((TYPES, f"{TYPES[:-2]}, labeled]\n"))),
        (files((f"on:\n  pull_request:\n{TYPES}  merge_group:\n", "on: [pull_request, merge_group]\n")), files()),
    ],
    Id.TRIGGER_MERGE_GROUP: [
        (
            files(("  merge_group:\n", "")),
            {
                **files(("  merge_group:\n", "")),
                OTHER: files((f"  pull_request:\n{TYPES}", ""))[FILE],
            },
        )
    ],
    Id.TRIGGER_PRIVILEGED: [
        (files(("  merge_group:\n", "  merge_group:\n  pull_request_target:\n")), files()),
        (files(("  merge_group:\n", "  merge_group:\n  workflow_run: {workflows: [x]}\n")), files()),
    ],
    Id.TRIGGER_FILTER: [
        (files((TYPES, f"{TYPES}    paths: ['prompts/**']\n")), files()),
        (
            files((TYPES, f"{TYPES}    paths-ignore: ['docs/**']\n")),
            files(("merge_group:", "push: {paths: [a]}\n  merge_group:")),
        ),
    ],
    Id.TRIGGER_BRANCHES: [
        (files((TYPES, f"{TYPES}    branches: [release]\n")), files((TYPES, f"{TYPES}    branches: [release, m*]\n"))),
        (
            files((TYPES, f"{TYPES}    branches: ['**', '!main']\n")),
            files((TYPES, f"{TYPES}    branches: ['!main', '**']\n")),
        ),
        (
            files((TYPES, f"{TYPES}    branches-ignore: [main]\n")),
            files((TYPES, f"{TYPES}    branches-ignore: [old]\n")),
        ),
    ],
    Id.HEAD_CHECKOUT: [
        (
            privileged(
                "      - {uses: actions/checkout@v6, with: {ref: '${{ github.event.pull_request.head.sha }}'}}\n"
            ),
            privileged("      - uses: actions/checkout@v6\n"),
        ),
        (
            privileged("      - run: gh pr checkout $NUMBER\n", "workflow_run"),
            beside("on: pull_request\njobs: {a: {runs-on: x, steps: [{run: gh pr checkout 1}]}}\n"),
        ),
        (
            privileged("      - {run: git fetch origin $HEAD, env: {HEAD: '${{ github.head_ref }}'}}\n"),
            privileged("      - {run: git fetch origin main, env: {HEAD: x}}\n"),
        ),
    ],
    Id.PERMISSIONS_MISSING: [
        (
            files((PERMISSIONS, ""), ("permissions: {}\n", "")),
            files((PERMISSIONS, ""), ("permissions: {}\n", "permissions: {contents: read, pull-requests: write}\n")),
        ),
    ],
    Id.PERMISSIONS_EXCESS: [
        (files(("contents: read", "contents: write")), files()),
        (
            files(("pull-requests: write\n", "pull-requests: write\n      checks: write\n")),
            files(("pull-requests: write\n", "pull-requests: write\n      checks: none\n")),
        ),
        (files((PERMISSIONS, "    permissions: write-all\n")), files()),
        (
            files(("pull-requests: write\n", "pull-requests: write\n      id-token: write\n")),
            files(
                ("pull-requests: write\n", "pull-requests: write\n      id-token: write\n"),
                (STEP, f"      - uses: aws-actions/configure-aws-credentials@{COMMIT}\n{STEP}"),
            ),
        ),
    ],
    Id.PERMISSIONS_LACKING: [
        (files(("      pull-requests: write\n", "")), files()),
        (files(("      contents: read\n", "")), files()),
    ],
    Id.ACTION_LOCAL: [
        (
            {**files((f"llmgate/llmgate@{COMMIT}", "./gate")), "gate/action.yml": "name: llmgate\n"},
            {**files((STEP, f"      - uses: ./setup\n{STEP}")), "setup/action.yml": "name: node\n"},
        )
    ],
    Id.ACTION_UNPINNED: [
        (files((f"llmgate/llmgate@{COMMIT}", "llmgate/llmgate@v1")), files()),
        (
            files((f"llmgate/llmgate@{COMMIT}", f"acme/llmgate@{COMMIT[:12]}")),
            files((f"llmgate/llmgate@{COMMIT}", f"acme/llmgate@{COMMIT}")),
        ),
    ],
    Id.IMAGE_UNPINNED: [
        (
            files((f"llmgate/llmgate@{COMMIT}", "docker://ghcr.io/acme/llmgate:1")),
            files((f"llmgate/llmgate@{COMMIT}", f"docker://ghcr.io/acme/llmgate@{DIGEST}")),
        ),
        (
            files((JOB, f"{JOB}    container: python:3.13\n")),
            files((JOB, f"{JOB}    container: {{image: 'python@{DIGEST}'}}\n")),
        ),
        (command("docker run ghcr.io/acme/llmgate:1 gate"), command(f"docker run ghcr.io/acme/llmgate@{DIGEST} gate")),
    ],
    Id.INSTALL_UNPINNED: [
        (command("llmgate gate", install="pip install llmgate"), command("llmgate gate")),
        (
            command("llmgate gate", install="uv tool install llmgate"),
            command("llmgate gate", install="pip install --require-hashes -r llmgate.txt"),
        ),
    ],
    Id.STEP_UNPINNED: [
        (
            files((STEP, f"      - uses: actions/setup-node@v6\n{STEP}")),
            files((STEP, f"      - uses: actions/setup-node@{COMMIT}\n{STEP}")),
        )
    ],
    Id.CHECKOUT_MISSING: [(files((CHECKOUT, "")), files())],
    Id.CHECKOUT_CREDENTIALS: [
        (files(("        with:\n          persist-credentials: false\n", "")), files()),
        (files(("persist-credentials: false", "persist-credentials: true")), files()),
    ],
    Id.CONTINUE_ON_ERROR: [
        (files((JOB, f"{JOB}    continue-on-error: true\n")), files((JOB, f"{JOB}    continue-on-error: false\n"))),
        (
            files((STEP, f"{STEP}        continue-on-error: ${{{{ vars.SOFT }}}}\n")),
            files((CHECKOUT, f"{CHECKOUT}        continue-on-error: true\n")),
        ),
    ],
    Id.RUN_MASKED: [
        (command("llmgate gate || true"), command("echo begins || true; llmgate gate")),
        (command("llmgate gate | tee log"), command("llmgate gate | tee log\n        shell: bash")),
        (command("'if ! llmgate gate; then echo no; fi'"), command("llmgate gate --base main")),
        (
            command("|\n          set +e\n          llmgate gate\n          echo done"),
            command("|\n          set -e\n          llmgate gate"),
        ),
    ],
    Id.JOB_CONDITION: [
        (
            files((JOB, f"{JOB}    if: github.actor != 'dependabot[bot]'\n")),
            files((JOB, f"{JOB}    if: ${{{{ always() }}}}\n")),
        )
    ],
    Id.JOB_NEEDS: [
        (files((JOB, f"{JOB}    needs: [build]\n")), files((JOB, f"{JOB}    needs: [build]\n    if: always()\n")))
    ],
    Id.JOB_NAME_VARIES: [
        (files(("    name: llmgate\n", "    name: llmgate ${{ github.ref }}\n")), files(("    name: llmgate\n", ""))),
        (
            files((JOB, f"{JOB}    strategy: {{matrix: {{python: [1, 2]}}}}\n")),
            files((JOB, f"{JOB}    strategy: {{fail-fast: true}}\n")),
        ),
    ],
    Id.JOB_NAME_SHARED: [
        (
            beside("on: push\njobs: {forged: {name: llmgate, runs-on: x, steps: []}}\n"),
            beside("on: push\njobs: {forged: {name: gate, runs-on: x, steps: []}}\n"),
        ),
    ],
    Id.STEP_CONDITION: [
        (
            files((STEP, f"{STEP}        if: github.event.pull_request.draft == false\n")),
            files((STEP, f"{STEP}        if: success()\n")),
        )
    ],
    Id.CONCURRENCY_CANCELS: [
        (group("llmgate-${{ github.event.pull_request.number }}", "true"), group("llmgate-${{ github.ref }}", "true")),
        (
            group("llmgate-${{ github.head_ref }}", "${{ !vars.KEEP }}"),
            group("llmgate-${{ github.event.pull_request.number }}"),
        ),
    ],
    Id.CONCURRENCY_SHARED: [(group("llmgate"), group("llmgate-${{ github.head_ref || github.run_id }}"))],
    Id.TIMEOUT_MISSING: [(files(("    timeout-minutes: 45\n", "")), files())],
    Id.SECRETS_EXPOSED: [
        (
            files((JOB, f"{JOB}    env: {{KEY: '${{{{ secrets.KEY }}}}'}}\n")),
            files((JOB, f"{JOB}    env: {{KEY: '${{{{ secrets.GITHUB_TOKEN }}}}'}}\n")),
        ),
        (
            files(("permissions: {}\n", "permissions: {}\nenv: {ALL: '${{ toJSON(secrets) }}'}\n")),
            files(("permissions: {}\n", "permissions: {}\nenv: {ALL: secrets}\n")),
        ),
        (
            files((STEP, f'      - run: echo "K=${{{{ secrets.K }}}}" >> $GITHUB_ENV\n{STEP}')),
            files((STEP, f'      - run: echo "K=1" >> $GITHUB_ENV\n{STEP}')),
        ),
        (called(secrets="    secrets: inherit\n"), called()),
    ],
    Id.CACHE_MISSING: [
        (
            files(("path: ${{ runner.temp }}/llmgate", "path: ~/.npm")),
            files(
                ("path: ${{ runner.temp }}/llmgate", "path: ${{ runner.temp }}/kept"),
                (ENV, f"{ENV}        with: {{store: '${{{{ runner.temp }}}}/kept/store.sqlite'}}\n"),
            ),
        )
    ],
    Id.CACHE_UNSAVED: [
        (files((SAVE_IF, "")), files((SAVE_IF, "        if: ${{ !cancelled() }}\n"))),
        (files(("actions/cache/save@", "actions/cache@")), files()),
    ],
    Id.CACHE_UNSEALED: [
        (files((SEALED, "")), files()),
        (
            files((SEALED, "        with: {store-key: ''}\n")),
            files((SEALED, "        with: {store-key: '${{ secrets.SEAL }}'}\n")),
        ),
    ],
    Id.CODEOWNERS_MISSING: [
        ({**files(), OWNERS: None}, {**files(), OWNERS: None, "docs/CODEOWNERS": "* @acme/gate\n"})
    ],
    Id.CODEOWNERS_INVALID: [
        (owners("* @acme/gate\n!fixtures/ @acme/gate\n"), owners("* @acme/gate # !all\n# [a] nobody\n")),
        (
            owners("* @acme/gate\n\\#fixtures @acme/gate\n"),
            owners("* @acme/gate\nfixtures/[a].yaml ada@example.com\n"),
        ),
        (owners("* @acme/gate\n/a acme\n"), owners("* @acme/gate\n/a @ada-lovelace\n")),
    ],
    Id.CODEOWNERS_UNCOVERED: [
        (owners("/.github/ @acme/gate\n/llmgate.* @acme/gate\n"), files()),
        (owners("* @acme/gate\n/fixtures/one.yaml\n"), owners("* @acme/gate\n/fixtures/two.yaml\n")),
        (
            {**owners("* @acme/gate\n/llmgate.exceptions.yaml\n"), "llmgate.exceptions.yaml": "version: 1\n"},
            owners("* @acme/gate\n/llmgate.exceptions.yaml\n"),
        ),
        (owners("/fixtures/ @acme/gate\n* @acme/all\n/llmgate.lock\n"), owners("/llmgate.lock\n* @acme/all\n")),
        (
            {
                **files(llmgate_dot_yaml="version: 1\nassertions: {ours: {file: tools/check.py, class: Ours}}\n"),
                "tools/check.py": "",
            },
            {
                **files(llmgate_dot_yaml="version: 1\nassertions: {ours: {file: checks/check.py, class: Ours}}\n"),
                "checks/check.py": "",
            },
        ),
        (
            {
                **files(fixtures__one_dot_yaml=python("tools/check.py")),
                "tools/check.py": "",
            },
            {
                **files(fixtures__one_dot_yaml=python("checks/check.py")),
                "checks/check.py": "",
            },
        ),
    ],
}

TABLE = [
    pytest.param(name, *case, id=f"{name}-{index}") for name, cases in CASES.items() for index, case in enumerate(cases)
]


def ids(content):
    written = {path: text for path, text in content.items() if text is not None}
    return {finding.id for finding in examined(written).findings}


def test_the_readmes_workflow_with_owners_has_no_finding():
    examination = examined(files())
    assert (examination.findings, examination.unseen, examination.exit_code) == ((), (), 0)
    assert [gate.check for gate in examination.gates] == ["llmgate"]


@pytest.mark.parametrize(("name", "ill", "well"), TABLE)
def test_what_is_wrong_is_found_and_what_is_right_is_not(name, ill, well):
    assert name in ids(ill)
    assert name not in ids(well)


def test_a_finding_stands_at_its_line():
    text = files((TYPES, f"{TYPES}    paths: [a]\n"))[FILE]
    (finding,) = examined(files((TYPES, f"{TYPES}    paths: [a]\n"))).findings
    assert text.splitlines()[finding.line - 1].strip() == "paths: [a]"
    assert (finding.where, finding.what) == (FILE, "`pull_request` has a filter `paths`")


def test_the_check_of_a_called_workflow_has_both_names():
    examination = examined(called())
    assert [gate.check for gate in examination.gates] == ["gate / llmgate"]
    assert examination.findings == ()


def test_a_gate_that_only_a_push_starts_is_no_check():
    on_push = ("  pull_request:\n", "  push:\n"), (TYPES, ""), ("  merge_group:\n", "")
    baseline = files(*on_push, ("    name: llmgate\n", "    name: baseline\n"))[FILE]
    assert examined({**files(), OTHER: baseline}).findings == ()


def test_a_workflow_that_cannot_be_read_is_not_seen():
    examination = examined(beside("on: [push\n"))
    assert [unseen.what for unseen in examination.unseen] == [f"{OTHER}:2"]
    assert (examination.findings, examination.exit_code) == ((), 3)


def test_a_called_workflow_of_another_repository_is_not_seen():
    uses = f"acme/ci/.github/workflows/llmgate.yml@{COMMIT}"
    examination = examined({**files(), FILE: f"on: pull_request\njobs: {{a: {{uses: {uses}}}}}\n"})
    assert [unseen.what for unseen in examination.unseen] == [f"the called workflow {uses!r}"]
    assert (examination.findings, examination.exit_code) == ((), 3)


def test_a_configuration_that_cannot_be_read_is_not_seen():
    examination = examined(files(llmgate_dot_yaml="version: 2\n"))
    assert [unseen.what for unseen in examination.unseen] == ["llmgate.yaml:1"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", "on: {pull_request: [1]}", "on: 3\njobs: [a]", "jobs: {a: 1, b: {steps: {c: d}}, e: {steps: [1]}}"],
)
def test_what_is_no_workflow_has_no_gate(text):
    assert ids({**files(), FILE: text}) == {Id.NO_WORKFLOW}


@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 4)])
def test_the_workflows_for_forks_in_the_documentation_are_one_gate_with_a_status(first, second):
    shown = re.findall(r"^```yaml\n(.*?)^```", FORKS.read_text(), re.MULTILINE | re.DOTALL)
    branches, forks = (shown[at].replace("COMMIT_SHA", COMMIT) for at in (first, second))
    assert ids({**files(), FILE: branches, OTHER: forks}) == {Id.CACHE_MISSING, Id.TRIGGER_PRIVILEGED}
    without = forks.replace("          status: llmgate\n", "")
    assert {Id.JOB_CONDITION, Id.PERMISSIONS_EXCESS} <= ids({**files(), FILE: branches, OTHER: without})


def test_values_of_any_kind_in_any_place_are_no_crash():
    strange = ["1", "true", "[]", "[[a]]", "{}", "{a: {b: c}}", "null", "text"]
    keys = ["types", "permissions", "concurrency", "name", "steps", "env", "needs", "if", "strategy", "with"]
    for key in keys:
        lines = workflow().splitlines()
        at = [number for number, line in enumerate(lines) if line.strip().startswith(f"{key}:")]
        for value in strange if at else ():
            for number in at:
                head = lines[number].partition(":")[0]
                edited = "\n".join([*lines[:number], f"{head}: {value}", *lines[number + 1 :]])
                examined({**files(), FILE: edited})


def test_the_findings_are_in_one_order_whatever_the_files_come_in():
    content = {**files((TYPES, ""), ("contents: read", "contents: write")), OTHER: files((SAVE_IF, ""))[FILE]}
    backwards = dict(reversed(content.items()))
    assert examined(content).findings == examined(backwards).findings
    assert len(examined(content).findings) >= 3
