"""Two revisions → what a change does to later gates beside its fixtures: code that grades, policy, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from llmgate import config, documents
from llmgate.calibration import SUFFIX
from llmgate.config import KNOWN_PROVIDERS, Config, ProviderEntry
from llmgate.verdict import Finding, Severity

RULE = "policy"
MOST_NAMED = 3
"""Of the edits below one key of the policy, so that many of one kind hide none of another."""
MAX_SHOWN_CHARS = 60


def grades_otherwise(
    base: Config, head: Config, differing: frozenset[str], fixtures: Iterable[Callable[[], bytes]]
) -> bool:
    """Tell whether code that grades may differ, so that fixtures have to be read though none of them changed.

    `fixtures` reads the base's fixtures; they are looked at only where a file of Python differs, for its name, or for
    an assertion in Python with a text that is escaped, in which the name may be written otherwise.
    """
    named = {entry.file for side in (base, head) for entry in side.assertions.values()}
    if base.assertions != head.assertions or named & differing:
        return True
    code = [path.encode() for path in differing if path.endswith(".py")]
    return bool(code) and any(_names(read(), code) for read in fixtures)


def _names(data: bytes, code: list[bytes]) -> bool:
    return (b"python" in data and b"\\" in data) or any(path in data for path in code)


def policy_edits(base: Config, head: Config, differing: frozenset[str]) -> Iterator[Finding]:
    """Name what holds from the next change on. The base's judged this one, whatever stands here."""
    edits = [*_edits(_written(base), _written(head))]
    judge = base.policy.judge
    labels = judge.calibration if judge else None
    if labels and {labels, labels + SUFFIX} & differing:
        edits.append(f"the labels of the judge in {labels}")
    if not edits:
        return
    yield Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"the change edits what decides: {', '.join(edits)}; the base's judged this change",
        remedy="see that who owns the policy approves it: it holds from the next change on",
        file=config.PATH,
    )


def looking_away(base: Config, head: Config) -> Iterator[Finding]:
    """Name the files that are no longer looked at from the next change on. This one is judged with them."""
    before, after = base.surface, head.surface
    kinds = ((kind, getattr(before, kind), getattr(after, kind)) for kind in _KINDS)
    edits = [f"surface.{kind} {_patterns(old)} → {_patterns(new)}" for kind, old, new in kinds if _narrows(old, new)]
    if set(after.exclude) - set(before.exclude):
        edits.append(f"surface.exclude {_patterns(before.exclude)} → {_patterns(after.exclude)}")
    if edits:
        yield Finding(
            rule=RULE,
            severity=Severity.WARN,
            message=f"the change looks at fewer files: {', '.join(edits)}; those of the base were judged all the same",
            remedy="see that nothing that a model is sent is left out: it holds from the next change on",
            file=config.PATH,
        )


_KINDS = ("prompts", "models", "retrieval")


def _narrows(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> bool:
    """Tell whether patterns go. Where none are declared, files are found by what they hold."""
    return after is not None and (before is None or bool(set(before) - set(after)))


def _patterns(patterns: tuple[str, ...] | None) -> str:
    return "found by content" if patterns is None else _shown(", ".join(patterns) or "none")


def _edits(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Say what differs below each key: what the base has comes before what is new, and of the rest the number."""
    for key in sorted({*before, *after}):
        found = sorted(_leaves(key, before.get(key), after.get(key)), key=lambda leaf: leaf[1] is None)
        named = [f"{name} {_shown(old)} → {_shown(new)}" for name, old, new in found[:MOST_NAMED]]
        yield from named[:-1]
        yield from (f"{last}{_rest(len(found))}" for last in named[-1:])


def _rest(count: int) -> str:
    return f" and {count - MOST_NAMED} more there" if count > MOST_NAMED else ""


def _written(settings: Config) -> dict[str, Any]:
    """Write what is read from the base alone, without the providers that are filled in where a model names them."""
    policy = settings.policy.model_dump(mode="json")
    known = {name: ProviderEntry(**entry).model_dump(mode="json") for name, entry in KNOWN_PROVIDERS.items()}
    policy["telemetry"] = settings.telemetry.model_dump(mode="json")
    policy["taxonomy"] = settings.taxonomy.model_dump(mode="json")
    policy["providers"] = {name: entry for name, entry in policy["providers"].items() if entry != known.get(name)}
    return policy


def _leaves(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _leaves(f"{path}.{key}".lstrip("."), before.get(key), after.get(key))
    elif before != after:
        yield documents.printable(path, MAX_SHOWN_CHARS), before, after


def _shown(value: Any) -> str:
    return "none" if value is None else documents.printable(str(value), MAX_SHOWN_CHARS)
