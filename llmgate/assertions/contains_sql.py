"""`contains-sql`: the output is SQL, or has SQL in a code fence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement, sql_text
from llmgate.assertions.is_sql import SqlRules
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge

_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*(.*)")
_LANGUAGES = frozenset({"", "sql"})


class ContainsSql(BaseModel):
    """A code fence in the output is SQL or, if there is no fence, the output as a whole is.

        {type: contains-sql, value: {databaseType: Sqlite}}

    A fence without a language, or of the language `sql`, counts; one that is SQL as `value` asks is enough. `value`
    is as for `is-sql`. Fences of more than 20,000 characters together cannot be judged.
    Needs the extra `metrics`: `pip install "llmgate[metrics]"`; without it the assertion cannot judge.
    """

    model_config = fields.STRICT

    value: SqlRules | None = Field(
        default=None, description="`{databaseType, allowedTables, allowedColumns}`, each optional."
    )

    def grade(self, subject: Subject) -> Judgement:
        fenced = list(_fenced(subject.output))
        length = sum(map(len, fenced))
        if length > sql_text.MAX_SQL_CHARS:
            raise CannotJudge(
                f"the code fences have {length} characters; at most {sql_text.MAX_SQL_CHARS} are read",
                id="too-much-to-judge",
            )
        rules, breach = self.value or SqlRules(), "the output has no SQL in it"
        for sql in filter(str.strip, fenced or [subject.output]):
            found = rules.breach(sql)
            if found is None:
                return judgement.verdict(passed=True, reason=f"the output has SQL for {rules.database_type} in it")
            breach = found
        return judgement.verdict(passed=False, reason=breach)


def _fenced(text: str) -> Iterator[str]:
    """Yield what stands in closed fences; a fence ends with at least as many of the characters that it began with."""
    opened: tuple[str, str] | None = None
    body: list[str] = []
    for line in text.splitlines():
        fence = _FENCE.fullmatch(line)
        if opened is None:
            if fence:
                opened, body = (fence[1], fence[2].strip().lower()), []
        elif fence and not fence[2].strip() and fence[1].startswith(opened[0]):
            if opened[1] in _LANGUAGES:
                yield "\n".join(body)
            opened = None
        else:
            body.append(line)
