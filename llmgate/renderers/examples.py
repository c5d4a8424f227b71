"""A broken fixture → one failing answer beside a passing one, folded away."""

from llmgate.renderers import causes, figures, inert, markup, words
from llmgate.report import Example, FixtureEntry

MOST_DOCUMENTS = 8
MOST_ASSERTIONS = 8
MOST_LINES = 200
EMPTY = "(empty)"


def details(fixture: FixtureEntry, *, simulated: bool, limit: int, kind: str = "") -> str:
    """The `<details>` of a fixture; nothing of it is Markdown before the blank line, all of it is after.

    `kind` is what is said of the kind of failure, in Markdown.
    """
    example = fixture.example or Example()
    title = f": {inert.html_prose(fixture.title)}" if fixture.title.strip() else ""
    parts = [
        f"<details><summary><b>{inert.html_code(fixture.id, 80)}</b>{title}</summary>",
        _asked(example),
        "The answers are a simulated model's." if simulated else "",
        inert.fence(difference(example.base_output, example.head_output, limit=limit), "diff"),
        _failed(example),
        kind,
        _why(fixture),
    ]
    return "\n\n".join(part for part in parts if part) + "\n\n</details>"


def _why(fixture: FixtureEntry) -> str:
    lines = [f"- {markup.sentence(sentence)}" for sentence in causes.sentences(fixture)]
    return "\n".join(["why it broke:", "", *lines]) if lines else ""


def difference(base: str, head: str, *, limit: int) -> str:
    """Both answers as the lines of a diff, at most `limit` characters of each."""
    before, after = (inert.block(answer, limit) or EMPTY for answer in (base, head))
    lines = words.lines(before, after)
    rest = len(lines) - MOST_LINES
    return "\n".join([*lines[:MOST_LINES], f"  … {figures.count(rest, 'more line')} …"] if rest > 0 else lines)


def _asked(example: Example) -> str:
    question = inert.prose(example.question, 500)
    documents = [inert.code(document) for document in example.documents[:MOST_DOCUMENTS]]
    if (rest := len(example.documents) - MOST_DOCUMENTS) > 0:
        documents.append(f"{rest:,} more")
    parts = [f"Question: *{question}*"] if question else []
    parts += [f"documents {', '.join(documents)}"] if documents else []
    return " · ".join(parts)


def _failed(example: Example) -> str:
    lines = [
        f"- failed {inert.code(failed.assertion)}"
        + (f": {inert.prose(failed.reason)}" if failed.reason.strip() else "")
        for failed in example.failed[:MOST_ASSERTIONS]
    ]
    if (rest := len(example.failed) - MOST_ASSERTIONS) > 0:
        lines.append(f"- and {rest:,} more")
    return "\n".join(lines)
