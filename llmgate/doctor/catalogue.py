"""The id of a finding → how bad it is, why it matters, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from llmgate.doctor.finding import Id, Severity

_RULESET = "Settings → Rules → Rulesets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is said of every finding of one kind."""

    severity: Severity
    why: str
    remedy: str


def _error(why: str, remedy: str) -> Advice:
    return Advice(severity=Severity.ERROR, why=why, remedy=remedy)


def _warning(why: str, remedy: str) -> Advice:
    return Advice(severity=Severity.WARNING, why=why, remedy=remedy)


ADVICE = MappingProxyType(
    {
        Id.CONFIG_MISSING: _error(
            "Policy is read from the base: without llmgate.yaml there the gate judges nothing.",
            "write it with `llmgate init`, and put it on the default branch",
        ),
        Id.NO_WORKFLOW: _error(
            "Nothing runs the gate, so a check that is required would stay pending for ever.",
            "write .github/workflows/llmgate.yml with `llmgate init`, or as the README shows it",
        ),
        Id.TRIGGER_PULL_REQUEST: _error(
            "The check never appears on a pull request, and blocks all of them or none.",
            "add `pull_request` with `types: [opened, synchronize, reopened, edited]` to `on`",
        ),
        Id.TRIGGER_TYPES: _error(
            "A pull request that becomes another one without a run keeps the verdict on what it was: "
            "`edited` is a new base branch, `synchronize` a push.",
            "write `types: [opened, synchronize, reopened, edited]`",
        ),
        Id.TRIGGER_MERGE_GROUP: _error(
            "In a merge queue a required check that does not run keeps every pull request waiting until it is dropped.",
            "add `merge_group:` to `on`",
        ),
        Id.TRIGGER_PRIVILEGED: _warning(
            "This event gives secrets and a token that writes to a run about a stranger's change, which llmgate judges "
            "only where the base has `policy.privileged: review` and an approver reviewed the commit.",
            "keep it as docs/forks.md shows it, without a step that takes the change's files",
        ),
        Id.TRIGGER_FILTER: _error(
            "A workflow that is skipped leaves its required check pending for ever, and what decides is then a list of "
            "paths and no longer llmgate.",
            "remove the filter: llmgate itself says in a second that nothing relevant changed",
        ),
        Id.TRIGGER_BRANCHES: _error(
            "Pull requests to this branch start no run, so their required check stays pending for ever.",
            "remove the filter of branches, or add the branch",
        ),
        Id.HEAD_CHECKOUT: _error(
            "Code of a pull request runs with the repository's secrets and a token that writes: with both it can "
            "set any check to green and take the keys of the providers.",
            "use `pull_request`, or check out nothing of the pull request in this workflow",
        ),
        Id.PERMISSIONS_MISSING: _error(
            "The job's token has whatever the repository gives by default, which may be to write everything.",
            "give the job `permissions: {contents: read, pull-requests: write}`",
        ),
        Id.PERMISSIONS_EXCESS: _error(
            "Whatever runs in the job has the token: a right that the gate does not need only serves an attacker.",
            "give the job `permissions: {contents: read, pull-requests: write}` and nothing more",
        ),
        Id.PERMISSIONS_LACKING: _error(
            "Without `contents: read` the base cannot be fetched, without `pull-requests: write` there is no comment.",
            "give the job `permissions: {contents: read, pull-requests: write}`",
        ),
        Id.ACTION_LOCAL: _error(
            "An action of the repository itself is taken from the pull request, which can replace its own gate.",
            "name the action by repository and commit, as `llmgate/llmgate@` and 40 hexadecimal digits",
        ),
        Id.ACTION_UNPINNED: _error(
            "A tag or a branch can be moved to other code, which then runs with the keys of the providers.",
            "pin the commit: `@` and the 40 hexadecimal digits of the release, with its version as a comment",
        ),
        Id.IMAGE_UNPINNED: _error(
            "A tag of an image can be moved to another program, which then runs with the keys of the providers.",
            "name the image by `@sha256:` and its digest",
        ),
        Id.INSTALL_UNPINNED: _error(
            "The newest release of the day decides: the same change can pass today and fail tomorrow.",
            "install one version: `llmgate==VERSION`, better from a file of requirements with hashes",
        ),
        Id.STEP_UNPINNED: _warning(
            "Steps of a job share its folders and its Docker socket: another action that is replaced reaches the keys.",
            "pin the commit of each action in the job",
        ),
        Id.CHECKOUT_MISSING: _error(
            "The gate reads both revisions from the workspace: without a checkout it can evaluate nothing.",
            "add a step `uses: actions/checkout@COMMIT` before it",
        ),
        Id.CHECKOUT_CREDENTIALS: _warning(
            "The job's token stays in the workspace, where every later step can read it; llmgate needs none there.",
            "give actions/checkout `with: {persist-credentials: false}`",
        ),
        Id.CONTINUE_ON_ERROR: _error(
            "A failing gate is then shown as success: it blocks nothing.",
            "remove `continue-on-error`",
        ),
        Id.RUN_MASKED: _error(
            "The exit code of the gate is lost, so that the step succeeds whatever the verdict is.",
            "let the step end with the gate's own exit code; `shell: bash` ends a pipe with it",
        ),
        Id.JOB_CONDITION: _error(
            "A job that is skipped reports success: its required check is satisfied by a gate that never ran.",
            "remove the `if:`; llmgate itself says when nothing relevant changed",
        ),
        Id.JOB_NEEDS: _error(
            "When a job that it needs fails, this one is skipped, and a skipped job satisfies a required check.",
            "remove `needs:`, or add `if: always()`",
        ),
        Id.JOB_NAME_VARIES: _error(
            "A required check is known by its name: one that varies is never there, or there in part.",
            "give the job a constant `name:` and no matrix",
        ),
        Id.JOB_NAME_SHARED: _error(
            "GitHub knows a required check by its name alone: the other job's result can stand for the gate's.",
            "rename the other job",
        ),
        Id.STEP_CONDITION: _error(
            "Where the step is skipped the job succeeds without a verdict.",
            "remove the `if:` of the step",
        ),
        Id.CONCURRENCY_CANCELS: _error(
            "Groups of the merge queue cancel one another, and a cancelled required check drops them from the queue.",
            "write `cancel-in-progress: ${{ github.event_name == 'pull_request' }}`, and `github.ref` into the group",
        ),
        Id.CONCURRENCY_SHARED: _error(
            "One run waits at a time: a third pull request cancels the second one's check, which then blocks it.",
            "write `group: llmgate-${{ github.event.pull_request.number || github.ref }}`",
        ),
        Id.TIMEOUT_MISSING: _warning(
            "A run that hangs holds the pull request and its runner for six hours.",
            "give the job `timeout-minutes`, somewhat above `policy.budget.minutes`",
        ),
        Id.SECRETS_EXPOSED: _error(
            "Every step that it reaches, and every program that such a step starts, can read the secret.",
            "give the secret to the gate's own step alone, under its `env:`",
        ),
        Id.CACHE_MISSING: _warning(
            "Without a kept store every run pays for its calls again, and no baseline is ever there to screen with.",
            "restore and save `${{ runner.temp }}/llmgate` around the gate, as the README shows it",
        ),
        Id.CACHE_UNSAVED: _warning(
            "The store of a run that blocks is lost, so that running it again pays for the same calls again.",
            "save it by actions/cache/save with `if: always()`, as the README shows it",
        ),
        Id.CACHE_UNSEALED: _warning(
            "Whoever can write the cache can write answers and outcomes into the store, and the gate goes by them.",
            "make a secret with `openssl rand -hex 32`, and give it to the gate's step as LLMGATE_STORE_KEY",
        ),
        Id.CODEOWNERS_MISSING: _warning(
            "Whoever may approve anything may approve a looser gate.",
            "add .github/CODEOWNERS with owners of /llmgate.*, the fixtures, their checks and .github/",
        ),
        Id.CODEOWNERS_INVALID: _warning(
            "GitHub skips such a line in silence, and what it should have covered has no owner.",
            "write a path, spaces, and owners as @user, @org/team or an address; `!` and `\\#` do not work",
        ),
        Id.CODEOWNERS_UNCOVERED: _warning(
            "A change of it needs no approval of those who answer for the gate; the last line that matches decides.",
            "add a line with an owner at the end of CODEOWNERS",
        ),
        Id.CODEOWNERS_ERRORS: _warning(
            "GitHub skips a line with an error, such as an owner who may not write, and its files have no owner.",
            "correct the line; GitHub shows the reason above the file",
        ),
        Id.CHECK_NOT_REQUIRED: _error(
            "A check that is not required blocks nothing: a regression is merged with a red cross beside it.",
            f"{_RULESET} → the branch's → Require status checks to pass → Add checks → the job's name",
        ),
        Id.CHECK_SOURCE: _error(
            "Any token that may write statuses can post a green check of the same name.",
            f"{_RULESET} → the branch's → the check → choose `GitHub Actions` as its source",
        ),
        Id.CHECK_NOT_STRICT: _warning(
            "A branch that is behind merges with a verdict on an older base: two changes can pass, and break together.",
            f"{_RULESET} → the branch's → Require branches to be up to date before merging, or use a merge queue",
        ),
        Id.BYPASS: _error(
            "Whoever may go past the rule merges what the gate has blocked.",
            f"{_RULESET} → the ruleset → empty the bypass list; in branch protection: Do not allow bypassing",
        ),
        Id.OWNER_REVIEW: _warning(
            "CODEOWNERS alone only asks owners to look: without this rule a change of the gate merges without them.",
            f"{_RULESET} → the branch's → Require a pull request before merging → Require review from Code Owners",
        ),
        Id.STALE_APPROVAL: _warning(
            "An approval counts for what is pushed after it, such as a change of the workflow or of a fixture.",
            f"{_RULESET} → the branch's → Dismiss stale pull request approvals, or Require approval of the last push",
        ),
        Id.WORKFLOW_EDITABLE: _warning(
            "The workflow is taken from the pull request: who may push a branch can make the check green in it.",
            "require the workflow by an organisation's ruleset (Require workflows to pass), or its owners' review",
        ),
        Id.QUEUE_TIMEOUT: _warning(
            "The merge queue gives up on the check before the job does, and drops a pull request that might pass.",
            f"{_RULESET} → the branch's → Require merge queue → raise the status check timeout above `timeout-minutes`",
        ),
        Id.TOKEN_DEFAULT_WRITE: _warning(
            "Every workflow without `permissions` can write contents and set checks: a careless one can forge green.",
            "Settings → Actions → General → Workflow permissions → Read repository contents",
        ),
        Id.ACTIONS_APPROVE: _warning(
            "A workflow of a pull request can approve that pull request, in place of a person.",
            "Settings → Actions → General → clear Allow GitHub Actions to create and approve pull requests",
        ),
        Id.ACTIONS_DISABLED: _error(
            "No workflow runs here, so that the required check stays pending for ever.",
            "Settings → Actions → General → allow actions",
        ),
        Id.FORK_SECRETS: _error(
            "Pull requests from forks run a stranger's workflow with the secrets or with a token that writes.",
            "Settings → Actions → General → Fork pull request workflows → clear both",
        ),
    }
)
