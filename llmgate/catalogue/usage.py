"""The ids of wrong calls of a command or the action → what they mean, and what to do."""

from __future__ import annotations

from llmgate.catalogue.entry import Entry, Id

ENTRIES: dict[Id, Entry] = {
    "wrong-option": Entry(
        means=(
            "The command line has an option, an argument or a value that the command does not take, or a question "
            "was answered with one."
        ),
        remedy="See what the command takes with `--help`.",
    ),
    "wrong-input": Entry(
        means="An input of the action has a value that it cannot have.",
        remedy="Correct it in the workflow; docs/action.md lists the inputs.",
    ),
    "wrong-condition": Entry(
        means="A condition of `--where` cannot be read.",
        remedy="Write it as docs/capture.md shows.",
    ),
    "wrong-event": Entry(
        means="The event that GitHub's runner gave is not one of its payloads, or there is none.",
        remedy="Run llmgate as a step of a workflow, or `llmgate gate` elsewhere.",
    ),
    "wrong-trigger": Entry(
        means=(
            "The workflow runs on an event, or a type or branch of one, that has nothing to judge, or that is not safe."
        ),
        remedy="Trigger it on pull_request and merge_group, as docs/action.md shows.",
    ),
    "wrong-checkout": Entry(
        means="On an event that has the secrets, the workspace is not the default branch's.",
        remedy="Let actions/checkout take its default `ref` and `repository`.",
    ),
    "no-repository": Entry(
        means="The current folder is in no git repository.",
        remedy="Run llmgate in a checkout.",
    ),
    "no-worktree": Entry(
        means="There is no worktree to look at, or it cannot be read whole.",
        remedy="Name the commit with --head.",
    ),
    "no-such-revision": Entry(
        means="The name is that of no commit of this repository.",
        remedy="Name a branch, a tag or a commit that `git rev-parse` knows.",
    ),
    "no-configuration": Entry(
        means="The repository has no llmgate.yaml.",
        remedy="Add one at its root, beginning with the line `version: 1`.",
    ),
    "no-such-file": Entry(
        means="A file that was named cannot be found or read, or is no regular file.",
        remedy="Name a regular file that you may read.",
    ),
    "no-such-fixture": Entry(
        means="No active fixture has this id.",
        remedy="Name fixtures by id; `llmgate changes` lists them.",
    ),
    "no-such-prompt": Entry(
        means="No prompt of the worktree has this name, or none is found at all.",
        remedy="Name one that `llmgate check --surface` lists.",
    ),
    "no-such-target": Entry(
        means="llmgate.yaml has no such target, or none that can be used here.",
        remedy="Name one that stands under `targets`, or add one.",
    ),
    "no-such-trace": Entry(
        means="The files have no such trace or model call.",
        remedy="Name one as the files write it.",
    ),
    "no-such-index": Entry(
        means="No index has this name, or the name leads to none.",
        remedy="Name one that stands under `retrieval`; for a store see its `options.index`.",
    ),
    "fixture-left-out": Entry(
        means="The fixture that was asked for does not take part in this run.",
        remedy="The message says why; correct that, or name another.",
    ),
    "cannot-except": Entry(
        means=(
            "The fixture cannot be accepted or quarantined: nothing would change, or it is critical, or it is "
            "excepted already."
        ),
        remedy="Do what the message says; docs/exceptions.md has the rules.",
    ),
    "nothing-to-prove": Entry(
        means=(
            "A proof of this fixture could not show anything: it checks nothing, never runs, or has too few repeats."
        ),
        remedy="Do what the message says, then prove it again.",
    ),
    "not-default-branch": Entry(
        means="A baseline is drawn of the default branch, and this commit is not on it.",
        remedy="Name a commit of the default branch.",
    ),
    "not-writable": Entry(
        means="A file cannot be written, exists already, or would lose what others wrote.",
        remedy="Name another place, or make it writable.",
    ),
    "token-missing": Entry(
        means="There is no token to ask GitHub with.",
        remedy="Set GITHUB_TOKEN, or give the action its input `token`.",
    ),
    "port-taken": Entry(
        means="The broker cannot listen at its port.",
        remedy="Choose another port with --broker-port or the input `broker-port`.",
    ),
    "service-address": Entry(
        means="A target of kind `http` has no address on a revision, or one that cannot be used.",
        remedy="Start the service for each revision, and give `--base-url` and `--head-url` NAME=http://HOST:PORT.",
    ),
    "host-not-allowed": Entry(
        means="A retrieval would go to a host that the base's policy does not list.",
        remedy="Add the host to policy.retrieval_hosts on the base.",
    ),
    "index-options": Entry(
        means="The options of an index are not those of its store.",
        remedy="Correct them as docs/retrieval-stores.md says.",
    ),
    "unknown-engine": Entry(
        means="llmgate knows no search engine of this name, or does not run it here.",
        remedy="Name one that docs/retrieval.md lists, or reach it through `http` or `command`.",
    ),
    "no-batches": Entry(
        means="The provider has no batch API that llmgate speaks.",
        remedy="Say `run: live` in policy.baseline, or --live.",
    ),
    "extra-missing": Entry(
        means="A package that this needs is not installed.",
        remedy="Install llmgate with the extra that the message names.",
    ),
    "store-unusable": Entry(
        means="The store cannot be opened, read or written.",
        remedy="Make room on its disk, move it away, or name another with --store.",
    ),
    "store-key": Entry(
        means="The store's key is too short to seal anything.",
        remedy="Make one with `openssl rand -hex 32`, and save it as the secret LLMGATE_STORE_KEY.",
    ),
}
