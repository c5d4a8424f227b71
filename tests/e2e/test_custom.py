"""Assertions of the repository's own through the installed program: the base's class grades, whatever the head says."""

import json

import pytest

from tests import modelserver, project

OWN = "assertions: {within: {file: checks/within.py, class: Within}}\n"
PATH = "checks/within.py"
WITHIN = """import re

class Within:
    def __init__(self, days):
        self.days = days

    def grade(self, output, context):
        print("graded", context["fixture"])
        found = re.search(r"(\\d+) days", output)
        return {"passed": bool(found) and int(found[1]) <= self.days, "reason": f"it says {found and found[0]}"}
"""
LENIENT = "class Within:\n    def __init__(self, days): pass\n    def grade(self, output, context): return True\n"
WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
SAME_SENSE = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}


@pytest.fixture(scope="module")
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


def case(number, kind="custom:within"):
    plain = project.case(number)
    return plain[: plain.index("assert:")] + f'assert:\n  - {{type: "{kind}", days: 14}}\n'


def files(origin, *, fixtures=30, source=WITHIN, own=OWN, kind="custom:within"):
    cases = {f"fixtures/case-{number:03d}.yaml": case(number, kind) for number in range(fixtures)}
    checks = {} if source is None else {PATH: source}
    return {**project.files(origin, fixtures=0, extra=own), **cases, **checks}


def ended(folder, server, change, **settings):
    shop = project.Project.create(folder / "repository", files(server.url, **settings))
    shop.pull(change)
    return project.gate(shop, folder)


def told(done, rule):
    return [item["message"] for item in done.report["findings"] if item["rule"] == rule]


def test_what_got_worse_by_the_repositorys_own_assertion_is_blocked_with_its_reason(tmp_path, served):
    done = ended(tmp_path, served, WORSE, fixtures=12)
    assert (done.report["verdict"], done.code, done.report["findings"]) == ("regressed", 1, [])
    assert '"it says 30 days"' in json.dumps(done.report["fixtures"])


def test_what_did_not_get_worse_passes(tmp_path, served):
    done = ended(tmp_path, served, SAME_SENSE)
    assert (done.report["verdict"], done.code) == ("passed", 0)


def test_the_negation_is_graded_too(tmp_path, served):
    done = ended(tmp_path, served, SAME_SENSE, kind="not-custom:within", fixtures=3)
    assert {item["head"]["passed"] for item in done.report["fixtures"]} == {0}


@pytest.mark.trust("grading-code")
@pytest.mark.parametrize(
    "edit",
    [
        {PATH: LENIENT},
        {PATH: None},
        {"checks/lenient.py": LENIENT, "llmgate.yaml": OWN.replace("within.py", "lenient.py")},
    ],
    ids=["edited", "removed", "another file"],
)
def test_a_pull_request_that_edits_the_class_does_not_change_its_own_gate(tmp_path, served, edit):
    written = {
        path: project.config(served.url, extra=text) if path == "llmgate.yaml" else text for path, text in edit.items()
    }
    done = ended(tmp_path, served, WORSE | written, fixtures=12)
    assert (done.report["verdict"], done.code) == ("regressed", 1)
    assert "the assertion 'within', which may ask less" in told(done, "suite_changes")[0]


def test_editing_the_class_alone_asks_for_an_approver(tmp_path, served):
    shop = project.Project.create(tmp_path / "repository", files(served.url, fixtures=12))
    shop.pull({PATH: LENIENT})
    done = project.gate(shop, tmp_path)
    assert (done.report["verdict"], done.code) == ("rejected", 1)


def test_a_class_that_the_head_brings_counts_for_nothing_until_it_is_merged(tmp_path, served):
    config = {"llmgate.yaml": project.config(served.url, extra=OWN), PATH: LENIENT}
    plain = project.files(served.url, fixtures=30)
    shop = project.Project.create(tmp_path / "repository", plain)
    shop.pull({**SAME_SENSE, **config, "fixtures/case-900.yaml": case(900)})
    done = project.gate(shop, tmp_path)
    assert (done.report["verdict"], done.code) == ("passed", 0)
    assert "the base has no assertion 'within'" in told(done, "custom")[0]
    assert "case-900" not in {item["id"] for item in done.report["fixtures"]}


def test_a_name_that_no_revision_has_is_a_fault(tmp_path, served):
    done = ended(tmp_path, served, {**SAME_SENSE, "fixtures/case-900.yaml": case(900, "custom:withn")}, fixtures=2)
    assert done.code == 2
    words = " ".join((done.stdout + done.stderr).split())
    assert "custom:withn, which is not in llmgate.yaml [unknown-name]" in words
    assert "known: within" in words


@pytest.mark.parametrize("broken", ["raise ValueError(output)", "import sys; sys.exit(0)", "return 'pass'", "return 7"])
def test_a_class_that_breaks_gives_missing_data_and_never_a_pass(tmp_path, served, broken):
    source = (
        f"class Within:\n    def __init__(self, days): pass\n    def grade(self, output, context):\n        {broken}\n"
    )
    done = ended(tmp_path, served, SAME_SENSE, source=source, fixtures=3)
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3)
    assert all(item["head"]["passed"] == 0 for item in done.report["fixtures"])


def test_a_proof_is_graded_by_the_bases_class_too(tmp_path, served):
    shop = project.Project.create(tmp_path / "repository", files(served.url, fixtures=1))
    shop.pull({**WORSE, PATH: LENIENT})
    revisions = ("--fails-at", f"pr-{project.NUMBER}", "--passes-at", "main", "--base", "main")
    store = ("--store", tmp_path / "store.sqlite")
    done = project.command("prove", "case-000", *revisions, *store, "--no-record", cwd=shop.origin.path)
    assert done.code == 0, done.stdout + done.stderr
