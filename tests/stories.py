"""A pull request as a story: what it does to a real repository, how the model answers, and what must come of it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from llmgate import gate
from llmgate.approval import Approvals, Label
from llmgate.cli import outside
from llmgate.question import Question
from tests import gitserver, modelserver, project


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a pull request does to the repository, and what must come of it. `said` is part of what the report says.

    `before` does in the branch what no edit of a file can.
    """

    does: Callable[[str], Mapping[str, str | None]]
    verdict: str
    code: int
    said: str = ""
    base: Callable[[str], Mapping[str, str]] = lambda _: {}
    fixtures: int = 8
    labels: tuple[str, ...] = ()
    answer: modelserver.Answering = project.obedient
    rules: tuple[str, ...] = field(default=())
    before: Callable[[gitserver.Checkout], object] = lambda _: None


def approvals(*names: str) -> Approvals:
    """These labels, put on by somebody after the last push."""
    return Approvals(labels=tuple(Label(name=name, by="grace") for name in names))


def judged(folder, server, story):
    content = {**project.files(server.url, fixtures=story.fixtures), **story.base(server.url)}
    shop = project.Project.create(folder / "repository", content)
    shop.branch(story.before)
    pull = shop.pull(story.does(server.url))
    question = Question(
        base=pull.base, head=pull.head, head_sha=pull.head, head_ref="pr-7", approvals=approvals(*story.labels)
    )
    environment = {"HOUSE_KEY": project.KEY, "PATH": os.environ["PATH"]}
    with (
        outside.repository(shop.origin.path) as history,
        outside.outside(store=folder / "store.sqlite", environment=environment) as things,
    ):
        return gate.judge(history, question, things)


def assert_ends_as_told(folder, story):
    with modelserver.serve(story.answer) as server:
        found = judged(folder, server, story)
    told = found.to_json()
    assert (found.verdict.value, found.exit_code) == (story.verdict, story.code), told[:3_000]
    assert story.said in told
    assert set(story.rules) <= {finding.rule for finding in found.findings}
