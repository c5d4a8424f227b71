"""What may go wrong or be tried, and what happens then: the rows of docs/trust.md. Tests say which one they show.

`@pytest.mark.trust("id")` marks a test; `python -m scripts.trust_matrix` makes the page.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One fault or attack. `awaits` says what is missing where no test shows the row yet."""

    id: str
    tried: str
    outcome: str
    awaits: str = ""


ROWS = (
    # nothing was measured
    Row(
        "key-missing",
        "A key is missing or empty, as in a run from a fork",
        "`not_evaluated`, with the reason and what to do; nobody is asked",
    ),
    Row("suite-empty", "There are no fixtures, or the pattern matches none", "`not_evaluated`"),
    Row("no-policy", "The base has no `llmgate.yaml`", "`not_evaluated`, with the first step; nobody is asked"),
    Row(
        "nothing-relevant",
        "Nothing that a model is sent changed",
        "`not_applicable`, with the files and patterns that were looked at",
    ),
    Row(
        "file-list",
        "GitHub's list of changed files is cut off, or is not what the event says",
        "It is never asked for: what changed is read from git, however much it is",
    ),
    Row(
        "uncovered",
        "What changed is sent by no fixture",
        "Never green: `rejected`, or `not_evaluated` where no other ran, with the command that drafts one",
    ),
    Row(
        "too-much",
        "A change of more than can be compared",
        "`not_evaluated`; a large repository is read in bounded time",
    ),
    Row("unforeseen", "An error that nobody foresaw", "`not_evaluated`, told without secrets"),
    Row("clock", "The time of day leaps", "Deadlines and budgets hold by a clock that does not"),
    Row(
        "wrong-configuration",
        "A fault in `llmgate.yaml` or a fixture",
        "Exit 2 and no call; every fault has a file, a line and a remedy",
    ),
    # the checkout and the runner
    Row(
        "shallow",
        "A checkout of depth 1, or one that cannot fetch",
        "The base is fetched by its id; else `not_evaluated`, with `fetch-depth`",
    ),
    Row(
        "owner",
        "The workspace belongs to another user, or is read-only",
        "It is read; no global setting of git is written",
    ),
    Row("input-names", "Inputs of the action with a hyphen in their names", "They are read"),
    Row(
        "signal",
        "The run is interrupted or killed",
        "Exit 130 in under 7 s, also as process 1; the next run pays for nothing twice",
    ),
    Row(
        "disk",
        "A full or read-only disk, a limit of the size of files",
        "`not_evaluated` where the journal fails, a note where only a report does",
    ),
    Row(
        "torn-store",
        "A torn store, or a file that is none",
        "What is torn is asked again; another file is refused and left alone",
    ),
    Row(
        "planted-store",
        "Somebody without the secret forges rows of a sealed store, or puts another or an older one in its place",
        "Nothing forged decides; what is left out or gone is drawn anew, and all but what is gone is told",
    ),
    # providers
    Row(
        "provider-recovers",
        "A provider answers 429 or 5xx, resets or goes away for a while",
        "It is asked again within bounds; each answer counts once",
    ),
    Row("provider-down", "A provider stays down", "`not_evaluated`, never a pass and never a failure of the head"),
    Row(
        "provider-refuses",
        "A provider answers 400, 401, 403, 404, 410 or 422",
        "It is not asked again; the message says what to do",
    ),
    Row("retry-after", "`Retry-After` of a day, of the past, or garbage", "Honoured within bounds"),
    Row(
        "broken-answer",
        "An answer that is cut, malformed or of another shape",
        "A missing trial, never a low score; too many make `not_evaluated`",
    ),
    Row("other-model", "Another model answers than the one that was asked for", "`rejected`, with both names"),
    Row(
        "one-arm",
        "Calls fail on one arm more than chance allows",
        "`not_evaluated`: nothing is dropped from one side alone",
    ),
    Row(
        "budget",
        "A change would cost more than the budget, or raises it",
        "The base's budget holds, reserved before each call",
    ),
    Row("large-answer", "Bombs, endless and slow answers", "Cut off at a size and a time, in bounded memory"),
    # GitHub
    Row("lost-answer", "GitHub stores a comment and answers 5xx", "One comment"),
    Row("github-limits", "GitHub refuses, limits or is down", "A capped wait, then a note; the verdict stays"),
    Row(
        "comment-size",
        "A comment or a summary over GitHub's limits",
        "Shortened to fit; the verdict and the command stay",
    ),
    Row("many-annotations", "More findings than a log shows", "Ten of a kind, and the number of the rest"),
    Row("race", "Two runs, or an older one that ends last", "One comment, of the newest commit"),
    Row("foreign-comment", "Somebody else posts our marker", "Ignored"),
    Row("retargeted", "The pull request gets another base branch", "It is compared with the new base"),
    # keys
    Row(
        "key-elsewhere",
        "The change points a provider at another host",
        "The key goes to the base's host and to no other; the edit is named",
    ),
    Row(
        "odd-address",
        "User info, look-alike letters, addresses of metadata services, a name that leads elsewhere",
        "Refused; no key is revealed to what is not plainly and provably its host",
    ),
    Row("redirect", "A host of the policy redirects", "Not followed; the target sees no connection"),
    Row("environment", "Proxies, certificates, `.netrc`, `HOME` planted by an earlier step", "No effect"),
    Row(
        "planted-module",
        "Modules, hooks and settings of git planted in the workspace or in `HOME`",
        "Neither imported nor run",
    ),
    Row(
        "echoed-key",
        "A provider or an error says a secret back, in any encoding",
        "Redacted in comment, summary, log, outputs and report",
    ),
    # the pull request's code
    Row(
        "privileged-event",
        "`pull_request_target` or `workflow_run` with a stranger's change",
        "Not read unless the base says so and an approver reviewed this very commit; then as data, its code never",
    ),
    Row(
        "artifact",
        "Artifacts, names and numbers of a stranger's workflow: forged, of another pull request, packed to hurt",
        "None is read: the pull request is found at GitHub by its head, and everything is judged anew",
    ),
    Row("fork-code", "A fork changes an application under test", "It does not run unless the base says so"),
    Row(
        "program-hunts",
        "A program under test looks for secrets, sockets and other processes",
        "It finds none: an own user, an empty environment, an own tree",
    ),
    Row(
        "program-bombs",
        "A program forks, fills memory or disk, prints without end, or stays",
        "Bounded, and ended with its trial",
    ),
    Row(
        "program-models",
        "A program asks a model that the base does not allow",
        "Refused and named; the change is not green",
    ),
    Row(
        "grading-code",
        "The change edits the code that grades",
        "The base's code grades, apart from keys; the edit is named",
    ),
    # tampering
    Row(
        "exception",
        "A fixture is excepted on the base, and the exception has expired or was for another request",
        "The fixture counts, and who answers for the exception is named",
    ),
    Row(
        "tamper",
        "The change loosens its own gate: fixtures, assertions, policy, surface, lock, names",
        "It stays blocked, and the tamper is named",
    ),
    Row(
        "workflow-edited",
        "The change edits the workflow that runs the gate, or the owners of files",
        "Named with its lines; nothing inside the gate can keep it from that",
    ),
    Row("looking-away", "The change hides a prompt from what is looked at", "It counts as changed"),
    Row("forged-approval", "A label in the words of the author", "Labels are GitHub's; words approve nothing"),
    Row(
        "approval-by-author",
        "The author of a change, or who is no approver, sets the approver's label, or it was set before the last push",
        "It approves nothing",
    ),
    Row("judge-edited", "The change edits the judge, its labels or the embedder", "The base's are asked"),
    Row(
        "judge-injected",
        "An answer speaks to the judge, or forges its verdict",
        "It stays data; what has not the judge's form is a missing trial",
    ),
    Row("bad-day", "A baseline that was drawn on a bad day, or is stale", "It screens and never decides"),
    Row(
        "settings",
        "The repository does not require the check, or the workflow leaves events out",
        "Told by a look at the settings",
    ),
    # hostile text and files
    Row("log-commands", "Workflow commands in foreign text", "The runner sees none"),
    Row("outputs", "Newlines and delimiters in values of outputs", "One key, one value"),
    Row("markdown", "Mentions, images, links, HTML, hidden characters, escapes of the terminal", "Inert text"),
    Row(
        "page",
        "Foreign text in the page, and whatever it would run or load",
        "Text; nothing runs, nothing is asked for",
    ),
    Row("templates", "A template that breaks out or never ends", "Refused, or ended at its deadline"),
    Row(
        "documents",
        "Bombs, deep nesting, repeated keys and tags in YAML and JSON",
        "A fault with its line, in bounded time and memory",
    ),
    Row(
        "git-files",
        "Links, `..`, pipes, devices, submodules, LFS pointers and forged trees",
        "Refused by name, or not there",
    ),
    Row(
        "links",
        "What a link leads to, or a submodule, differs where a pattern reaches it",
        "It blocks and is named: neither is followed",
    ),
    Row("patterns", "Patterns and outputs that take expressions for ever", "Linear time"),
    Row(
        "imported-suites",
        "Suites and traces that are made to hurt a reader",
        "Bounded; nothing outside of the folder is read",
    ),
    # ourselves
    Row(
        "supply-chain",
        "The action, its image and its packages",
        "Locked by hashes, isolated, and without a finding of the linters",
    ),
    Row("no-false-block", "Harmless changes of flaky fixtures, again and again", "At most one in twenty is blocked"),
)
