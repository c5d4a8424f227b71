"""The ids of why a change could not be judged → what it means, and what to do."""

from __future__ import annotations

from llmgate.catalogue.entry import Entry, Id

ENTRIES: dict[Id, Entry] = {
    "no-policy": Entry(
        means="The base has no llmgate.yaml, and the policy is read from there.",
        remedy="Add llmgate.yaml and fixtures to the default branch first.",
    ),
    "faults": Entry(
        means="The configuration has faults; each is listed with an id of its own. Nothing was called.",
        remedy="Correct what is listed.",
    ),
    "nothing-ran": Entry(
        means="No fixture ran, or none that counts, so that green would mean nothing.",
        remedy="Add a fixture whose target uses what changed.",
    ),
    "nothing-to-run": Entry(
        means="There is no fixture that a baseline can be drawn of.",
        remedy="See `llmgate check` and docs/fixtures.md.",
    ),
    "key-missing": Entry(
        means="A provider's or a store's key is not in the environment, is empty, or cannot be sent.",
        remedy=(
            "Set the variable that the message names; on GitHub save the key as a secret, and hand it to the step "
            "under `env`."
        ),
    ),
    "budget-exhausted": Entry(
        means="The calls, dollars or minutes of `policy.budget` are used up.",
        remedy="Run it again, since finished calls are kept; or raise policy.budget on the base.",
    ),
    "too-many-errors": Entry(
        means="More trials had no usable answer than `policy.max_error_share` allows.",
        remedy="See why they failed, and run it again; finished calls are kept.",
    ),
    "trials-lost": Entry(
        means="The outcome hangs on trials that had no usable answer.",
        remedy="Run it again; finished calls are kept.",
    ),
    "commit-missing": Entry(
        means="A commit or an object of git that is needed is not in this clone.",
        remedy="Check out with `fetch-depth: 0`, or fetch it: `git fetch origin SHA`.",
    ),
    "fetch-failed": Entry(
        means="A commit could not be fetched from the repository's server.",
        remedy="Check out with `fetch-depth: 0`, and give the step a token that may read the repository.",
    ),
    "unreadable-repository": Entry(
        means="The repository is damaged, too large, or of a format that llmgate does not read.",
        remedy="Do what the message says; `git fsck` names what is damaged.",
    ),
    "change-too-large": Entry(
        means="The change has more than can be compared in bounded time.",
        remedy="Split it, or exclude on the base what no model is sent (surface.exclude).",
    ),
    "pull-request-moved": Entry(
        means="The pull request has another head or base than this run is for, or cannot be found.",
        remedy="See the newest run, or push.",
    ),
    "review-missing": Entry(
        means="On an event that has the secrets, nobody who may has approved this commit.",
        remedy="Have one of policy.approvers review it, and run it again: docs/forks.md.",
    ),
    "code-not-run": Entry(
        means="A target or a retrieval would run the change's own code where that is not allowed.",
        remedy="Have a maintainer who has read it run it from a branch of the repository: docs/forks.md.",
    ),
    "no-containment": Entry(
        means="Programs of the repository cannot be kept apart from the rest of the machine.",
        remedy="Give the runner what the message names; docs/applications.md says what containment needs.",
    ),
    "worker-failed": Entry(
        means="A process of llmgate's own does not start, or died.",
        remedy="Run `llmgate check` in the same environment, with more memory or processes.",
    ),
    "setup-failed": Entry(
        means="The setup of an application failed, or left something that cannot be kept.",
        remedy="Run the setup in a fresh copy of the application's `files`, and correct it.",
    ),
    "index-not-locked": Entry(
        means="An index is not in llmgate.lock, or differs from it.",
        remedy="Run `llmgate index lock`, and commit llmgate.lock.",
    ),
    "search-failed": Entry(
        means="A search of a retrieval gave no documents: the service or the command failed.",
        remedy="See that it answers within its time, then run it again.",
    ),
    "store-failed": Entry(
        means="The search store could not be reached, or refused.",
        remedy="See that it is well and that its key may read the index, then run it again.",
    ),
    "store-content": Entry(
        means="The search store has something that llmgate cannot read as chunks.",
        remedy="Correct `options` of the retrieval as docs/retrieval-stores.md says.",
    ),
    "store-in-use": Entry(
        means="Another run uses the store, or takes care of these trials.",
        remedy="Run it again when that one has ended, or on a store of its own with --store.",
    ),
    "not-published": Entry(
        means="The report could not be posted. That never changes the verdict.",
        remedy="The report is in the step's summary and in the log; give the job `pull-requests: write`.",
    ),
    "unforeseen": Entry(
        means="An error that llmgate did not foresee.",
        remedy="Please report it, with the version that `llmgate --version` prints.",
    ),
}
