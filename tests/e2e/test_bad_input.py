"""Bad input ends with exit 2, the file and the line, in under 2 s of process time and 300 MB, and nobody is called."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import modelserver, project

MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
spent, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
told = {"code": done.returncode, "text": done.stdout + done.stderr, "seconds": spent, "peak": peak}
print(json.dumps(told))
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TEMPLATE = project.case(1)

CASES = {
    "a malformed configuration": ({"llmgate.yaml": "version: 1\nmodels: [\n"}, "llmgate.yaml:3"),
    "an unknown key": ({"llmgate.yaml": "version: 1\npolicy:\n  alhpa: 0.05\n"}, "llmgate.yaml:3"),
    "a threshold that is not a number": ({"llmgate.yaml": "version: 1\npolicy:\n  margin: .nan\n"}, "llmgate.yaml:3"),
    "an alias bomb": ({"llmgate.yaml": BOMB}, "llmgate.yaml:1"),
    "deep nesting": ({"llmgate.yaml": "a: " + "[" * 5_000}, "llmgate.yaml:1"),
    "a flood of values": ({"llmgate.yaml": "a: [" + "1," * 400_000 + "1]\n"}, "llmgate.yaml:1"),
    "an id that is used twice": ({"fixtures/other.yaml": TEMPLATE}, "fixtures/other.yaml:1"),
    "an unknown key in a fixture": ({"fixtures/case-002.yaml": TEMPLATE.replace("title", "titel")}, "case-002.yaml:3"),
    "a threshold of a fixture that is not a number": (
        {"fixtures/case-002.yaml": project.case(2, extra="threshold: .nan\n")},
        "case-002.yaml:5",
    ),
    "a bomb in a fixture": ({"fixtures/case-002.yaml": BOMB}, "case-002.yaml:1"),
    "an assertion that is not known": (
        {"fixtures/case-002.yaml": project.case(2).replace("contains", "kontains")},
        "case-002.yaml:9",
    ),
}


def ended(shop, folder):
    program = Path(sys.executable).with_name("llmgate")
    words = [program, "gate", "--base", "main", "--head", "pr-7", "--store", str(folder / "store.sqlite")]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        cwd=shop.origin.path,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def refused(told, where, server):
    assert told["code"] == 2, told
    assert where in told["text"]
    assert told["seconds"] < 2
    assert told["peak"] < 300 * 1024 * 1024
    assert server.connections == 0


@pytest.mark.trust("wrong-configuration")
@pytest.mark.parametrize("name", CASES)
def test_is_refused_with_file_and_line(tmp_path, name):
    changed, where = CASES[name]
    with modelserver.serve(project.obedient) as server:
        shop = project.Project.create(tmp_path / "repository", project.files(server.url))
        shop.pull({"prompts/support.jinja": project.prompt("Be brief."), **changed})
        refused(ended(shop, tmp_path), where, server)


@pytest.mark.trust("git-files")
def test_a_symlinked_fixture_is_refused_and_its_target_is_not_read(tmp_path):
    (tmp_path / "secret.yaml").write_text("id: stolen-secret\n")
    with modelserver.serve(project.obedient) as server:
        shop = project.Project.create(tmp_path / "repository", project.files(server.url))
        git = shop.origin
        git("checkout", "-q", "-b", "pr-7")
        (git.path / "fixtures" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
        git.commit({"prompts/support.jinja": project.prompt("Be brief.")}, "a link")
        told = ended(shop, tmp_path)
        refused(told, "fixtures/link.yaml", server)
    assert "stolen-secret" not in told["text"]


@pytest.mark.trust("wrong-configuration")
def test_all_faults_are_told_at_once(tmp_path):
    with modelserver.serve(project.obedient) as server:
        shop = project.Project.create(tmp_path / "repository", project.files(server.url))
        bad = {"case-001": "id: case-001\n", "case-002": "[", "x": "id: 7\n"}
        shop.pull({f"fixtures/{name}.yaml": text for name, text in bad.items()})
        told = ended(shop, tmp_path)
    assert all(name in told["text"] for name in ("case-001.yaml:1", "case-002.yaml:1", "x.yaml:1"))


def test_faults_of_the_configuration_do_not_hide_those_of_the_fixtures(tmp_path):
    with modelserver.serve(project.obedient) as server:
        shop = project.Project.create(tmp_path / "repository", project.files(server.url))
        broken = project.config(server.url, extra="  alhpa: 0.1\n")
        shop.pull({"llmgate.yaml": broken, "fixtures/case-002.yaml": "["})
        told = ended(shop, tmp_path)
    assert all(name in told["text"] for name in ("alhpa", "case-002.yaml:1"))
