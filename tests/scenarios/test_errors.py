"""Errors as people meet them: the fault, the place, what to do, and the id that docs/errors.md explains."""

import os
import re
import shutil
from dataclasses import replace

import pytest

from llmgate import catalogue, cli
from llmgate.errors import CallError
from llmgate.renderers import markdown, terminal
from llmgate.report import Report
from tests import gitserver, modelserver, project, provoking
from tests.unit.assertions import traces
from tests.unit.providers import fakes

FAULT = re.compile(r"^\S+:\d+: .{8,} \(.{5,}\) \[([a-z0-9-]+)\]$", re.MULTILINE)
ERROR = re.compile(r"^llmgate: (?:not evaluated: )?.{8,} \[([a-z0-9-]+)\]$(?:\n.*)*?\n  .{8,}", re.MULTILINE)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    made = gitserver.init(tmp_path_factory.mktemp("shop") / "repository")
    made.commit({"README.md": "A shop.\n"}, "nothing of llmgate")
    made("branch", "bare")
    made.commit(project.files(provoking.ORIGIN, fixtures=2, key="HOUSE_KEY"), "with a key")
    made("branch", "keyed")
    made.commit(project.files(provoking.ORIGIN, fixtures=2), "base")
    return made.path


def told(shop, folder, provoked, monkeypatch, capsys):
    """Run the command where the files are as they are said to be; return what stands on standard error."""
    path = folder / "repository"
    shutil.copytree(shop, path)
    for name, text in provoked.files.items():
        (path / name).unlink(missing_ok=True)
        if text is not None:
            (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    for name, target in provoked.links.items():
        (path / name).symlink_to(target)
    monkeypatch.chdir(folder if provoked.outside else path)
    for name in [each for each in os.environ if each.startswith(("GITHUB_", "LLMGATE_"))]:
        monkeypatch.delenv(name)
    for name, value in provoked.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        cli.main(provoked.command.split())
    assert ended.value.code in (2, 3)
    return capsys.readouterr().err


@pytest.mark.trust("wrong-configuration")
@pytest.mark.parametrize("name", provoking.BY_COMMAND)
def test_a_command_tells_fault_place_remedy_and_id(shop, tmp_path, monkeypatch, capsys, name):
    provoked = provoking.BY_COMMAND[name]
    words = told(shop, tmp_path, provoked, monkeypatch, capsys)
    found = [each for each in (*FAULT.finditer(words), *ERROR.finditer(words)) if each[1] == name]
    assert any(provoked.place in each[0] for each in found), words


@pytest.mark.parametrize("name", provoking.BY_ANSWER)
async def test_a_call_tells_fault_remedy_and_id(name):
    with modelserver.serve(plan=lambda _asked: provoking.BY_ANSWER[name]) as server:
        async with fakes.client(server.url) as client:
            with pytest.raises(CallError) as lost:
                await client.complete(fakes.request())
    first, remedy = str(lost.value).split("\n")
    assert first.startswith("the provider") or "connection" in first
    assert first.endswith(f" [{name}]")
    assert remedy.strip() == catalogue.ENTRIES[name].remedy


@pytest.mark.parametrize("name", provoking.BY_TRACE)
def test_an_assertion_tells_fault_remedy_and_id(name):
    written, output = provoking.BY_TRACE[name]
    fault, mark, remedy = str(traces.grade(written, output).error).partition(f" [{name}]; ")
    assert fault
    assert mark
    assert remedy


@pytest.mark.parametrize("name", provoking.BY_REPORT)
def test_a_report_tells_fault_place_remedy_and_id(shop, tmp_path, monkeypatch, capsys, name):
    provoked = provoking.BY_REPORT[name]
    written = tmp_path / "report.json"
    words = f"{provoked.command} --store {tmp_path / 'store.sqlite'} --json {written}"
    told(shop, tmp_path, replace(provoked, command=words), monkeypatch, capsys)
    found = Report.model_validate_json(written.read_bytes())
    (reason,) = found.reasons
    assert (reason.id, reason.message.endswith(f" [{name}]")) == (name, True)
    assert provoked.place in reason.message
    assert reason.remedy
    assert f"[{name}]" in " ".join(terminal.render(found).split())
    assert f"[{name}]" in markdown.comment(found, marker="").replace("\\", "")
