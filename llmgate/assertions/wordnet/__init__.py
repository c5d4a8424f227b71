"""`synonyms.json.gz` → the English words that share a meaning with a word, by Princeton's WordNet 3.0.

The file is made by `scripts/wordnet_synonyms.py`; `LICENSE` beside it is WordNet's. It is read when the first synonym
is asked for: that takes about 0.1 s, and 20 MB of memory.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

FILE = "synonyms.json.gz"

# The rules of detachment, https://wordnet.princeton.edu/documentation/morphy7wn.
_ENDINGS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "noun": (
        ("s", ""),
        ("ses", "s"),
        ("ves", "f"),
        ("xes", "x"),
        ("zes", "z"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("men", "man"),
        ("ies", "y"),
    ),
    "verb": (
        ("s", ""),
        ("ies", "y"),
        ("es", "e"),
        ("es", ""),
        ("ed", "e"),
        ("ed", ""),
        ("ing", "e"),
        ("ing", ""),
    ),
    "adj": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "adv": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartOfSpeech:
    """`synsets` has the synsets of each word, as text; `exceptions` the base forms of irregular ones, as text."""

    synsets: Mapping[str, Sequence[str]]
    exceptions: Mapping[str, str]
    endings: Sequence[tuple[str, str]]

    def names(self, word: str) -> Iterator[str]:
        for form in (word, *self._bases(word)):
            for synset in self.synsets.get(form, ()):
                yield from synset.split()

    def _bases(self, word: str) -> list[str]:
        if word in self.exceptions:
            return self.exceptions[word].split()
        return [word[: -len(old)] + new for old, new in self.endings if word.endswith(old)]


def synonyms(word: str) -> frozenset[str]:
    """Return the words of all synsets of a word in lower case, or of its base forms, in any part of speech.

    Only those in lower case that are one word: neither "Rome" nor "eternal city". A word or a base form of several
    words, which WordNet joins with `_`, has none.
    """
    return frozenset(name for part in _parts() for name in part.names(word) if name == name.lower())


@lru_cache(maxsize=1)
def _parts() -> tuple[_PartOfSpeech, ...]:
    packed = resources.files(__package__ or __name__).joinpath(FILE).read_bytes()
    parts = json.loads(gzip.decompress(packed))["parts"]
    return tuple(
        _PartOfSpeech(
            synsets=_by_word(parts[name]["synsets"]), exceptions=parts[name]["exceptions"], endings=_ENDINGS[name]
        )
        for name in _ENDINGS
    )


def _by_word(synsets: Sequence[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for synset in synsets:
        for word in synset.lower().split():
            found.setdefault(word, []).append(synset)
    return found
