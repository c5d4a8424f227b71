"""`python` assertions through the installed program: the base's code grades, whatever the head says or brings."""

import json

import pytest

from tests import modelserver, project
from tests.stories import Story, judged

PATH = "checks/tone.py"
FILE = f"file://{PATH}"
WITHIN = """import re

def get_assert(output, context):
    print("true")
    found = re.search(r"(\\d+) days", output)
    most = context["config"]["most"]
    return {"pass": bool(found) and int(found[1]) <= most, "score": 1, "reason": f"it says {found and found[0]}"}
"""
LENIENT = "def get_assert(output, context): return True\n"
INLINE = "'14 days' in output"
WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
SAME_SENSE = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}


@pytest.fixture(scope="module")
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


def case(number, value=FILE, kind="python"):
    plain = project.case(number)
    check = {"type": kind, "value": value, **({"config": {"most": 14}} if value.startswith("file://") else {})}
    return plain[: plain.index("assert:")] + f"assert:\n  - {json.dumps(check)}\n"


def created(folder, served, value=FILE, *, fixtures=30, source=WITHIN, kind="python"):
    cases = {f"fixtures/case-{number:03d}.yaml": case(number, value, kind) for number in range(fixtures)}
    checks = {} if source is None else {PATH: source}
    return project.Project.create(folder / "repository", {**project.files(served.url, fixtures=0), **cases, **checks})


def ended(folder, served, change, value=FILE, **settings):
    shop = created(folder, served, value, **settings)
    shop.pull(change)
    return project.gate(shop, folder)


def told(done, rule):
    return [item["message"] for item in done.report["findings"] if item["rule"] == rule]


def ran(done):
    return {item["id"] for item in done.report["fixtures"]}


@pytest.mark.parametrize("value", [FILE, INLINE], ids=["file", "inline"])
@pytest.mark.parametrize(("change", "verdict"), [(WORSE, "regressed"), (SAME_SENSE, "passed")])
def test_a_change_is_judged_by_the_code_of_the_base(tmp_path, served, value, change, verdict):
    done = ended(tmp_path, served, change, value)
    assert (done.report["verdict"], done.report["findings"]) == (verdict, [])
    assert ("it says 30 days" in json.dumps(done.report["fixtures"])) is (value == FILE and verdict == "regressed")


@pytest.mark.trust("grading-code")
@pytest.mark.parametrize("source", [LENIENT, None], ids=["edited", "removed"])
def test_a_pull_request_that_edits_the_file_does_not_change_its_own_gate(tmp_path, served, source):
    done = ended(tmp_path, served, {**WORSE, PATH: source}, fixtures=12)
    assert (done.report["verdict"], done.code) == ("regressed", 1)
    assert 'the function get_assert in "checks/tone.py", which may ask less' in told(done, "suite_changes")[0]


def test_editing_the_file_alone_asks_for_an_approver(tmp_path, served):
    shop = created(tmp_path, served, fixtures=12)
    shop.pull({PATH: LENIENT, "fixtures/case-000.yaml": case(0) + "# seen\n"})
    done = project.gate(shop, tmp_path)
    assert (done.report["verdict"], done.code) == ("rejected", 1)


@pytest.mark.parametrize(
    "value", ["'days' in output", "file://checks/other.py"], ids=["another expression", "another file"]
)
def test_a_pull_request_that_edits_the_assertion_does_not_change_its_own_gate(tmp_path, served, value):
    edits = {f"fixtures/case-{number:03d}.yaml": case(number, value) for number in range(12)}
    done = ended(tmp_path, served, {**WORSE, **edits, "checks/other.py": LENIENT}, INLINE, fixtures=12)
    assert (done.report["verdict"], done.code) == ("regressed", 1)
    assert "an assertion is removed or changed" in told(done, "suite_changes")[0]


