"""Payload and environment → event; event and repository → the commits to compare."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from llmgate import event, git
from llmgate.errors import NotEvaluated, UsageError
from llmgate.event import Event, Revisions, Trigger
from tests import gitserver

PAYLOADS = Path(__file__).parents[1] / "data" / "events"
MERGE = "5" * 40
ENVIRONMENT = {
    "GITHUB_SHA": MERGE,
    "GITHUB_REPOSITORY": "Codertocat/Hello-World",
    "GITHUB_ACTOR": "octocat",
    "GITHUB_RUN_ID": "1658821493",
    "GITHUB_RUN_ATTEMPT": "2",
}
WITHOUT_BASE = ["release", "", "PULL_REQUEST", "pull_request_review"]


def payload(name):
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    *folders, last = path.split(".")
    place = changed
    for folder in folders:
        place = place[folder]
    place[last] = value
    return changed


def test_a_pull_request_is_read_from_githubs_example():
    assert event.parse("pull_request", payload("pull_request.opened"), ENVIRONMENT) == Event(
        trigger=Trigger.PULL_REQUEST,
        action="opened",
        repository="Codertocat/Hello-World",
        base_ref="master",
        base="f95f852bd8fca8fcc58a9a2d6c842781e32a215e",
        head=MERGE,
        head_sha="ec26c3e57ca3a959ca5aad62de7213c562f8c821",
        number=2,
        fork=False,
        actor="octocat",
        run_id=1658821493,
        run_attempt=2,
    )


@pytest.mark.parametrize("name", ["opened", "synchronize", "reopened", "edited", "labeled", "unlabeled"])
def test_every_action_of_an_open_pull_request_is_gated(name):
    read = event.parse("pull_request", payload(f"pull_request.{name}"), ENVIRONMENT)
    assert (read.action, read.trigger) == (name, Trigger.PULL_REQUEST)


def test_a_merge_group_is_read_from_githubs_example():
    assert event.parse("merge_group", payload("merge_group.checks_requested"), ENVIRONMENT) == Event(
        trigger=Trigger.MERGE_GROUP,
        action="checks_requested",
        repository="Codertocat/Hello-World",
        base_ref="main",
        base="380387fbc80638b734a49e1be1c4dfec1c01b33c",
        head="2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d",
        head_sha="2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d",
        number=None,
        actor="octocat",
        run_id=1658821493,
        run_attempt=2,
    )


@pytest.mark.parametrize(
    ("repository", "fork"),
    [
        (None, True),
        ({"id": 1, "full_name": "Codertocat/Hello-World"}, True),
        ({"id": 186853002, "full_name": "renamed/Hello-World"}, False),
    ],
)
def test_a_fork_is_told_by_the_repositorys_id_or_its_absence(repository, fork):
    document = with_value(payload("pull_request.opened"), "pull_request.head.repo", repository)
    assert event.parse("pull_request", document, ENVIRONMENT).fork is fork


@pytest.mark.parametrize(
    ("changes", "retargeted"), [(payload("pull_request.edited")["changes"], True), ({"title": {"from": "x"}}, False)]
)
def test_an_edit_of_the_base_branch_is_told_from_an_edit_of_the_title(changes, retargeted):
    document = payload("pull_request.opened") | {"action": "edited", "changes": changes}
    assert event.parse("pull_request", document, ENVIRONMENT).retargeted is retargeted


@pytest.mark.trust("privileged-event")
def test_a_comment_that_mixes_secrets_and_strangers_words_is_refused():
    with pytest.raises(UsageError, match="is refused") as caught:
        event.parse("issue_comment", payload("pull_request.opened"), ENVIRONMENT)
    assert "pull_request and merge_group" in caught.value.remedy


@pytest.mark.parametrize("name", WITHOUT_BASE)
def test_events_without_a_base_are_not_evaluated(name):
    with pytest.raises(NotEvaluated, match="no base and head") as caught:
        event.parse(name, {}, ENVIRONMENT)
    assert "--base" in caught.value.remedy


@pytest.mark.parametrize(("name", "action"), [("pull_request", "closed"), ("merge_group", "destroyed")])
def test_what_is_over_already_is_not_evaluated(name, action):
    document = payload("pull_request.opened" if name == "pull_request" else "merge_group.checks_requested")
    with pytest.raises(NotEvaluated):
        event.parse(name, document | {"action": action}, ENVIRONMENT)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("action", None),
        ("action", 3),
        ("pull_request", None),
        ("pull_request", []),
        ("pull_request.head", "x"),
        ("pull_request.head.sha", "main"),
        ("pull_request.head.sha", "ec26c3e"),
        ("pull_request.head.sha", "EC26C3E57CA3A959CA5AAD62DE7213C562F8C821"),
        ("pull_request.head.sha", "ec26c3e57ca3a959ca5aad62de7213c562f8c821\n"),
        ("pull_request.head.sha", "--upload-pack=touch x"),
        ("pull_request.base.sha", 12),
        ("pull_request.base.sha", None),
        ("pull_request.base.ref", ""),
        ("pull_request.base.ref", {"a": 1}),
        ("pull_request.head.repo", {}),
        ("pull_request.head.repo", "x"),
        ("pull_request.head.repo.id", "186853002"),
        ("pull_request.base.repo", None),
        ("pull_request.base.repo.id", True),
        ("pull_request.number", "2"),
        ("pull_request.number", -1),
        ("pull_request.number", 2.0),
    ],
)
def test_a_field_of_the_wrong_kind_is_a_usage_error_that_names_it(path, value):
    document = with_value(payload("pull_request.opened"), path, value)
    with pytest.raises(UsageError, match="the event's ") as caught:
        event.parse("pull_request", document, ENVIRONMENT)
    assert path.rpartition(".")[2] in caught.value.message or "pull_request" in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_SHA", ""),
        ("GITHUB_SHA", "main"),
        ("GITHUB_REPOSITORY", ""),
        ("GITHUB_REPOSITORY", "a/b/c"),
        ("GITHUB_REPOSITORY", "a/b?c"),
        ("GITHUB_RUN_ID", "-1"),
        ("GITHUB_RUN_ID", "٣"),
        ("GITHUB_RUN_ATTEMPT", "two"),
        ("GITHUB_RUN_ATTEMPT", "9" * 100),
    ],
)
def test_an_environment_variable_of_the_wrong_kind_is_a_usage_error_that_names_it(name, value):
    with pytest.raises(UsageError, match=name):
        event.parse("pull_request", payload("pull_request.opened"), ENVIRONMENT | {name: value})


def test_run_numbers_default_outside_of_a_runner():
    environment = {key: ENVIRONMENT[key] for key in ("GITHUB_SHA", "GITHUB_REPOSITORY")}
    read = event.parse("pull_request", payload("pull_request.opened"), environment)
    assert (read.run_id, read.run_attempt, read.actor) == (0, 1, "")


# ---------------------------------------------------------------------------------------------------------------------


class Origin:
    """GitHub's side: main, topic and the merge commit of pull request 7, served on loopback."""

    def __init__(self, folder):
        self.git = gitserver.init(folder / "origin")
        self.fork = self.git.commit({"prompts/a": "1", "shared": "1"})
        self.git("branch", "topic")
        self.old_base = self.git.commit({"main": "old"})
        self.git("branch", "weak", self.fork)
        self.base = self.git.commit({"main": "new"})
        self.git("switch", "--quiet", "topic")
        self.head = self.git.commit({"prompts/a": "2"})
        self.merge = self.merged("main")

    def merged(self, branch):
        """Do what GitHub does when a pull request is opened, pushed to, or retargeted."""
        self.git("switch", "--quiet", "--detach", branch)
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge into {branch}", "topic")
        self.git("update-ref", "refs/pull/7/merge", "HEAD")
        self.git("switch", "--quiet", "main")
        return self.git("rev-parse", "refs/pull/7/merge")

    @property
    def event(self):
        return Event(
            trigger=Trigger.PULL_REQUEST,
            base_ref="main",
            base=self.old_base,
            head=self.merge,
            head_sha=self.head,
            number=7,
        )


