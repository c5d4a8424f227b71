"""Two revisions → what a change does to later gates beside its fixtures: code that grades, policy, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from llmgate import config, documents
from llmgate.calibration import SUFFIX
from llmgate.config import KNOWN_PROVIDERS, Config, ProviderEntry
from llmgate.verdict import Finding, Severity

RULE = "policy"
MOST_NAMED = 4
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
    edits = [
        f"{name} {_shown(before)} → {_shown(after)}"
        for name, before, after in _leaves("", _written(base), _written(head))
    ]
    judge = base.policy.judge
    labels = judge.calibration if judge else None
    if labels and {labels, labels + SUFFIX} & differing:
        edits.append(f"the labels of the judge in {labels}")
    if not edits:
        return
    rest = f", and {len(edits) - MOST_NAMED} more" if len(edits) > MOST_NAMED else ""
    yield Finding(
        rule=RULE,
        severity=Severity.WARN,
        message=f"the change edits what decides: {', '.join(edits[:MOST_NAMED])}{rest}; the base's judged this change",
        remedy="see that who owns the policy approves it: it holds from the next change on",
        file=config.PATH,
    )


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
