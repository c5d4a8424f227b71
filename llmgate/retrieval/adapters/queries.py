"""Field names and wanted values of a pull request → parts of a query, every name and value quoted."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql

from llmgate.retrieval.adapters.options import Scalar


def value(path: str) -> sql.Composable:
    """A column as text, or for `column.key.key` what lies there in its JSON."""
    column, *inside = path.split(".")
    if not inside:
        return sql.SQL("{}::text").format(sql.Identifier(column))
    return sql.SQL("({}::jsonb #>> {}::text[])").format(sql.Identifier(column), sql.Literal(inside))


def where(wanted: Mapping[str, Scalar]) -> sql.Composable:
    """Equalities alone: a pull request writes values here, never SQL."""
    tests = [
        sql.SQL("{} = {}").format(value(path), sql.Literal(_text(scalar))) for path, scalar in sorted(wanted.items())
    ]
    return sql.SQL(" WHERE ") + sql.SQL(" AND ").join(tests) if tests else sql.SQL("")


def cut(path: str, limit: int) -> sql.Composable:
    """A value of at most `limit` characters; of a longer one, one character more than that."""
    return sql.SQL("left({}, {})").format(value(path), sql.Literal(limit + 1))


def _text(scalar: Scalar) -> str:
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)