@pytest.fixture
def origin(tmp_path):
    return Origin(tmp_path)


@pytest.fixture
def checked_out(tmp_path, origin):
    """actions/checkout: these revisions of the origin, with this depth, and a fetch of ours for the rest."""

    def checkout(revision, *options, served=True):
        work = gitserver.init(tmp_path / "work")
        url = f"file://{origin.git.path}"
        work("fetch", "--quiet", *options, url, revision)
        work("checkout", "--quiet", "--detach", "FETCH_HEAD")
        repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")

        def fetch(wants):
            if not served:
                raise NotEvaluated("no network", remedy="-", id="worker-failed")
            with gitserver.serving(tmp_path) as server:
                return repository.fetch(server.url("origin/.git"), wants=wants)

        return repository, fetch

    return checkout


@pytest.mark.trust("shallow")
def test_the_merge_commit_at_depth_1_is_compared_with_its_first_parent(origin, checked_out):
    repository, fetch = checked_out("refs/pull/7/merge", gitserver.DEPTH)
    found = event.revisions(origin.event, repository, fetch=fetch)
    assert found == Revisions(base=origin.base, head=origin.merge, head_sha=origin.head)
    assert [change.path for change in repository.changed(found.base, found.head)] == ["prompts/a"]


def test_with_the_whole_history_nothing_is_fetched(origin, checked_out):
    repository, fetch = checked_out("refs/pull/7/merge", served=False)
    assert event.revisions(origin.event, repository, fetch=fetch).base == origin.base


