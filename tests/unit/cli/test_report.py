"""`llmgate report`: the report of a run that is over, again."""

import pytest

from llmgate.errors import UsageError
from llmgate.renderers import json
from llmgate.store import Seals, Store
from tests import pages
from tests.unit.cli import program


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.render(pages.REPORT), encoding="utf-8")
    return path


def test_a_stored_report_is_printed_and_ends_well_whatever_its_verdict(stored):
    done = program.run("report", stored)
    assert done.exit_code == 0
    assert "✗ llmgate: 2 fixtures broke, merge blocked" in done.stdout


def test_it_is_written_in_every_other_form(stored, tmp_path):
    files = {name: tmp_path / "out" / name for name in ("html", "markdown", "sarif", "junit", "codequality")}
    program.run("report", stored, *(piece for name, path in files.items() for piece in (f"--{name}", path)))
    heads = {name: path.read_text(encoding="utf-8")[:40] for name, path in files.items()}
    assert heads["html"].startswith("<!doctype html>")
    assert heads["markdown"].startswith("## ✗ llmgate: 2 fixtures broke")
    assert (heads["sarif"][0], heads["codequality"][0]) == ("{", "[")
    assert heads["junit"].startswith("<?xml")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"schema": "llmgate.report/2"}', "[" * 100_000, "\x00"])
def test_a_file_that_is_no_report_is_wrong_usage(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content)
    done = program.run("report", path)
    assert isinstance(done.exception, UsageError)
    assert "other.json is no report" in str(done.exception)


def test_a_page_that_cannot_be_written_is_wrong_usage(stored, tmp_path):
    done = program.run("report", stored, "--html", tmp_path)
    assert done.exit_code != 0 or done.exception


@pytest.mark.parametrize("environment", [{}, {"LLMGATE_STORE_KEY": "another secret " * 3}])
def test_a_store_that_is_sealed_otherwise_is_left_where_it_is(stored, tmp_path, environment):
    store = tmp_path / "store.sqlite"
    Store.open(store, Seals.of("our secret " * 4)).close()
    done = program.run("report", stored, "--store", store, "--html", tmp_path / "p.html", environment=environment)
    assert "it was not sealed with the key of this run" in str(done.exception)
    assert [path.name for path in tmp_path.glob("store.sqlite*")] == ["store.sqlite"]


def test_a_sealed_store_is_read_with_its_key(stored, tmp_path):
    store, secret = tmp_path / "store.sqlite", "secret" * 8
    Store.open(store, Seals.of(secret, "7")).close()
    environment = {"LLMGATE_STORE_KEY": secret, "GITHUB_REPOSITORY_ID": "7"}
    done = program.run("report", stored, "--store", store, "--html", tmp_path / "p.html", environment=environment)
    assert done.exit_code == 0
