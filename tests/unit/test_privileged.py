"""Which heads are judged where the secrets are."""

import pytest

from llmgate import config, privileged
from llmgate.approval import Approvals, Review
from llmgate.config import Policy
from llmgate.errors import ConfigurationError, NotEvaluated
from llmgate.question import Question

ALLOWED = Policy(approvers=("Grace", "ada"), privileged="review")


def asked(*reviews, is_privileged=True, **approvals):
    said = Approvals(reviews=reviews, **approvals)
    return Question(base="a" * 40, head="b" * 40, head_sha="b" * 40, approvals=said, privileged=is_privileged)


def refused(question, policy):
    with pytest.raises(NotEvaluated) as caught:
        privileged.admit(question, policy)
    return caught.value


@pytest.mark.parametrize("policy", [Policy(), ALLOWED])
def test_what_is_not_asked_about_there_is_judged_by_nobodys_leave(policy):
    privileged.admit(asked(is_privileged=False), policy)


@pytest.mark.parametrize("by", ["grace", "ADA"])
def test_an_approvers_review_lets_a_head_be_judged(by):
    privileged.admit(asked(Review(by="eve", void="x"), Review(by=by)), ALLOWED)


def test_where_the_base_says_nothing_no_review_does():
    error = refused(asked(Review(by="grace")), Policy(approvers=("grace",)))
    assert "the base does not say that it may be judged" in error.message
    assert "`policy.privileged: review` on the base" in error.remedy


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize(
    ("question", "said"),
    [
        (asked(), "none of policy.approvers of the base has approved its head commit"),
        (asked(Review(by="eve")), "none of policy.approvers of the base has approved its head commit"),
        (asked(Review(by="grace", void="it is of commit aaa")), "the approval of 'grace' does not count: it is of"),
        (asked(unknown="GitHub could not be reached"), "so nobody does: GitHub could not be reached"),
    ],
)
def test_without_an_approvers_review_of_this_commit_it_is_not_judged(question, said):
    error = refused(question, ALLOWED)
    assert f"commit {'b' * 12} is not judged where the secrets are: " in error.message
    assert said in error.message
    assert "each push needs a new review" in error.remedy


def test_a_policy_that_names_nobody_who_may_review_is_a_fault():
    with pytest.raises(ConfigurationError, match="needs `approvers`: anybody may review"):
        config.read(b"version: 1\npolicy: {privileged: review}\n")


@pytest.mark.trust("privileged-event")
def test_a_search_by_a_program_does_not_run_where_the_secrets_are():
    text = "version: 1\nretrieval: {shop: {engine: command, options: {command: [python, search.py]}}}\n"
    head = config.read(text.encode())
    with pytest.raises(NotEvaluated, match="'shop' would run the change's code where the secrets are"):
        privileged.admit_searches(asked(), head)
    privileged.admit_searches(asked(is_privileged=False), head)
    privileged.admit_searches(asked(), config.read(b"version: 1\n"))
