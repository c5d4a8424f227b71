"""Answers of GitHub's API → what they say of how one branch is protected, as far as the token may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from llmgate.doctor.finding import Unseen

ANY_APP = -1
"""What branch protection writes for "any source" (https://docs.github.com/en/rest/branches/branch-protection)."""


class Answer(BaseModel):
    """An object of the API, of which only what is read here is kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Repository(Answer):
    id: int
    full_name: str
    default_branch: str
    private: bool = False


class RequiredCheck(Answer):
    context: str
    integration_id: int | None = None


class RequiredWorkflow(Answer):
    path: str


class Parameters(Answer):
    """What the kinds of rules that matter here have; each has some of it."""

    required_status_checks: tuple[RequiredCheck, ...] = ()
    strict_required_status_checks_policy: bool = False
    workflows: tuple[RequiredWorkflow, ...] = ()
    check_response_timeout_minutes: int | None = None
    require_code_owner_review: bool = False
    dismiss_stale_reviews_on_push: bool = False
    require_last_push_approval: bool = False


class Rule(Answer):
    """One active rule of a branch; those of an organisation are among them."""

    type: str
    ruleset_id: int | None = None
    ruleset_source: str = ""
    ruleset_source_type: str = ""
    parameters: Parameters = Parameters()


class Actor(Answer):
    actor_type: str
    bypass_mode: str = "always"


class Ruleset(Answer):
    """`bypass_actors` is shown to those alone who may edit the ruleset."""

    name: str
    bypass_actors: tuple[Actor, ...] | None = None


class Switch(Answer):
    enabled: bool = False


class ProtectedCheck(Answer):
    context: str
    app_id: int | None = None


class ProtectedChecks(Answer):
    strict: bool | None = None
    contexts: tuple[str, ...] = ()
    checks: tuple[ProtectedCheck, ...] = ()


class Reviews(Answer):
    require_code_owner_reviews: bool = False
    dismiss_stale_reviews: bool = False
    require_last_push_approval: bool = False


class Protection(Answer):
    """Classic branch protection; all is empty where there is none."""

    enabled: bool | None = None
    required_status_checks: ProtectedChecks | None = None
    enforce_admins: Switch | None = None
    required_pull_request_reviews: Reviews | None = None


class Branch(Answer):
    """A branch, with the part of its protection that every reader sees."""

    protected: bool
    protection: Protection = Protection()

    @property
    def is_guarded(self) -> bool:
        """Whether it has classic branch protection."""
        enabled = self.protection.enabled
        return self.protected if enabled is None else enabled


class TokenPermissions(Answer):
    default_workflow_permissions: str
    can_approve_pull_request_reviews: bool


class Actions(Answer):
    enabled: bool


class ForkRuns(Answer):
    run_workflows_from_fork_pull_requests: bool = False
    send_write_tokens_to_workflows: bool = False
    send_secrets_and_variables: bool = False


class OwnersError(Answer):
    line: int
    kind: str
    path: str
    message: str = ""


class OwnersErrors(Answer):
    errors: tuple[OwnersError, ...]


class App(Answer):
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was seen of one branch. None is what was not seen; `unseen` says why, `protection` is empty for "none"."""

    repository: str
    branch: str
    rules: tuple[Rule, ...] | None = None
    rulesets: Mapping[int, Ruleset] = field(default_factory=dict)
    seen: Branch | None = None
    protection: Protection | None = None
    token: TokenPermissions | None = None
    actions: Actions | None = None
    forks: ForkRuns | None = None
    owners: OwnersErrors | None = None
    app: App | None = None
    unseen: tuple[Unseen, ...] = ()

    def of_type(self, kind: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules or () if rule.type == kind)

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was seen of the branch: what follows from that need not be told one by one."""
        return self.rules is None and self.seen is None

    @property
    def is_whole(self) -> bool:
        """Whether nothing that may require something of the branch is hidden."""
        hidden = self.protection is None and (self.seen is None or self.seen.is_guarded)
        return self.rules is not None and not hidden

    @property
    def queue(self) -> Rule | None:
        return next(iter(self.of_type("merge_queue")), None)
