"""Model output → SQL: why it is none in a dialect, and which tables and columns it reads and writes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from llmgate.assertions import judgement
from llmgate.errors import CannotJudge

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Expression
    from sqlglot.tokenizer_core import Token

MAX_SQL_CHARS = 20_000
EVERY_COLUMN = "(.*)"  # as node-sql-parser writes it
NOTHING = "null"


class Database(StrEnum):
    """promptfoo's `databaseType`."""

    ATHENA = "athena"
    BIGQUERY = "bigquery"
    DB2 = "db2"
    FLINKSQL = "flinksql"
    HIVE = "hive"
    MARIADB = "mariadb"
    MYSQL = "mysql"
    NOQL = "noql"
    POSTGRESQL = "postgresql"
    REDSHIFT = "redshift"
    SNOWFLAKE = "snowflake"
    SQLITE = "sqlite"
    TRANSACTSQL = "transactsql"


_DIALECTS: Final = {
    Database.DB2: "",
    Database.FLINKSQL: "",
    Database.MARIADB: "mysql",
    Database.NOQL: "",
    Database.POSTGRESQL: "postgres",
    Database.TRANSACTSQL: "tsql",
}
_OF_MYSQL: Final = frozenset({Database.MYSQL, Database.MARIADB})
_WITHOUT_ILIKE: Final = _OF_MYSQL | {Database.TRANSACTSQL, Database.SQLITE}
_AFTER_SELECT = """
    ALL DISTINCT DISTINCTROW HIGH_PRIORITY STRAIGHT_JOIN SQL_BIG_RESULT SQL_BUFFER_RESULT SQL_CACHE SQL_CALC_FOUND_ROWS
    SQL_NO_CACHE SQL_SMALL_RESULT
"""
_MODIFIERS: Final = frozenset(_AFTER_SELECT.split())
_NO_NAMES = "SELECT FROM WHERE INSERT UPDATE DELETE INTO VALUES SET JOIN ON AND OR NOT GROUP ORDER BY HAVING UNION"
_RESERVED: Final = frozenset(_NO_NAMES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Statements, or why the text is none. A reader of many dialects is lenient: not all that it passes would run."""

    flaw: str | None
    statements: Sequence[Expression] = ()

    @property
    def tables(self) -> list[str]:
        """What is done with which tables, as `select::database::table`."""
        return sorted({entry for statement in self.statements for entry in _tables(statement)})

    @property
    def columns(self) -> list[str]:
        """What is done with which columns, as `select::table::column`."""
        return sorted({entry for statement in self.statements for entry in _columns(statement)})


def read(sql: str, database: Database) -> Reading:
    """Read text as SQL of a dialect.

    Raises:
        CannotJudge: if sqlglot is not installed, or the text is too long or too deep.
    """
    if len(sql) > MAX_SQL_CHARS:
        raise CannotJudge(
            f"the SQL has {len(sql)} characters; at most {MAX_SQL_CHARS} are read",
            id="too-much-to-judge",
            remedy="limit the answer, for example with max_tokens",
        )
    try:
        import sqlglot  # noqa: PLC0415 - an extra
        from sqlglot.errors import SqlglotError  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise CannotJudge(
            "sqlglot is not installed", id="extra-missing", remedy='pip install "llmgate[metrics]"'
        ) from error
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # its warnings quote the output
    dialect = _DIALECTS.get(database, database.value)
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
        statements = [statement for statement in sqlglot.parse(sql, read=dialect) if statement is not None]
        return Reading(flaw=_flaw_of(tokens, statements, database), statements=statements)
    except SqlglotError as error:
        return Reading(flaw=f"not SQL for {database}: {str(error).partition('.')[0]}")
    except RecursionError as error:
        raise CannotJudge("the SQL is nested too deep", id="too-much-to-judge") from error


def _flaw_of(tokens: Sequence[Token], statements: Sequence[Expression], database: Database) -> str | None:
    if not statements:
        return "the SQL is empty"
    words = [token.text.upper() if token.token_type.name not in {"STRING", "IDENTIFIER"} else "" for token in tokens]
    for check in (_missing_comma, _foreign_words):
        if wrong := check(words, database):
            return wrong
    for statement in statements:
        if wrong := _flaw_of_statement(statement):
            return wrong
    return None


def _missing_comma(words: Sequence[str], _: Database) -> str | None:
    """As promptfoo has it: in `SELECT a b FROM`, a comma is more likely missing than `AS`."""
    for place, word in enumerate(words):
        if word != "SELECT":
            continue
        after = place + 1
        while after < len(words) and words[after] in _MODIFIERS:
            after += 1
        if words[after + 2 : after + 3] == ["FROM"] and all(map(_is_name, words[after : after + 2])):
            return f"a comma seems to be missing between {words[after].lower()} and {words[after + 1].lower()}"
    return None


def _is_name(word: str) -> bool:
    return word.isascii() and word.replace("_", "a").isalnum() and not word[0].isdigit()


def _foreign_words(words: Sequence[str], database: Database) -> str | None:
    """Tell the words of another dialect that the lenient reader lets pass."""
    if database in _WITHOUT_ILIKE and "ILIKE" in words:
        return f"{database} has no ILIKE"
    if database in _OF_MYSQL and "GENERATE_SERIES" in words:
        return f"{database} has no generate_series"
    if database not in _OF_MYSQL and "LOCK IN SHARE MODE" in " ".join(words):
        return f"{database} has no LOCK IN SHARE MODE"
    return None


def _flaw_of_statement(statement: Expression) -> str | None:
    from sqlglot import exp  # noqa: PLC0415 - an extra

    if isinstance(statement, exp.Command):
        return f"a statement that cannot be read: {judgement.quoted(str(statement.this))}"
    if isinstance(statement, (exp.Condition, exp.Alias, exp.Tuple)) and not isinstance(statement, exp.Query):
        return "no statement"
    for part in statement.walk():
        if wrong := _flaw_of_part(part):
            return wrong
    return None


def _flaw_of_part(part: Expression) -> str | None:
    from sqlglot import exp  # noqa: PLC0415 - an extra

    match part:
        case exp.Select() if not part.expressions and not part.args.get("from_"):
            return "SELECT of nothing"
        case exp.Update() if not part.expressions:
            return "UPDATE without SET"
        case exp.Delete() if not part.this:
            return "DELETE without FROM"
        case exp.Identifier() if not part.args.get("quoted") and str(part.this).upper() in _RESERVED:
            return f"{judgement.quoted(str(part.this))} is a reserved word"
        case _:
            return None


def _tables(statement: Expression) -> Iterator[str]:
    from sqlglot import exp  # noqa: PLC0415 - an extra

    for table in statement.find_all(exp.Table):
        if table.name:
            yield f"{_action_on(table)}::{table.db or NOTHING}::{table.name}"


def _action_on(table: Expression) -> str:
    """Tell what the statement does with a table: write it if it is its target, else read it."""
    from sqlglot import exp  # noqa: PLC0415 - an extra

    node = table.parent if isinstance(table.parent, exp.Schema) else table
    writer = node.parent
    match writer:
        case exp.Insert() | exp.Update() | exp.Delete() | exp.Merge() | exp.Create() | exp.Alter():
            return str(writer.key) if node.arg_key == "this" else "select"
        case exp.Drop():
            return "drop"
        case exp.TruncateTable():
            return "truncate"
        case _:
            return "select"


def _columns(statement: Expression) -> Iterator[str]:
    from sqlglot import exp  # noqa: PLC0415 - an extra

    meant: dict[str, set[str]] = {}
    for table in statement.find_all(exp.Table):
        if table.name:
            meant.setdefault(table.alias_or_name, set()).add(table.name)
    for part in statement.walk():
        match part:
            case exp.Column():
                for name in sorted(meant.get(part.table, {part.table or NOTHING})):
                    yield f"{_action_of(part)}::{name}::{EVERY_COLUMN if part.is_star else part.name}"
            case exp.Star() if isinstance(part.parent, exp.Select):
                yield f"select::{NOTHING}::{EVERY_COLUMN}"
            case exp.Insert():
                yield from _inserted(part)
            case exp.Delete():
                yield f"delete::{part.this.name}::{EVERY_COLUMN}"
            case _:
                pass


def _action_of(column: Expression) -> str:
    from sqlglot import exp  # noqa: PLC0415 - an extra

    setting = column.parent
    is_set = isinstance(setting, exp.EQ) and isinstance(setting.parent, exp.Update) and setting.this is column
    return "update" if is_set and setting is not None and setting.arg_key == "expressions" else "select"


def _inserted(insert: Expression) -> Iterator[str]:
    from sqlglot import exp  # noqa: PLC0415 - an extra

    into = insert.this
    if isinstance(into, exp.Schema):
        yield from (f"insert::{into.this.name}::{column.name}" for column in into.expressions)
    else:
        yield f"insert::{into.name}::{EVERY_COLUMN}"
