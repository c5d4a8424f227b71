"""In a job that has the secrets whoever wrote the head, no command reads a head, and none runs its code."""

import pytest

from llmgate.errors import NotEvaluated
from tests import modelserver, project
from tests.unit.cli import program

ARGUMENTS = {
    "accept": ("case-000", "--reason", "meant so", "--expires", "2026-12-31", "--by", "ana"),
    "changes": (),
    "diagnose": (),
    "power": (),
}


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run"])
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_command_that_looks_at_a_head_refuses_it(tmp_path, name, event):
    with modelserver.serve(project.obedient) as model:
        shop = project.Project.create(tmp_path / "repository", project.files(model.url, fixtures=1))
        shop.pull({"prompts/support.jinja": project.prompt("Be brief.")})
        environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "XDG_CACHE_HOME": str(tmp_path)}
        revisions = ("--repository", shop.origin.path, "--base", "main", "--head", "pr-7")
        done = program.run(name, *ARGUMENTS[name], *revisions, environment=environment)
        assert model.seen == []
    assert (done.exit_code, isinstance(done.exception, NotEvaluated)) in ((3, False), (1, True))
