"""`llmgate taxonomy` on real repositories, and `llmgate taxonomy confusion` on reports."""

import json

import pytest

from llmgate.errors import ConfigurationError
from tests import gitserver, project
from tests.unit import test_confusion
from tests.unit.cli import program

ORIGIN = "http://127.0.0.1:9"
OWN = """taxonomy:
  categories:
    grounding: {name: faithfulness, owner: search team, link: https://wiki.example/faithful}
    tone: {codes: {cold: too cold}}
  map: {hallucination: grounding.unsupported_claim}
"""


@pytest.fixture
def repository(tmp_path):
    made = gitserver.init(tmp_path / "repository")
    made.commit({"llmgate.yaml": project.config(ORIGIN, extra=OWN)}, "base")
    return made


def listed(repository, *arguments):
    done = program.run("taxonomy", "--repository", repository.path, *arguments)
    assert done.exit_code == 0
    return done.output


def confused(*arguments):
    return program.run("taxonomy", "confusion", *arguments)


def test_the_kinds_in_force_are_listed_with_codes_owners_and_links(repository):
    lines = listed(repository, "--base", "main").splitlines()
    assert "grounding: faithfulness (search team, https://wiki.example/faithful)" in lines
    assert any(line.split() == ["tone.cold", "too", "cold"] for line in lines)
    assert "infrastructure: infrastructure (a bucket: not about the model)" in lines
    assert lines[-1] == "hallucination is read as grounding.unsupported_claim"


def test_the_heads_taxonomy_is_not_in_force(repository):
    repository("checkout", "-q", "-b", "change")
    repository.commit({"llmgate.yaml": project.config(ORIGIN)})
    assert "search team" in listed(repository, "--base", "main")


def test_without_a_configuration_on_the_base_the_default_kinds_are_listed(tmp_path):
    made = gitserver.init(tmp_path / "repository")
    made.commit({"README.md": "x"}, "base")
    first, second, *_ = listed(made, "--base", "main").splitlines()
    assert (first.startswith("There is no llmgate.yaml on the base"), second) == (True, "retrieval: retrieval")


@pytest.fixture
def report(tmp_path):
    fixtures = [test_confusion.failing(f"a{place}", "grounding") for place in range(4)]
    fixtures += [test_confusion.failing(f"t{place}", "tool_use") for place in range(5)]
    fixtures.append(test_confusion.failing("odd", "grounding", "reasoning"))
    path = tmp_path / "report.json"
    path.write_bytes(test_confusion.report(*fixtures))
    return path


def test_the_matrix_kappa_and_the_disagreements_are_printed(report):
    done = confused(report)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert [line.split() for line in lines[1:3]] == [["grounding", "4", "1", "."], ["tool_use", ".", ".", "5"]]
    assert lines[4] == "9 of 10 labels agree (90.0 %); kappa 0.82 (95 % interval 0.51 to 1.00)"
    assert lines[5].startswith("odd (")
    assert lines[5].endswith("report.json): grounding by hand, reasoning by its signs: it is reasoning")


def test_the_json_has_all_of_it(report, tmp_path):
    confused(report, "--json", tmp_path / "out" / "confusion.json")
    found = json.loads((tmp_path / "out" / "confusion.json").read_text())
    assert (found["labelled"], found["agreed"], found["accuracy"]) == (10, 9, 0.9)
    assert {"hand": "tool_use", "signs": "tool_use", "count": 5} in found["matrix"]
    assert [each["fixture"] for each in found["disagreements"]] == ["odd"]


def test_without_labels_of_people_it_says_so(tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(test_confusion.report())
    done = confused(path)
    assert (done.exit_code, done.output.startswith("No fixture that failed is labelled by hand")) == (0, True)


def test_a_file_that_is_no_report_is_told_with_its_name(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("{}")
    assert isinstance(confused(path).exception, ConfigurationError)


def test_what_a_report_says_is_printed_inert(tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(test_confusion.report(test_confusion.failing("::error::x\n::error::y", "\x1b[31mred", "tool_use")))
    output = confused(path).output
    assert "\x1b" not in output
    assert not any(line.lstrip().startswith("::") for line in output.splitlines())
