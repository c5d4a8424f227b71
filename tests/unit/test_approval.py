"""Which label lets the head's suite decide, and what is said of one that does not."""

import pytest

from llmgate import approval, config
from llmgate.approval import Approvals, Label
from llmgate.config import Policy
from llmgate.errors import ConfigurationError
from llmgate.question import Question

NAME = Policy().approval_label
OPEN = Policy()
NAMED = Policy(approvers=("Grace", "ada_acme"))


def labelled(**settings):
    return Approvals(labels=(Label(name="bug", by="eve"), Label(**{"name": NAME, "by": "grace", **settings})))


@pytest.mark.parametrize(("policy", "by"), [(OPEN, "eve"), (NAMED, "grace"), (NAMED, "GRACE"), (NAMED, "ada_acme")])
def test_the_label_of_an_approver_approves_and_nothing_is_said(policy, by):
    found = labelled(by=by)
    assert (found.hold(policy), found.objection(policy)) == (True, "")


def test_who_is_not_named_approves_nothing_and_is_told():
    found = labelled(by="eve")
    assert not found.hold(NAMED)
    assert "'eve' put it on, who is not one of policy.approvers" in found.objection(NAMED)


def test_a_label_that_is_void_approves_nothing_and_says_why():
    found = labelled(void="it is too old")
    assert (found.hold(NAMED), found.objection(OPEN)) == (False, f"the label {NAME!r} does not count: it is too old")


def test_another_label_approves_nothing_and_is_no_reason():
    found = Approvals(labels=(Label(name="bug", by="grace"),))
    assert (found.hold(OPEN), found.objection(OPEN)) == (False, "")


def test_what_is_unknown_approves_nothing_and_says_why():
    found = Approvals(labels=labelled().labels, unknown="GitHub could not be reached").objection(OPEN)
    assert found.endswith("nobody does: GitHub could not be reached")


def test_a_question_of_a_local_run_is_approved_by_nobody():
    asked = Question(base="a", head="b", head_sha="b")
    assert (asked.approvals, asked.approves(OPEN), asked.approvals.objection(OPEN)) == (approval.NONE, False, "")


@pytest.mark.parametrize("login", ["github-actions[bot]", "@ada", "acme/team", "", "a" * 40, "-a", "a b", "a\n"])
def test_who_can_be_no_person_is_a_fault_of_the_configuration(login):
    written = f"version: 1\npolicy: {{approvers: [{login!r}]}}\n".replace("\n'", "'")
    with pytest.raises(ConfigurationError, match=r"llmgate\.yaml:2"):
        config.read(written.encode())
