"""The ids of faults of files that llmgate reads → what they mean, and what to do."""

from __future__ import annotations

from llmgate.catalogue.entry import Entry, Id

ENTRIES: dict[Id, Entry] = {
    "malformed-file": Entry(
        means="The file is not YAML, JSON or TOML, or has a character that none of them may have.",
        remedy="Correct it at the line that is named; a text editor with a linter shows the place.",
    ),
    "unsupported-syntax": Entry(
        means=(
            "YAML that llmgate does not read in its own files: tags, anchors, aliases, merge keys, directives, keys "
            "that are not text, a second document. They are the usual tools of hostile files."
        ),
        remedy="Write the values out.",
    ),
    "not-utf8": Entry(
        means="The file's bytes are not UTF-8.",
        remedy="Save it as UTF-8.",
    ),
    "too-large": Entry(
        means=(
            "The file or folder, or something in it, is longer, deeper or of more parts than llmgate reads. The "
            "bounds keep hostile files from taking time and memory."
        ),
        remedy="Split it, or leave out what is not needed.",
    ),
    "missing-file": Entry(
        means="A file names another one that the commit does not have, or a pattern matches nothing.",
        remedy="Correct the path, or commit the file; a file that git ignores is not in the commit.",
    ),
    "not-a-regular-file": Entry(
        means=(
            "The path is a symbolic link, a submodule, a folder or a Git LFS pointer. Links of a pull request are "
            "not followed."
        ),
        remedy="Commit the content itself.",
    ),
    "unknown-key": Entry(
        means="A key that this file's format does not have, mostly a misspelt one.",
        remedy=("Remove it, or correct its spelling; docs/configuration.md and docs/fixture-format.md list the keys."),
    ),
    "missing-key": Entry(
        means="A key that this file must have is not there.",
        remedy="Add it.",
    ),
    "wrong-type": Entry(
        means="A value of another type than expected, such as a text where a number or a mapping stands.",
        remedy="Write a value of the type that the message names.",
    ),
    "out-of-range": Entry(
        means="A number or a length is outside its bounds, or is no finite number.",
        remedy="Choose a value within the bounds that the message names.",
    ),
    "unknown-value": Entry(
        means="A value that is none of those that the key can have.",
        remedy="Write one of those that the message lists.",
    ),
    "wrong-value": Entry(
        means=("A value of the right type that the key cannot have, such as a pattern that is no regular expression."),
        remedy="Correct it as the message says.",
    ),
    "used-twice": Entry(
        means="A key, an id or an entry stands twice, and only one can count.",
        remedy="Keep one of them, or give one another name.",
    ),
    "unknown-name": Entry(
        means="A name that is declared nowhere: of a model, a retrieval, a target, a category or an assertion.",
        remedy="Declare it, or name one that there is; the message lists them.",
    ),
    "unknown-provider": Entry(
        means=(
            "A model names a provider that `policy.providers` of the base does not have, or one that answers only "
            "in `llmgate demo`."
        ),
        remedy="Declare it under policy.providers on the base, with its host and the name of its key's variable.",
    ),
    "unknown-category": Entry(
        means="A label or a fixture names a kind of failure that the taxonomy does not have.",
        remedy="Name one that `llmgate taxonomy` lists, or add it under `taxonomy`.",
    ),
    "wrong-assertion": Entry(
        means="A fixture's assertions check nothing.",
        remedy="Add an assertion, or give one of them a weight.",
    ),
    "captured-incomplete": Entry(
        means=("A captured fixture has no category or no hypothesis, so that nobody can say what it guards against."),
        remedy="Add them; until then keep the fixture out with `draft: true`.",
    ),
    "check-broken": Entry(
        means="A check of the repository's own cannot be loaded, or says that its arguments are wrong.",
        remedy="Correct the code, then run `llmgate check`; it says file and line.",
    ),
    "prompt-malformed": Entry(
        means="A prompt's file is not what its format asks for, or its templates include one another without end.",
        remedy="Correct it as the format's documentation says.",
    ),
    "application-file": Entry(
        means="A file of an application cannot be written where the application runs.",
        remedy="Leave it out of `files` of the target.",
    ),
    "wrong-labels": Entry(
        means="A file of labels or reports is not of the form that the command reads.",
        remedy="Write it as docs/judge.md and docs/taxonomy.md say.",
    ),
    "wrong-manifest": Entry(
        means="A line of an index manifest cannot be read, or a chunk's id is used twice or is none.",
        remedy="Write it anew with `llmgate index build --out FILE`.",
    ),
    "not-this-format": Entry(
        means="The file is not of the format that was named on the command line.",
        remedy="Name another format; docs/capture.md and docs/import.md list them.",
    ),
    "not-imported": Entry(
        means=("A part of another tool's suite has no counterpart in llmgate, or nothing of it could be taken over."),
        remedy="Write that fixture by hand; docs/import.md lists what is taken over.",
    ),
    "unreadable-trace": Entry(
        means="A record of a trace export cannot be read, or lacks what makes it a call.",
        remedy="Correct or remove it, and capture again.",
    ),
    "not-captured": Entry(
        means="A trace is readable and cannot become a fixture: no target sends it, or it was not recorded whole.",
        remedy="Name the target with --target, or record what is missing.",
    ),
    "more-faults": Entry(
        means="There are more faults in this file than are listed.",
        remedy="Correct the others first.",
    ),
}
