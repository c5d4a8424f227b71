"""A name in PostgreSQL → the tables behind it, and what the catalogue tells of their vectors and indexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from pydantic import JsonValue

from llmgate.errors import NotEvaluated

MAX_TABLES = 100

# A view is a rule that depends on the relations that it reads; what is not a view holds rows itself.
_BEHIND = """
WITH RECURSIVE behind (oid) AS (
  SELECT %(oid)s::oid
  UNION
  SELECT d.refobjid
  FROM behind JOIN pg_class v ON v.oid = behind.oid AND v.relkind = 'v'
  JOIN pg_rewrite r ON r.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
)
SELECT c.oid, format('%%I.%%I', n.nspname, c.relname)
FROM behind JOIN pg_class c ON c.oid = behind.oid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') ORDER BY 2 LIMIT %(limit)s
"""
_VECTORS = """
SELECT c.oid::regclass::text || '.' || quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.atttypmod
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE c.oid = ANY (%(oids)s) AND t.typname IN ('vector', 'halfvec', 'sparsevec') AND NOT a.attisdropped ORDER BY 1
"""
_INDEXES = """
SELECT i.relname, m.amname, o.opcname, coalesce(i.reloptions, '{}'), p.indexdef
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
JOIN pg_indexes p ON p.schemaname = n.nspname AND p.indexname = i.relname
JOIN pg_am m ON m.oid = i.relam JOIN pg_opclass o ON o.oid = x.indclass[0]
WHERE x.indrelid = ANY (%(oids)s) AND m.amname IN ('hnsw', 'ivfflat') ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a name means: `source` is read, `tables` (as PostgreSQL quotes them) hold its rows."""

    source: sql.Identifier
    tables: tuple[str, ...]
    oids: tuple[int, ...]


def relation(connection: Connection[Any], name: str, schema: str | None) -> Relation:
    """Find a table or view, on the search path if no schema is given, and the tables behind it.

    Raises:
        NotEvaluated: there is none, or too many tables are behind it.
    """
    written = sql.Identifier(*filter(None, [schema, name]))
    (oid,) = connection.execute("SELECT to_regclass(%s)::oid", [written.as_string(connection)]).fetchone() or (None,)
    if oid is None:
        raise NotEvaluated(
            f"there is no table or view {written.as_string(connection)}",
            id="no-such-index",
            remedy="Check options.index and options.schema, and that the user may use the schema.",
        )
    found = connection.execute(_BEHIND, {"oid": oid, "limit": MAX_TABLES + 1}).fetchall()
    if not 0 < len(found) <= MAX_TABLES:
        raise NotEvaluated(
            f"{len(found) or 'no'} tables are behind {written.as_string(connection)}; 1 to {MAX_TABLES} can be read",
            id="no-such-index",
            remedy="Name the table itself in options.index.",
        )
    return Relation(source=written, tables=tuple(row[1] for row in found), oids=tuple(row[0] for row in found))


def settings(connection: Connection[Any], found: Relation) -> dict[str, JsonValue]:
    """Read vector columns and approximate indexes; `dimension` and `metric` where there is one answer."""
    oids = {"oids": list(found.oids)}
    columns = connection.execute(_VECTORS, oids).fetchall()
    indexes: list[dict[str, JsonValue]] = [_index(*row) for row in connection.execute(_INDEXES, oids).fetchall()]
    told: dict[str, JsonValue] = {"columns": {name: kind for name, kind, _ in columns}, "indexes": [*indexes]}
    told |= _only("dimension", (size for _, _, size in columns if size > 0))
    return told | _only("metric", (index["metric"] for index in indexes))


def _index(name: str, method: str, operators: str, parameters: list[str], definition: str) -> dict[str, JsonValue]:
    """`operators` is a class such as `vector_cosine_ops`, whose middle names the metric."""
    pairs: dict[str, JsonValue] = {key: value for key, _, value in (pair.partition("=") for pair in parameters)}
    metric = operators.partition("_")[2].removesuffix("_ops")
    return {"name": name, "method": method, "metric": metric, "definition": definition, **pairs}


def _only(name: str, values: Iterator[JsonValue]) -> dict[str, JsonValue]:
    different = {str(value): value for value in values}
    return {name: next(iter(different.values()))} if len(different) == 1 else {}
