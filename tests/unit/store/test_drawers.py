import pytest

from llmgate.store import Drawer
from llmgate.trial import Arm


@pytest.mark.parametrize("event", ["local", "merge_group", "push", "schedule", "workflow_dispatch"])
def test_events_of_who_may_merge_leave_the_outcomes_of_both_arms(event):
    assert all(Drawer(event=event).keeps(arm) for arm in Arm)


def test_a_pull_request_leaves_those_of_the_base_alone():
    drawer = Drawer(event="pull_request", subject="acme/shop#7")
    assert (drawer.keeps(Arm.BASE), drawer.keeps(Arm.HEAD)) == (True, False)


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize(
    "drawer",
    [
        Drawer(event="pull_request", subject="acme/shop#7", stranger=True),
        Drawer(event="pull_request"),
        Drawer(event="pull_request_target"),
        Drawer(event="workflow_run"),
        Drawer(event="issue_comment", subject="acme/shop#7"),
        Drawer(event=""),
        Drawer(stranger=True),
    ],
)
def test_forks_and_events_that_nobody_trusts_leave_nothing(drawer):
    assert not any(drawer.keeps(arm) for arm in Arm)
