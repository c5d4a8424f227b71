"""The engine `fts5`: SQLite's full-text search over the corpus, in memory."""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from llmgate.engine_options import Fts5Options
from llmgate.retrieval.engine import MAX_WORDS, Hit, Passage

_WORD = re.compile(r"\w+")
_SEARCH = """
SELECT id, document, text, ROUND(-bm25(passages), 6) AS score FROM passages
WHERE passages MATCH ? ORDER BY score DESC, id LIMIT ?
"""


class Fts5:
    """Finds the passages with any of the words, by SQLite's bm25()."""

    def __init__(self, passages: Iterable[Passage], options: Mapping[str, JsonValue]) -> None:
        chosen = Fts5Options.model_validate(dict(options))
        self._database = sqlite3.connect(":memory:")
        weakref.finalize(self, self._database.close)
        self._database.execute(
            "CREATE VIRTUAL TABLE passages USING fts5"
            f"(text, id UNINDEXED, document UNINDEXED, tokenize = '{_tokenizer(chosen)}')"
        )
        rows = ((passage.text, passage.id, passage.document) for passage in passages)
        self._database.executemany("INSERT INTO passages (text, id, document) VALUES (?, ?, ?)", rows)

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        wanted = expression(query)
        if not wanted:
            return ()
        rows = self._database.execute(_SEARCH, (wanted, k)).fetchall()
        return tuple(Hit(id=name, document=document, text=text, score=score) for name, document, text, score in rows)


def expression(query: str) -> str:
    """Write a question as a MATCH expression: any of its words, each quoted, so that none is an operator."""
    words = dict.fromkeys(word.casefold() for word in _WORD.findall(query))
    return " OR ".join(f'"{word}"' for word in list(words)[:MAX_WORDS])


def _tokenizer(options: Fts5Options) -> str:
    """Spell the tokenizer from a closed set of words: nothing of the configuration's text reaches SQL."""
    unicode = f"unicode61 remove_diacritics {options.remove_diacritics}"
    match options.tokenizer:
        case "unicode61":
            return unicode
        case "porter":
            return f"porter {unicode}"
        case "ascii":
            return "ascii"
        case "trigram":
            return "trigram"
