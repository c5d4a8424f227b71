"""`prompts` of a provider or a test, `providers` of a test → which prompts are sent to which models.

https://www.promptfoo.dev/docs/configuration/reference/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from llmgate.capture.suites.case import Lost, Sender
from llmgate.capture.suites.part import Part
from llmgate.capture.suites.promptfoo.merging import Test
from llmgate.prompts import structured

MAX_PAIRS = 500
MAX_NAMED = 100

_NUMBERED = re.compile(r"~\d+\Z")


def of_providers(root: Part, senders: tuple[Sender, ...]) -> tuple[tuple[Sender, ...], tuple[Lost, ...]]:
    """Leave out the pairs that a provider's `prompts` does; a list that is not understood is lost and does none."""
    lost: list[Lost] = []
    allowed: dict[str, frozenset[str] | None] = {}
    for provider in (each for name in ("providers", "targets") for each in root.at(name).items()):
        entry, own = provider, provider.mapping.get("id")
        if len(provider.mapping) == 1 and own is None:
            own = next(iter(provider.mapping))
            entry = provider.at(own)
        name = provider.value if isinstance(provider.value, str) else entry.mapping.get("label") or own
        if isinstance(name, str):
            allowed[_plain(name)] = _only(entry.at("prompts"), senders, _prompts, lost, "of the provider")
    kept = [each for each in senders if (keys := allowed.get(_plain(each.provider))) is None or each.key in keys]
    return tuple(kept), tuple(lost)


def of_test(test: Test, senders: tuple[Sender, ...]) -> tuple[frozenset[str] | None, tuple[Lost, ...]]:
    """Name the senders of a test by their keys; None where they are all."""
    lost: list[Lost] = []
    found = [
        _only(part, senders, names, lost, "of the test")
        for part, names in ((test.prompts, _prompts), (test.providers, _provider))
        if part is not None
    ]
    some = [keys for keys in found if keys is not None]
    keys = frozenset.intersection(*some) if some else None
    if keys is not None and not keys:
        lost.append(test.part.lost("`prompts` and `providers` of the test: they leave no pair"))
        return None, tuple(lost)
    return keys, tuple(lost)


def _only(
    part: Part, senders: tuple[Sender, ...], names: Callable[[Sender], Iterable[str]], lost: list[Lost], whose: str
) -> frozenset[str] | None:
    """Return the keys of the senders that a list names; None where there is no list, or it names what is not known."""
    if not part.value:
        return None
    keys: set[str] = set()
    items = list(part.items())
    if len(senders) > MAX_PAIRS or len(items) > MAX_NAMED:
        lost.append(part.lost(f"`{part.pointer[-1]}` {whose}: more than {MAX_NAMED} names, or {MAX_PAIRS} pairs"))
        return None
    for item in items:
        wanted = _plain(item.value) if isinstance(item.value, str) else ""
        found = {each.key for each in senders if any(_matches(_plain(name), wanted) for name in names(each))}
        if not found:
            lost.append(part.lost(f"`{part.pointer[-1]}` {whose}: {str(item.value)[:80]!r} is none that is imported"))
            return None
        keys |= found
    return frozenset(keys)


def _prompts(sender: Sender) -> tuple[str, ...]:
    name = sender.prompt.partition("#")[2]
    return (name,) if sender.inline is None else (name, sender.inline)


def _provider(sender: Sender) -> tuple[str, ...]:
    return (sender.provider,)


def _matches(name: str, wanted: str) -> bool:
    """Match as promptfoo does: the very name, the group in front of a colon, or all that begins so."""
    if not wanted or not name:
        return False
    return name == wanted or name.startswith(f"{wanted}:") or (wanted[-1] == "*" and name.startswith(wanted[:-1]))


@lru_cache(maxsize=4 * MAX_PAIRS)
def _plain(name: str) -> str:
    """Write a name as those of prompts are written, without the number that tells equal ones apart."""
    return _NUMBERED.sub("", next(structured.named([name]))) if name else ""
