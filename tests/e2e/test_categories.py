"""The installed program where a head breaks the form of its answers: kinds of failure are counted, told and gated."""

import json
import re

import pytest

from tests import modelserver, project

RULE = "Answer in JSON."
CASE = """id: {name}
target: support
input: {{variables: {{question: "{question}"}}}}
assert: [{assertion}]
"""
ASSERTIONS = {"plain": "{type: is-json}", "broken": "{type: is-json}", "mended": "{type: contains, value: 14 days}"}
LOOSE = "  fixture_margin: 0.6\n"
BLOCK, WARN = (f"{LOOSE}  categories: {{{{output_format: {rule}}}}}\n".format() for rule in ("block", "warn"))


def answer(asked):
    """Without the rule, 12 fixtures break their JSON in two of five answers; 12 others are answered rightly at last.

    So the suite as a whole gets better, and no fixture drops by more than the policy of these tests allows.
    """
    strict = RULE in asked.prompt
    if "broken" in asked.prompt:
        return "Certainly! Here you are" if not strict and asked.seed % 5 < 2 else '{"a": 1}'
    if "mended" in asked.prompt:
        return "Within 30 days." if strict else "Within 14 days."
    return '{"a": 1}' if strict else "Certainly! Here you are"


@pytest.fixture
def served():
    with modelserver.serve(answer) as server:
        yield server


def cases(*kinds, count=12):
    named = [(kind, f"{kind}-{number:02d}") for kind in kinds for number in range(count)]
    return {
        f"fixtures/{name}.yaml": CASE.format(name=name, question=f"How is {name}?", assertion=ASSERTIONS[kind])
        for kind, name in named
    }


def pulled(folder, server, *kinds, policy=""):
    content = project.files(server.url, fixtures=0, policy=policy)
    content |= {"prompts/support.jinja": project.prompt(RULE), **cases(*kinds)}
    shop = project.Project.create(folder / "repository", content)
    shop.pull({"prompts/support.jinja": project.prompt("Be kind.")})
    return shop


def test_a_head_that_breaks_json_everywhere_is_told_by_kind(tmp_path, served):
    ended = project.gate(pulled(tmp_path, served, "plain"), tmp_path)
    (row,) = ended.report["categories"]
    assert (ended.report["verdict"], row["category"], row["base"]["failed"]) == ("regressed", "output_format", 0)
    assert row["head"]["failed"] == row["head"]["trials"] > 0
    assert row["adjusted_p_value"] < 1e-6
    assert re.search(r"Failures by kind, base → head: output format 0/\d+ → \d+/\d+ \(p < 0\.001\)", ended.stdout)


def test_a_kind_that_is_gated_rejects_a_change_that_is_no_regression_otherwise(tmp_path, served):
    ended = project.gate(pulled(tmp_path, served, "broken", "mended", policy=BLOCK), tmp_path)
    assert (ended.report["verdict"], ended.code) == ("rejected", 1), json.dumps(ended.report["reasons"])
    assert [finding["rule"] for finding in ended.report["findings"]] == ["category"]
    assert "failures of the kind 'output format' became more frequent" in ended.stdout


@pytest.mark.parametrize("policy", [LOOSE, WARN])
def test_a_kind_that_is_not_gated_or_warns_leaves_the_verdict_alone(tmp_path, served, policy):
    ended = project.gate(pulled(tmp_path, served, "broken", "mended", policy=policy), tmp_path)
    assert (ended.report["verdict"], ended.code) == ("passed", 0)
    assert len(ended.report["findings"]) == (policy == WARN)


def test_a_second_run_finds_the_same_kinds_without_a_call(tmp_path, served):
    shop = pulled(tmp_path, served, "broken", "mended", policy=BLOCK)
    once, again = (project.gate(shop, tmp_path) for _ in range(2))
    assert again.report["calls"]["made"] == 0
    assert again.report["categories"] == once.report["categories"]
    assert again.report["findings"] == once.report["findings"] != []
