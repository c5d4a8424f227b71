"""What is wrong with how a repository requires its gate, and what could not be looked at, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmgate import documents

SETTINGS = "settings on GitHub"
MAX_WHAT_CHARS = 400
MAX_PLACE_CHARS = 300


class Id(StrEnum):
    """Every kind of finding; docs/doctor.md has a section for each."""

    CONFIG_MISSING = "config-missing"
    NO_WORKFLOW = "no-workflow"
    TRIGGER_PULL_REQUEST = "trigger-pull-request"
    TRIGGER_TYPES = "trigger-types"
    TRIGGER_MERGE_GROUP = "trigger-merge-group"
    TRIGGER_PRIVILEGED = "trigger-privileged"
    TRIGGER_FILTER = "trigger-filter"
    TRIGGER_BRANCHES = "trigger-branches"
    HEAD_CHECKOUT = "head-checkout"
    PERMISSIONS_MISSING = "permissions-missing"
    PERMISSIONS_EXCESS = "permissions-excess"
    PERMISSIONS_LACKING = "permissions-lacking"
    ACTION_LOCAL = "action-local"
    ACTION_UNPINNED = "action-unpinned"
    IMAGE_UNPINNED = "image-unpinned"
    INSTALL_UNPINNED = "install-unpinned"
    STEP_UNPINNED = "step-unpinned"
    CHECKOUT_MISSING = "checkout-missing"
    CHECKOUT_CREDENTIALS = "checkout-credentials"
    CONTINUE_ON_ERROR = "continue-on-error"
    RUN_MASKED = "run-masked"
    JOB_CONDITION = "job-condition"
    JOB_NEEDS = "job-needs"
    JOB_NAME_VARIES = "job-name-varies"
    JOB_NAME_SHARED = "job-name-shared"
    STEP_CONDITION = "step-condition"
    CONCURRENCY_CANCELS = "concurrency-cancels"
    CONCURRENCY_SHARED = "concurrency-shared"
    TIMEOUT_MISSING = "timeout-missing"
    SECRETS_EXPOSED = "secrets-exposed"
    CACHE_MISSING = "cache-missing"
    CACHE_UNSAVED = "cache-unsaved"
    CACHE_UNSEALED = "cache-unsealed"
    CODEOWNERS_MISSING = "codeowners-missing"
    CODEOWNERS_INVALID = "codeowners-invalid"
    CODEOWNERS_UNCOVERED = "codeowners-uncovered"
    CODEOWNERS_ERRORS = "codeowners-errors"
    CHECK_NOT_REQUIRED = "check-not-required"
    CHECK_SOURCE = "check-source"
    CHECK_NOT_STRICT = "check-not-strict"
    BYPASS = "bypass"
    OWNER_REVIEW = "owner-review"
    STALE_APPROVAL = "stale-approval"
    WORKFLOW_EDITABLE = "workflow-editable"
    QUEUE_TIMEOUT = "queue-timeout"
    TOKEN_DEFAULT_WRITE = "token-default-write"  # noqa: S105 - the name of a finding
    ACTIONS_APPROVE = "actions-approve"
    ACTIONS_DISABLED = "actions-disabled"
    FORK_SECRETS = "fork-secrets"


class Severity(StrEnum):
    """An error lets changes past the gate, gives secrets away or blocks for ever; a warning costs or may come to it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: `where` is a file, or the settings on GitHub. Without a file there is no line: 0."""

    id: Id
    what: str
    where: str = SETTINGS
    line: int = 0

    def __post_init__(self) -> None:
        """Make text of a repository or of the API printable, and bound it."""
        object.__setattr__(self, "what", documents.printable(self.what, MAX_WHAT_CHARS))
        object.__setattr__(self, "where", documents.printable(self.where, MAX_PLACE_CHARS))

    @property
    def order(self) -> tuple[bool, str, int, str, str]:
        """Files first, by place."""
        return self.where == SETTINGS, self.where, self.line, self.id, self.what


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unseen:
    """Something that could not be looked at, why not, and how it can be: it is neither right nor wrong."""

    what: str
    why: str
    remedy: str

    def __post_init__(self) -> None:
        """Make foreign text printable, and bound it."""
        for name in ("what", "why", "remedy"):
            object.__setattr__(self, name, documents.printable(getattr(self, name), MAX_WHAT_CHARS))