def test_a_checkout_of_the_head_fetches_the_merge_commit(origin, checked_out):
    repository, fetch = checked_out("topic", gitserver.DEPTH)
    found = event.revisions(origin.event, repository, fetch=fetch)
    assert found == Revisions(base=origin.base, head=origin.merge, head_sha=origin.head)


def test_a_merge_commit_that_is_gone_is_replaced_by_the_current_one(origin, checked_out):
    repository, fetch = checked_out("topic", gitserver.DEPTH)
    found = event.revisions(replace(origin.event, head="1" * 40), repository, fetch=fetch)
    assert (found.base, found.head) == (origin.base, origin.merge)


def test_a_merge_of_another_head_is_not_evaluated(origin, checked_out):
    """The branch was pushed to after the event: the newer run judges it, this one must not."""
    repository, fetch = checked_out("refs/pull/7/merge", gitserver.DEPTH)
    with pytest.raises(NotEvaluated, match="no merge commit of pull request #7"):
        event.revisions(replace(origin.event, head_sha=origin.fork), repository, fetch=fetch)


def test_a_base_that_cannot_be_had_is_not_evaluated(origin, checked_out):
    repository, fetch = checked_out("refs/pull/7/merge", gitserver.DEPTH, served=False)
    with pytest.raises(NotEvaluated):
        event.revisions(origin.event, repository, fetch=fetch)


def test_a_head_checkout_without_network_is_not_evaluated_with_a_remedy(origin, checked_out):
    repository, fetch = checked_out("topic", served=False)
    with pytest.raises(NotEvaluated, match="no merge commit") as caught:
        event.revisions(origin.event, repository, fetch=fetch)
    assert "default `ref`" in caught.value.remedy


def test_a_head_that_contains_the_base_needs_no_merge_commit(origin, checked_out):
    repository, fetch = checked_out("topic", served=False)
    found = event.revisions(replace(origin.event, base=origin.fork), repository, fetch=fetch)
    assert found == Revisions(base=origin.fork, head=origin.head, head_sha=origin.head)


def test_a_base_at_hand_that_the_head_lacks_is_not_compared_with_it(origin, checked_out):
    """Everything that main got since the fork would count as taken back by the pull request."""
    repository, fetch = checked_out("refs/pull/7/merge", served=False)
    assert repository.has(origin.base)
    assert repository.has(origin.head)
    with pytest.raises(NotEvaluated, match="no merge commit"):
        event.revisions(replace(origin.event, head="1" * 40, base=origin.base), repository, fetch=fetch)


