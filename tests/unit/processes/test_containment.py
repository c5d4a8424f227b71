import pytest

from llmgate.errors import NotEvaluated
from llmgate.processes import containment
from llmgate.processes.containment import Limits


def test_a_supervisor_that_cannot_be_run_is_told():
    with pytest.raises(NotEvaluated, match="cannot be run: FileNotFoundError"):
        containment.detect(("/gone/python",))


def test_processes_are_bounded_only_where_they_are_those_of_a_user_of_their_own():
    limits = Limits(cpu_s=10)
    assert "RLIMIT_NPROC" in limits.resources(own_user=True)
    assert "RLIMIT_NPROC" not in limits.resources(own_user=False)


def test_what_a_platform_without_everything_lacks_is_said_in_words(tmp_path):
    poor = tmp_path / "supervisor"
    poor.write_text('#!/bin/sh\necho \'{"users": false, "no_new_privileges": false, "adoption": false}\'\n')
    poor.chmod(0o755)
    lacking = containment.detect((str(poor),)).lacking
    assert lacking == (
        containment.NO_USERS,
        containment.NO_GROUPS,
        containment.NO_PROCESS_LIMIT,
        containment.NO_CERTAIN_END,
        containment.NO_PRIVILEGE_LOCK,
        containment.NO_ADOPTION,
    )
