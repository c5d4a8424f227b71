"""`is-sql`: the output as a whole is SQL, of tables and columns that are allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from llmgate.assertions import fields, judgement, patterns, sql_text
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.sql_text import Database
from llmgate.assertions.subject import Subject


def _as_written(value: Any) -> Any:
    """Accept any case, and promptfoo's `Snowflake(alpha)`."""
    return value.lower().removesuffix("(alpha)") if isinstance(value, str) else value


def _pattern(value: str) -> str:
    if fault := patterns.fault(value):
        raise ValueError(fault)
    return value


Authorities = fields.Some[Annotated[fields.Text, AfterValidator(_pattern)]]


class SqlRules(BaseModel):
    """The dialect, and what the SQL may touch."""

    model_config = fields.STRICT

    database_type: Annotated[Database, BeforeValidator(_as_written)] = Field(
        default=Database.MYSQL, alias="databaseType", description="The dialect."
    )
    allowed_tables: Authorities | None = Field(
        default=None, alias="allowedTables", description="Regular expressions of `action::database::table`."
    )
    allowed_columns: Authorities | None = Field(
        default=None, alias="allowedColumns", description="Regular expressions of `action::table::column`."
    )

    def breach(self, sql: str) -> str | None:
        """Tell why the text is not SQL that these rules allow, or None."""
        reading = sql_text.read(sql, self.database_type)
        if reading.flaw:
            return reading.flaw
        if self.allowed_tables is not None and (outside := _outside(reading.tables, self.allowed_tables)):
            return f"not among allowedTables: {judgement.listed(outside)}"
        if self.allowed_columns is not None and (outside := _outside(reading.columns, _widened(self.allowed_columns))):
            return f"not among allowedColumns: {judgement.listed(outside)}"
        return None


class IsSql(BaseModel):
    """The output as a whole is SQL of a dialect and, where `value` says so, touches only what is allowed.

        {type: is-sql, value: {databaseType: PostgreSQL, allowedTables: ["select::null::(users|orders)"]}}

    `value` has promptfoo's keys. `databaseType` is `MySQL` (the default), `MariaDB`, `PostgreSQL`, `Sqlite`,
    `TransactSQL`, `BigQuery`, `Snowflake`, `Redshift`, `Athena`, `Hive`, or `DB2`, `FlinkSQL` and `Noql`, which are
    read as plain SQL. `allowedTables` are regular expressions (RE2's) of `{action}::{database or null}::{table}`,
    `allowedColumns` of `{action}::{table or null}::{column}`; the action is `select`, `insert`, `update`, `delete`,
    `create`, `drop`, `alter` or `truncate`. `SELECT *`, `DELETE` and an `INSERT` without columns touch the column
    `(.*)`, which `.*` matches. An allowed column of a table is allowed without the table's name, too. As in
    promptfoo, a name that `WITH` gives is a table, too. Case is ignored.

    An empty output is not SQL, neither is `SELECT a b FROM t` (a comma is missing) or a word that is reserved as
    the name of a table. Deviations: the reader is sqlglot, which lets pass some statements that node-sql-parser
    refuses and the other way round; all statements of an output are held against the lists, in promptfoo only the
    last; `CALL`, `REPLACE` and other statements that sqlglot cannot read fail. SQL
    of more than 20,000 characters, or nested deeper than about 30 levels, cannot be judged.
    Needs the extra `metrics`: `pip install "llmgate[metrics]"`; without it the assertion cannot judge.
    """

    model_config = fields.STRICT

    value: SqlRules | None = Field(
        default=None, description="`{databaseType, allowedTables, allowedColumns}`, each optional."
    )

    def grade(self, subject: Subject) -> Judgement:
        rules = self.value or SqlRules()
        breach = rules.breach(subject.output)
        return judgement.verdict(breach is None, breach or f"the output is SQL for {rules.database_type}")


def _outside(entries: Iterable[str], allowed: Sequence[str]) -> list[str]:
    return [entry for entry in entries if not any(patterns.found(rf"(?i)\A(?:{one})\z", entry) for one in allowed)]


def _widened(allowed: Sequence[str]) -> list[str]:
    """Add, for each column of a table, that column with no table named."""
    parts = [one.split("::") for one in allowed]
    return [*allowed, *(f"{part[0]}::null::{part[2]}" for part in parts if len(part) == 3)]
