"""The forms that a report is written in, and the options that name them."""

import datetime as dt

import click
import pytest

from llmgate.cli import check, forms, gate, report
from tests.unit.renderers import samples

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def named(command):
    return {parameter.name for parameter in command.params if isinstance(parameter, click.Option)}


@pytest.mark.parametrize(("command", "missing"), [(gate, set()), (check, {"json"}), (report, {"json"})])
def test_commands_take_the_forms_that_they_have_something_for(command, missing):
    every = {form.name for form in forms.FORMS}
    assert every - named(command.command) == missing


def test_only_what_is_asked_for_is_written(tmp_path):
    forms.write(samples.REGRESSED, {"junit": tmp_path / "junit.xml", "sarif": None, "traces": tmp_path / "no"})
    assert [path.name for path in tmp_path.iterdir()] == ["junit.xml"]


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_every_form_of_the_same_report_is_the_same_bytes(form):
    first, second = (form.of_report(samples.DIAGNOSED, AT) for _ in "ab")
    assert first == second
