"""What happened to a pull request, in GitHub's words and with GitHub's own times: labels, pushes, other events."""

import datetime as dt
from dataclasses import dataclass, field

START = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
GONE = "0" * 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of the pull request. `by` is None for an account that was deleted."""

    id: int
    event: str
    at: dt.datetime
    by: str | None = "ada"
    kind: str = "User"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A change of the branch: `kind` is GitHub's activity type."""

    id: int
    ref: str
    after: str
    at: dt.datetime
    kind: str = "push"

    @property
    def shown(self):
        names = {"id": self.id, "ref": self.ref, "before": GONE, "after": self.after, "activity_type": self.kind}
        return names | {"timestamp": written(self.at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody said of a commit. `by` is None for an account that was deleted."""

    id: int
    commit: str | None
    state: str
    at: dt.datetime
    by: str | None
    kind: str


@dataclass(slots=True, kw_only=True)
class Record:
    """The pull request's history; each entry is a minute after the one before, unless `wait_s` says otherwise."""

    ref: str
    events: list[Happened] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    now: dt.datetime = START
    unrecorded: tuple[str, ...] = ()

    @property
    def labels(self):
        on = dict.fromkeys(self.unrecorded, True)
        for each in self.events:
            if each.event in ("labeled", "unlabeled"):
                on[each.label] = each.event == "labeled"
        return sorted(name for name, is_on in on.items() if is_on)

    def push(self, head, kind="push"):
        self.now += dt.timedelta(minutes=1)
        self.pushes.append(
            Push(id=len(self.pushes) + 1, ref=f"refs/heads/{self.ref}", after=head, at=self.now, kind=kind)
        )

    def happen(self, event, *, by="ada", kind="User", label="", wait_s=60):
        self.now += dt.timedelta(seconds=wait_s)
        self.events.append(Happened(id=len(self.events) + 1, event=event, at=self.now, by=by, kind=kind, label=label))

    def review(self, commit, *, by="ada", kind="User", state="APPROVED", wait_s=60):
        self.now += dt.timedelta(seconds=wait_s)
        given = Review(id=len(self.reviews) + 1, commit=commit, state=state, at=self.now, by=by, kind=kind)
        self.reviews.append(given)

    def label(self, name, *, by="ada", kind="User", wait_s=60):
        self.happen("labeled", by=by, kind=kind, label=name, wait_s=wait_s)

    def unlabel(self, name, *, by="ada"):
        self.happen("unlabeled", by=by, label=name)


def written(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
