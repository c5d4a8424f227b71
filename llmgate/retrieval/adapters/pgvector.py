"""A table or view of PostgreSQL with pgvector → its chunks, through a cursor in one read-only snapshot."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import certifi
import psycopg
from psycopg import sql
from pydantic import AfterValidator, Field, JsonValue

from llmgate.documents import printable
from llmgate.errors import NotEvaluated
from llmgate.redaction import Redactor
from llmgate.retrieval.adapters import catalogue, dsn, queries, reading
from llmgate.retrieval.adapters.deadline import within
from llmgate.retrieval.adapters.options import FieldPath, Scalar, StoreOptions, checked
from llmgate.retrieval.chunk import Chunk, Collection

ENGINE = "pgvector"
CONNECT_S = 10
MAX_SAID_CHARS = 300


class PgvectorOptions(StoreOptions):
    """`index` is a table or a view; the first word of a field is a column, what follows a dot is inside its JSON."""

    url: Annotated[str, AfterValidator(dsn.checked)]
    namespace: str | None = Field(default=None, min_length=1, max_length=63, alias="schema")
    id: FieldPath = "id"
    text: FieldPath = "content"
    document: FieldPath | None = "metadata.source"
    where: dict[FieldPath, Scalar] = Field(default_factory=dict)


def collection(options: Mapping[str, JsonValue], key: str | None) -> Collection:
    """Find the tables behind the name and read what the catalogue tells of them; rows are read when `chunks` is.

    Raises:
        UsageError: the options cannot be used.
        NotEvaluated: the server does not answer, or refuses. `chunks` raises it too.
    """
    asked = checked(PgvectorOptions, options, ENGINE)
    with _session(asked, key) as connection:
        relation = within(asked.timeout_s, lambda: catalogue.relation(connection, asked.index, asked.namespace))
        settings = within(asked.timeout_s, lambda: catalogue.settings(connection, relation))
    return Collection(
        name=",".join(relation.tables), asked=asked.index, settings=settings, chunks=_chunks(asked, key, relation)
    )


@contextlib.contextmanager
def _session(asked: PgvectorOptions, key: str | None) -> Iterator[psycopg.Connection[Any]]:
    """Open one read-only snapshot; foreign exceptions end here, and what they say is redacted."""
    place = f"{ENGINE} at {dsn.server(asked.url)}"
    try:
        with contextlib.closing(within(CONNECT_S + asked.timeout_s, lambda: _connection(asked, key))) as connection:
            yield connection
    except (TimeoutError, psycopg.errors.QueryCanceled):
        raise NotEvaluated(
            f"{place}: no answer within {asked.timeout_s:g} s",
            id="store-failed",
            remedy="Check that the server is well, or raise options.timeout_s.",
        ) from None
    except (psycopg.Error, UnicodeError) as error:
        said = Redactor([key] if key else []).text(" ".join(str(error).split()))
        raise NotEvaluated(f"{place}: {printable(said, MAX_SAID_CHARS)}", id="store-failed", remedy=_REMEDY) from None


_REMEDY = (
    "Check options.url, the key (the user's password), that the user may SELECT from the index, and that the columns "
    "which options.id, options.text, options.document and options.where name are there."
)


def _connection(asked: PgvectorOptions, key: str | None) -> psycopg.Connection[Any]:
    parts = urlsplit(asked.url)
    limit_ms = int(asked.timeout_s * 1000)
    connection = psycopg.connect(
        host=parts.hostname,
        port=parts.port or 5432,
        user=unquote(parts.username or ""),
        dbname=unquote(parts.path.removeprefix("/")),
        password=key or "",
        passfile="/dev/null/none",  # the user's own file of passwords is not read
        sslmode=dsn.tls(asked.url),
        sslrootcert=asked.ca or certifi.where(),
        gssencmode="disable",
        connect_timeout=CONNECT_S,
        client_encoding="utf8",
        application_name="llmgate",
        options=f"-c default_transaction_read_only=on -c statement_timeout={limit_ms} -c lock_timeout={limit_ms}",
    )
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _chunks(asked: PgvectorOptions, key: str | None, relation: catalogue.Relation) -> Iterator[Chunk]:
    rows = sql.SQL(" FROM {}{}").format(relation.source, queries.where(asked.where))
    with _session(asked, key) as connection:
        count = sql.SQL("SELECT count(*)") + rows
        (told,) = within(asked.timeout_s, lambda: connection.execute(count).fetchone()) or (0,)
        found = (reading.chunk(point, payload, asked) for point, payload in _rows(connection, asked, rows))
        yield from reading.counted(found, told, f"{ENGINE}: the index {asked.index!r}")


def _rows(
    connection: psycopg.Connection[Any], asked: PgvectorOptions, rows: sql.Composed
) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """Page through a cursor on the server; it ends with its connection, since a server that hangs closes none.

    Longer values than are read come cut, one character too long.
    """
    wanted = {asked.id: reading.MAX_ID_CHARS, asked.content: reading.MAX_TEXT_CHARS}
    if asked.document is not None and asked.document not in wanted:
        wanted[asked.document] = reading.MAX_ID_CHARS
    values = sql.SQL(", ").join(queries.cut(path, limit) for path, limit in wanted.items())
    declare = sql.SQL("DECLARE llmgate NO SCROLL CURSOR FOR SELECT ") + values + rows
    fetch = sql.SQL("FETCH FORWARD {} FROM llmgate").format(sql.Literal(asked.page))
    within(asked.timeout_s, lambda: connection.execute(declare))
    while page := within(asked.timeout_s, lambda: connection.execute(fetch).fetchall()):
        for row in page:
            payload: dict[str, JsonValue] = dict(zip(wanted, row, strict=True))
            yield str(payload[asked.id] or ""), payload
