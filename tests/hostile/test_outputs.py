"""Nothing foreign that is printed or written becomes a command, an output or an annotation of its own."""

import json
import re
import secrets

import pytest

from llmgate.errors import PublishError
from llmgate.renderers import annotations, inert, outputs, terminal
from llmgate.renderers import json as json_renderer
from tests import runner
from tests.attacks import COMMANDS, SEEN_COMMANDS, commands_seen
from tests.unit.renderers import samples


@pytest.mark.trust("log-commands")
@pytest.mark.parametrize("text", COMMANDS)
@pytest.mark.parametrize("width", [40, 80, 100, 200])
@pytest.mark.parametrize("colour", [False, True])
def test_the_terminal_report_holds_no_command(text, width, colour):
    report = samples.with_text(samples.REGRESSED, lambda _: f"{text}\n{text} " * 3)
    assert commands_seen(terminal.render(report, width=width, colour=colour)) == []


@pytest.mark.trust("log-commands")
@pytest.mark.parametrize("text", COMMANDS)
def test_any_text_for_the_log_holds_no_command(text):
    assert commands_seen(inert.log(text)) == []


_UNSEEN = re.compile("\x1b\\[[0-9;]*m|[\x00-\x08\x0e-\x1f\u200b-\u200f]")
OTHER_SERVICES = [
    "##vso[task.setvariable variable=code;isOutput=true]0",
    "text ##VSO[task.complete result=Succeeded]",
    "##teamcity[buildStatus status='SUCCESS']",
    "###vso[x]",
    "##\u200bvso[x]",
    "#\x00#vso[x]",
    "#\x1b[31m#\x1b[0mvso\x1b[0m[x]",
]


@pytest.mark.trust("log-commands")
@pytest.mark.parametrize("text", OTHER_SERVICES)
def test_the_log_and_the_report_hold_no_command_of_azure_or_teamcity(text):
    report = samples.with_text(samples.REGRESSED, lambda _: text)
    for written in (inert.log(text), terminal.render(report), json_renderer.render(report)):
        assert re.search(r"##\w*\[", _UNSEEN.sub("", written)) is None
    assert json.loads(json_renderer.render(report))["fixtures"][0]["title"] == text


@pytest.mark.parametrize("text", SEEN_COMMANDS)
def test_the_runner_sees_the_command_where_it_is_printed_raw(text):
    assert commands_seen(text) != []


@pytest.mark.parametrize("text", COMMANDS)
def test_the_json_report_holds_no_command_and_means_the_same(text):
    report = samples.with_text(samples.REGRESSED, lambda _: text)
    printed = json_renderer.render(report)
    assert commands_seen(printed) == []
    assert json.loads(printed)["fixtures"][0]["id"] == text


def test_the_json_report_shows_nothing_unseen():
    report = samples.with_text(samples.REGRESSED, lambda _: "a\u202e\U000e0041\ud800\x9b\x1b\u2028")
    printed = json_renderer.render(report)
    assert printed.isprintable() or set(printed) - {"\n"} == {c for c in printed if c.isprintable()}
    assert json.loads(printed)["fixtures"][0]["id"] == "a\u202e\U000e0041\ufffd\x9b\x1b\u2028"


@pytest.mark.trust("log-commands")
@pytest.mark.parametrize("text", [*COMMANDS, "a,b:c%0A::error::x", "x\n::error::y", "%25%0D%0A", "file=x,line=3::y"])
def test_a_finding_is_one_annotation_whatever_is_in_it(text):
    report = samples.with_text(samples.REJECTED, lambda _: text)
    lines = annotations.render(report).splitlines()
    assert len(lines) == 3
    seen = runner.log_commands("\n".join(lines))
    assert [command.name for command in seen] == ["error", "error", "warning"]
    assert all(set(command.properties) <= {"title", "file", "line"} for command in seen)


@pytest.mark.trust("outputs")
@pytest.mark.parametrize(
    "path", ["a\nverdict=passed", "a\nverdict<<x\npassed\nx", "x=y", "a\r", "$(id)", "a;b", "\u202e"]
)
def test_an_output_path_that_is_not_plain_is_refused(path):
    with pytest.raises(PublishError):
        outputs.render(samples.PASSED, files={"report": path}, delimiter=lambda: secrets.token_hex(16))


def test_a_delimiter_that_is_in_the_value_is_refused():
    with pytest.raises(PublishError):
        outputs.render(samples.PASSED, files={"report": "a" * 40}, delimiter=lambda: "a" * 30)


@pytest.mark.trust("outputs")
@pytest.mark.parametrize("delimiter", ["", "EOF", "x" * 21, "a b" * 10, "x" * 32 + "\n"])
def test_a_delimiter_that_can_be_guessed_or_breaks_the_line_is_refused(delimiter):
    with pytest.raises(PublishError):
        outputs.render(samples.PASSED, files={"report": ""}, delimiter=lambda: delimiter)


def test_a_newline_in_a_plain_value_would_flip_the_verdict():
    assert runner.file_values("verdict=regressed\nsummary=a\nverdict=passed\n")["verdict"] == "passed"


def test_a_guessed_delimiter_would_flip_the_verdict():
    text = "verdict<<EOF\nregressed\nEOF\nsummary<<EOF\na\nEOF\nverdict=passed\nEOF2<<EOF\nEOF\n"
    assert runner.file_values(text)["verdict"] == "passed"


@pytest.mark.parametrize("text", ["verdict<<x\nregressed\n", "verdict<<\n", "<<x\nx\n", "nothing\n"])
def test_a_file_that_the_runner_cannot_read_fails_the_step(text):
    with pytest.raises(runner.FileCommandError):
        runner.file_values(text)


def test_commands_are_not_obeyed_between_stop_and_its_token():
    text = "::stop-commands::a-token\n::error::hidden\n::a-token::\n::error::seen"
    assert [command.data for command in runner.log_commands(text)] == ["a-token", "seen"]