@pytest.mark.trust("retargeted")
def test_the_base_is_never_the_fork_point_that_the_author_chose(origin, checked_out):
    repository, fetch = checked_out("refs/pull/7/merge")
    assert event.revisions(origin.event, repository, fetch=fetch).base not in {origin.fork, origin.old_base}


@pytest.mark.trust("retargeted")
def test_a_retargeted_pull_request_is_compared_with_its_new_base(origin, checked_out):
    weak = origin.git("rev-parse", "weak")
    retargeted = replace(origin.event, retargeted=True, base=origin.base, head=origin.merge)
    repository, fetch = checked_out("refs/pull/7/merge", gitserver.DEPTH)
    assert event.revisions(retargeted, repository, fetch=fetch).base == origin.base
    into_weak = origin.merged("weak")
    other = replace(retargeted, base_ref="weak", base=weak, head=into_weak)
    assert event.revisions(other, repository, fetch=fetch) == Revisions(base=weak, head=into_weak, head_sha=origin.head)


@pytest.mark.trust("retargeted")
def test_the_stale_merge_into_the_former_base_is_not_used_after_retargeting(origin, checked_out):
    """GitHub makes the new merge commit a moment after the event that says the base was changed."""
    stale = origin.merged("weak")
    retargeted = replace(origin.event, retargeted=True, head=stale)
    repository, fetch = checked_out(stale, gitserver.DEPTH)
    with pytest.raises(NotEvaluated, match="no merge commit"):
        event.revisions(retargeted, repository, fetch=fetch)
    fresh = origin.merged("main")
    assert event.revisions(retargeted, repository, fetch=fetch) == Revisions(
        base=origin.base, head=fresh, head_sha=origin.head
    )


def test_a_merge_group_compares_the_two_commits_that_it_names(origin, checked_out):
    repository, fetch = checked_out("refs/pull/7/merge", gitserver.DEPTH)
    queued = Event(trigger=Trigger.MERGE_GROUP, base=origin.base, head=origin.merge, head_sha=origin.merge)
    found = event.revisions(queued, repository, fetch=fetch)
    assert found == Revisions(base=origin.base, head=origin.merge, head_sha=origin.merge)
    assert [change.path for change in repository.changed(found.base, found.head)] == ["prompts/a"]


def test_a_merge_group_whose_base_cannot_be_had_is_not_evaluated(origin, checked_out):
    repository, fetch = checked_out("refs/pull/7/merge", gitserver.DEPTH, served=False)
    queued = Event(trigger=Trigger.MERGE_GROUP, base=origin.base, head=origin.merge, head_sha=origin.merge)
    with pytest.raises(NotEvaluated):
        event.revisions(queued, repository, fetch=fetch)


@pytest.fixture
def local(tmp_path, origin):
    work = gitserver.clone(origin.git.path, tmp_path / "local")
    work("switch", "--quiet", "topic")

    def revisions(base=None, head=None):
        repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")
        return event.revisions(event.local(base=base, head=head), repository, fetch=None), repository

    return work, revisions


def test_a_local_run_without_revisions_compares_the_worktree_with_the_fork_point(origin, local):
    work, revisions = local
    work.write({"prompts/new": "new"})
    found, repository = revisions()
    assert found.base == origin.fork
    assert [change.path for change in repository.changed(found.base, found.head)] == ["prompts/a", "prompts/new"]


def test_a_local_run_takes_the_revisions_that_are_typed(origin, local):
    _, revisions = local
    found, _ = revisions(base="origin/main", head="HEAD")
    assert found == Revisions(base=origin.base, head=origin.head, head_sha=origin.head)


def test_a_local_run_with_a_head_alone_finds_that_heads_fork_point(origin, local):
    _, revisions = local
    assert revisions(head="origin/main~1")[0].base == origin.old_base


def test_a_local_run_without_a_default_branch_asks_for_a_base(tmp_path):
    work = gitserver.init(tmp_path / "alone", "--initial-branch=strange")
    work.commit({"a": "a"})
    repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")
    with pytest.raises(UsageError, match="default branch") as caught:
        event.revisions(event.local(base=None, head=None), repository, fetch=None)
    assert "--base" in caught.value.remedy
