"""A pull request's own record at GitHub → where it goes now, and what labels and reviews say of its head commit.

Three requests, one where it bears no label and no review is asked for. A label is bound to the commit that was the
head when it was put on: it counts if it is newer than the push that made this commit the head. The dates in commits are
their authors' to choose, and so is the order of commits in the timeline; the repository's activity has GitHub's own
time of each push.
https://docs.github.com/en/rest/repos/repos#list-repository-activities
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from github import Github
from github.IssueEvent import IssueEvent
from github.NamedUser import NamedUser
from github.Organization import Organization
from github.PullRequest import PullRequest
from github.Repository import Repository

from llmgate import approval
from llmgate.approval import Approvals, Label
from llmgate.errors import NotEvaluated
from llmgate.publish import failures, record, reviews
from llmgate.publish.patience import Patience

PUT_ON, TAKEN_OFF = "labeled", "unlabeled"

FORK = (
    "it comes from a fork, and when its commits were pushed is told by a repository that its author owns; a maintainer "
    "can push the branch to this repository"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a pull request stands now. `base_ref` is empty where GitHub could not be asked."""

    base_ref: str = ""
    approvals: Approvals = approval.NONE


def standing(
    github: Github,
    *,
    repository: str,
    number: int,
    head_sha: str,
    sleep: Callable[[float], None],
    reviewed: bool = False,
) -> Standing:
    """Ask for it, and where `reviewed` for the reviews too.

    Nothing is raised: what GitHub does not tell approves nothing, and `Approvals.unknown` says why.
    """
    patience = Patience(sleep)
    home = github.get_repo(repository)
    found = home.get_pull(number)
    base_ref = ""
    try:
        base_ref = patience.attempt(lambda: found.base.ref)
        approvals = _approvals(home, found, head_sha, patience, reviewed=reviewed)
    except record.Unknown as failure:
        approvals = Approvals(unknown=str(failure))
    except Exception as failure:  # noqa: BLE001 - whatever breaks in asking, nothing is approved and the gate goes on
        approvals = Approvals(unknown=failures.unanswered(failure))
    return Standing(base_ref=base_ref, approvals=approvals)


def _approvals(home: Repository, pull: PullRequest, head_sha: str, patience: Patience, *, reviewed: bool) -> Approvals:
    names = sorted({label.name for label in pull.labels})
    foreign = _is_foreign(pull)
    labels: tuple[Label, ...] = tuple(Label(name=name, void=FORK) for name in names) if foreign else ()
    if (foreign or not names) and not reviewed:
        return Approvals(labels=labels)
    pushed = None if foreign or not names else _pushed_at(home, pull, head_sha, patience)
    events = patience.attempt(lambda: record.events(home.get_issue(pull.number)))
    if pushed:
        labels = tuple(_labels(names, events, pushed))
    said = patience.attempt(lambda: tuple(reviews.of(pull, head_sha, events))) if reviewed else ()
    return Approvals(labels=labels, reviews=said)


def _is_foreign(pull: PullRequest) -> bool:
    source: Repository | None = pull.head.repo  # null for a fork that was deleted
    return source is None or source.id != pull.base.repo.id


def retargeted(asked: str, now: Standing) -> None:
    """Refuse to judge for a base that the pull request does not go into any more, as where an old run is run again.

    Raises:
        NotEvaluated: where it goes elsewhere.
    """
    if now.base_ref and now.base_ref != asked:
        raise NotEvaluated(
            f"the pull request goes into {now.base_ref[:80]!r} now, and this run is for {asked[:80]!r}",
            id="pull-request-moved",
            remedy="see the newest run, or push; the workflow needs `edited` in its `types:`",
        )


def _labels(names: Sequence[str], events: Sequence[IssueEvent], pushed: dt.datetime) -> Iterator[Label]:
    fresh = max(
        (record.Fresh(since=pushed, because="its head commit was pushed"), *record.anew(events)),
        key=lambda each: each.since,
    )
    for name in names:
        yield _label(name, [event for event in events if _is_of(event, name)], fresh)


def _pushed_at(home: Repository, pull: PullRequest, head_sha: str, patience: Patience) -> dt.datetime:
    if pull.head.sha != head_sha:
        raise record.Unknown(f"the pull request has moved on to {pull.head.sha[:12]}")
    return patience.attempt(lambda: _pushed(home, pull, head_sha))


def _pushed(home: Repository, pull: PullRequest, head_sha: str) -> dt.datetime:
    """When the branch came to its head."""
    ref = f"refs/heads/{pull.head.ref}"
    wanted = {"ref": ref, "per_page": 1}
    _, found = home.requester.requestJsonAndCheck("GET", f"{home.url}/activity", parameters=wanted)
    newest = found[0] if found else {}
    if newest.get("ref") != ref or newest.get("after") != head_sha:
        raise record.Unknown("GitHub has no record of when its head commit was pushed; push again")
    return dt.datetime.fromisoformat(newest["timestamp"])


def _is_of(event: IssueEvent, name: str) -> bool:
    return event.event in (PUT_ON, TAKEN_OFF) and event.label.name == name


def _label(name: str, events: Sequence[IssueEvent], fresh: record.Fresh) -> Label:
    """Read the last that happened to a label that is on."""
    if not events or events[-1].event != PUT_ON:
        return Label(name=name, void="GitHub has no record of who put it on; take it off and put it on again")
    last = events[-1]
    actor: NamedUser | Organization | None = last.actor  # null for a deleted account
    by = "ghost" if actor is None else actor.login
    if actor is None or actor.type != record.PERSON:
        return Label(name=name, by=by, void=f"{by!r} put it on, which is not a person")
    if last.created_at <= fresh.since:
        void = f"it was put on before {fresh.because}; look again, take it off and put it on again"
        return Label(name=name, by=by, void=void)
    return Label(name=name, by=by)