@pytest.mark.trust("grading-code")
@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("open('/tmp/x') or True", "Python code \"open('/tmp/x') or True\""),
        ("file://checks/new.py", 'function get_assert in "checks/new.py"'),
        (f"{FILE}:lenient", 'function lenient in "checks/tone.py"'),
    ],
    ids=["inline", "file", "function"],
)
def test_code_that_the_head_brings_does_not_run_and_counts_for_nothing(tmp_path, served, value, named):
    new = {"fixtures/case-900.yaml": case(900, value), "checks/new.py": LENIENT}
    appended = {PATH: WITHIN + "\n\ndef lenient(output, context): return True\n"} if "lenient" in value else {}
    shop = project.Project.create(tmp_path / "repository", {**project.files(served.url, fixtures=30), PATH: WITHIN})
    shop.pull({**SAME_SENSE, **new, **appended})
    done = project.gate(shop, tmp_path)
    assert (done.report["verdict"], done.code) == ("passed", 0)
    assert told(done, "custom") == [f"the base has no {named}, so it counts for nothing in fixture 'case-900'"]
    assert "case-900" not in ran(done)


@pytest.mark.parametrize("value", [FILE, INLINE], ids=["file", "inline"])
def test_a_new_fixture_is_graded_by_code_that_the_base_has(tmp_path, served, value):
    done = ended(tmp_path, served, {**SAME_SENSE, "fixtures/case-900.yaml": case(900, value)}, value)
    (new,) = [item for item in done.report["fixtures"] if item["id"] == "case-900"]
    assert new["head"]["passed"] == new["head"]["trials"] > 0


@pytest.mark.parametrize("kind", ["python", "not-python"])
@pytest.mark.parametrize("broken", ["raise ValueError(output)", "import sys; sys.exit(0)", "return 'yes'", "return"])
def test_code_that_breaks_gives_missing_data_and_never_a_pass(tmp_path, served, broken, kind):
    source = f"def get_assert(output, context):\n    {broken}\n"
    done = ended(tmp_path, served, SAME_SENSE, source=source, fixtures=3, kind=kind)
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3)
    assert all(item["head"]["passed"] == 0 for item in done.report["fixtures"])


@pytest.mark.parametrize("value", [FILE, INLINE], ids=["file", "inline"])
def test_a_proof_is_graded_by_the_bases_code_too(tmp_path, served, value):
    shop = created(tmp_path, served, value, fixtures=1)
    shop.pull({**WORSE, PATH: LENIENT})
    revisions = ("--fails-at", f"pr-{project.NUMBER}", "--passes-at", "main", "--base", "main")
    store = ("--store", tmp_path / "store.sqlite")
    done = project.command("prove", "case-000", *revisions, *store, "--no-record", cwd=shop.origin.path)
    assert done.code == 0, done.stdout + done.stderr


def test_check_runs_the_code_of_the_worktree(tmp_path, served):
    shop = created(tmp_path, served, fixtures=1)
    assert project.command("check", cwd=shop.origin.path).code == 0
    (shop.origin.path / PATH).write_text("import numpy\n" + WITHIN)
    done = project.command("check", cwd=shop.origin.path)
    assert done.code == 2
    assert 'checks/tone.py:1: the function get_assert in "checks/tone.py" cannot be loaded: ImportError' in done.stderr


def test_an_approvers_label_lets_no_code_of_the_change_run_either(tmp_path, served):
    plain = {"prompts/support.jinja": project.prompt("Be brief.")}
    edits = {f"fixtures/case-{number:03d}.yaml": case(number, "output != 'x'") for number in range(30)}
    story = Story(
        base=lambda _: {f"fixtures/case-{number:03d}.yaml": case(number, INLINE) for number in range(30)},
        does=lambda _: {**plain, **edits},
        labels=("llmgate: suite approved",),
        verdict="not_evaluated",
        code=3,
    )
    found = judged(tmp_path, served, story)
    assert (found.verdict.value, found.exit_code, found.fixtures) == (story.verdict, story.code, ())
    assert "custom" in {finding.rule for finding in found.findings}
