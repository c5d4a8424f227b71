"""The settings of Actions and of CODEOWNERS on GitHub → what of them weakens every check of the repository."""

from __future__ import annotations

from collections.abc import Iterator

from llmgate.doctor.finding import Finding, Id
from llmgate.doctor.settings import Settings

MOST_ERRORS = 20


def examined(settings: Settings) -> Iterator[Finding]:
    if settings.actions and not settings.actions.enabled:
        yield Finding(id=Id.ACTIONS_DISABLED, what=f"GitHub Actions is switched off for {settings.repository}")
    if (token := settings.token) is not None:
        if token.default_workflow_permissions != "read":
            what = f"by default the token of a workflow may {token.default_workflow_permissions}"
            yield Finding(id=Id.TOKEN_DEFAULT_WRITE, what=what)
        if token.can_approve_pull_request_reviews:
            yield Finding(id=Id.ACTIONS_APPROVE, what="GitHub Actions may approve pull requests")
    yield from _forks(settings)
    for error in settings.owners.errors[:MOST_ERRORS] if settings.owners else ():
        what = f"GitHub finds on {settings.branch!r}: {error.kind}"
        yield Finding(id=Id.CODEOWNERS_ERRORS, what=what, where=error.path, line=max(error.line, 1))


def _forks(settings: Settings) -> Iterator[Finding]:
    forks = settings.forks
    if forks is None or not forks.run_workflows_from_fork_pull_requests:
        return
    sent = ["secrets"] if forks.send_secrets_and_variables else []
    sent += ["a token that writes"] if forks.send_write_tokens_to_workflows else []
    if sent:
        yield Finding(id=Id.FORK_SECRETS, what=f"workflows of pull requests from forks get {' and '.join(sent)}")
