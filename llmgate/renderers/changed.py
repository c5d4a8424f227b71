"""The changes of a Report → the sentences that say what changed, and last what did not."""

from collections.abc import Iterable

from llmgate import patterns
from llmgate.renderers import figures
from llmgate.renderers.parts import Code, Part, Prose, Sentence
from llmgate.report import ChangeEntry, Detail, Looked, Report
from llmgate.verdict import Verdict

MOST_CHANGES = 8
MOST_DETAILS = 4
MOST_NAMES = 10

_KINDS = {
    "prompt": "prompts",
    "model": "models",
    "params": "parameters",
    "tools": "tools",
    "schema": "schemas",
    "retrieval": "retrieval",
    "index": "indexes",
}
_SINGULAR = {
    "model": "Model",
    "params": "The parameters of",
    "tools": "The tools of",
    "schema": "The schema of",
    "retrieval": "Retrieval",
    "index": "The index",
    "application": "The code of",
}


def sentences(report: Report) -> list[Sentence]:
    """What changed, a sentence for each, and last what did not."""
    if not report.changes:
        return [_looked(report)] if report.looked.files or report.verdict is Verdict.NOT_APPLICABLE else []
    found = [_change(change) for change in report.changes[:MOST_CHANGES]]
    if (rest := len(report.changes) - MOST_CHANGES) > 0:
        found.append((f"{figures.count(rest, 'more change')}.",))
    kinds = {change.kind for change in report.changes}
    same = [name for kind, name in _KINDS.items() if kind not in kinds] if has_run(report) else []
    return [*found, (f"Unchanged: {', '.join(same)}.",)] if same else found


def has_run(report: Report) -> bool:
    """Whether anything was asked: of a change that was not, it is not for us to say what it leaves alone."""
    return report.verdict is not Verdict.NOT_EVALUATED or bool(report.calls.made or report.calls.reused)


def telling(wanted: Iterable[str]) -> tuple[str, ...]:
    """The patterns without the plain paths that another one matches anyway."""
    given = tuple(dict.fromkeys(wanted))
    matches = patterns.matcher(each for each in given if _is_wide(each))
    return tuple(each for each in given if _is_wide(each) or not matches(each))


def _is_wide(pattern: str) -> bool:
    return pattern.endswith("/") or any(sign in pattern for sign in "*?[")


def _looked(report: Report) -> Sentence:
    looked = report.looked
    text = f"Looked at {figures.count(looked.files, 'file')}, {looked.changed_files:,} of them changed"
    if not looked.patterns:
        return (f"{text}.",)
    return (f"{text}; what a model is sent comes from ", *listed(telling(looked.patterns)), found(looked), ".")


def found(looked: Looked) -> str:
    """Say what is looked for without being named."""
    return f"; {', '.join(looked.searched)} are found by name, content and syntax" if looked.searched else ""


def _change(change: ChangeEntry) -> Sentence:
    kind: Sentence = () if change.kind == "prompt" else (_SINGULAR.get(change.kind, "Part"), " ")
    subject: Sentence = (*kind, Code(unit_name(change.unit)))
    note: Sentence = (" (", Prose(change.note), ")") if change.note else ()
    match change.what:
        case "added":
            return (*subject, " is new", *note, ".")
        case "removed":
            return (*subject, " was removed", *note, ".")
        case "renamed":
            return (
                *subject,
                " was renamed from ",
                Code(unit_name(change.renamed_from or "")),
                *_extent(change),
                *note,
                ".",
            )
        case "modified":
            return (*subject, " changed", *_extent(change), *_details(change), *note, ".")


def unit_name(unit: str) -> str:
    """The name in a unit's id: the path of `prompt:prompts/a.jinja`."""
    kind, colon, name = unit.partition(":")
    return name if colon and kind.isalpha() and name else unit


def _extent(change: ChangeEntry) -> Sentence:
    text = ""
    if change.places:
        text += f" in {figures.count(change.places, 'place')}"
    if change.words_added is not None or change.words_removed is not None:
        text += f" (+{change.words_added or 0} {figures.MINUS}{change.words_removed or 0} words)"
    return (text,) if text else ()


def _details(change: ChangeEntry) -> Sentence:
    if change.places or not change.details:
        return ()
    parts: list[Part] = [": "]
    for index, detail in enumerate(change.details[:MOST_DETAILS]):
        parts += [", "] if index else []
        parts += _detail(detail, change.kind)
    if (rest := len(change.details) - MOST_DETAILS) > 0:
        parts.append(f", {rest:,} more")
    return tuple(parts)


def _detail(detail: Detail, kind: str) -> Sentence:
    if detail.base is None and detail.head is None:
        return (Prose(detail.key),)
    name: Sentence = () if detail.key == kind else (Code(detail.key), " ")
    return (*name, _leaf(detail.base), " → ", _leaf(detail.head))


def _leaf(value: str | None) -> Part:
    return "(not set)" if value is None else Code(value)


def listed(names: Iterable[str]) -> Sentence:
    """Names with commas, the first ten of them."""
    given = list(names)
    parts: list[Part] = []
    for index, name in enumerate(given[:MOST_NAMES]):
        parts += [", "] if index else []
        parts.append(Code(name))
    if (rest := len(given) - MOST_NAMES) > 0:
        parts.append(f" and {rest:,} more")
    return tuple(parts)
