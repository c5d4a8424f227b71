"""The retrieval engines and stores that need the network or a process, within what a policy allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import JsonValue

from llmgate import documents, retrieval
from llmgate.config import HostEntry, Policy, RetrievalEntry
from llmgate.engine_options import CommandOptions, HttpOptions
from llmgate.errors import NotEvaluated, RenderError, UsageError
from llmgate.retrieval import Store
from llmgate.retrieval.chunk import Collection
from llmgate.retrieval.engine import Engine
from llmgate.retrieval.indexes import Indexes

if TYPE_CHECKING:
    from llmgate.cli.programs import Programs

DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"
_PORTS = {"https": 443, "http": 80, "postgresql": 5432, "postgres": 5432}


class Engines:
    """Makes engines; what they opened is closed with `stack`. `carried` tells programs which trace they are part of."""

    def __init__(
        self, stack: ExitStack, environment: Mapping[str, str], carried: Mapping[str, str] | None = None
    ) -> None:
        self._stack = stack
        self._environment = environment
        self._carried = carried or {}
        self._programs: Programs | None = None

    def __call__(self, policy: Policy, entry: RetrievalEntry, indexes: Indexes) -> Engine:
        if entry.engine == "http":
            return self._http(policy, entry)
        return self._command(policy, entry, indexes)

    def _http(self, policy: Policy, entry: RetrievalEntry) -> Engine:
        from llmgate.retrieval.http import Http  # noqa: PLC0415 - http clients are imported when something is sent

        name = HttpOptions.model_validate(entry.options).host
        if (host := policy.retrieval_hosts.get(name)) is None:
            known = ", ".join(sorted(policy.retrieval_hosts)) or "none"
            raise RenderError(
                f"the retrieval host {name!r} is not in policy.retrieval_hosts of the base",
                id="host-not-allowed",
                remedy=f"add it there first; a change cannot name hosts for itself; known: {known}",
            )
        if not host.path:
            raise RenderError(
                f"policy.retrieval_hosts.{name} of the base has no path: a search would reach anything on that host",
                id="host-not-allowed",
                remedy="give it the path of the search there, as in `path: /v1/search`",
            )
        made = Http(host.host + host.path, entry.options, secret(host, self._environment))
        self._stack.callback(made.close)
        return made

    def _command(self, policy: Policy, entry: RetrievalEntry, indexes: Indexes) -> Engine:
        from llmgate.cli.programs import Programs  # noqa: PLC0415 - as above
        from llmgate.retrieval.command import Command  # noqa: PLC0415 - as above

        options = CommandOptions.model_validate(entry.options)
        if options.command not in policy.commands:
            raise RenderError(
                f"the command {' '.join(options.command)[:120]!r} is not in policy.commands of the base",
                id="host-not-allowed",
                remedy="add it there first, word for word; a change cannot allow itself to run programs",
            )
        if self._programs is None:
            self._programs = Programs(self._stack)
        folder, launch = self._programs.room(indexes, (*entry.corpus, *options.files))
        path = self._environment.get("PATH", DEFAULT_PATH)
        return Command(entry.options, folder, launch, path=path, carried=self._carried)


def collection(
    policy: Policy,
    entry: RetrievalEntry,
    environment: Mapping[str, str],
    stores: Callable[[str], Store] = retrieval.store,
) -> Collection:
    """Read a store's index, at a host of the policy and with that host's key.

    Raises:
        UsageError: where the policy does not have the host.
        NotEvaluated: where its key is not set.
    """
    host = host_of(policy, str(entry.options.get("url", "")))
    named: dict[str, JsonValue] = {} if entry.index is None else {"index": entry.index}
    key = secret(host, environment)
    return stores(entry.engine).collection({**entry.options, **named}, key)


def host_of(policy: Policy, url: str) -> HostEntry:
    """Find the host of the policy that an address leads to.

    Raises:
        UsageError: where the policy does not have it, or a query could lead elsewhere, as `?host=` does for Postgres.
    """
    try:
        wanted = _place(url)
    except ValueError:
        wanted = None
    for host in policy.retrieval_hosts.values():
        if wanted is not None and _place(host.host) == wanted:
            return host
    raise UsageError(
        f"the store at {documents.quoted(wanted[0]) if wanted else 'such an address'} is not in policy.retrieval_hosts",
        id="host-not-allowed",
        remedy="give its address as `url`, without a query, and its host in policy.retrieval_hosts",
    )


def _place(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme)
    plain = parts.hostname and port and not parts.query and not parts.fragment
    return (parts.hostname or "", port or 0) if plain else None


def secret(host: HostEntry, environment: Mapping[str, str]) -> str | None:
    """Find the key of a host in the environment.

    Raises:
        NotEvaluated: where the policy names a variable that is not set.
    """
    if host.key is None:
        return None
    if not (value := environment.get(host.key)):
        raise NotEvaluated(
            f"{host.key} is not set: it has the key of {host.host}", id="key-missing", remedy="set it, as a secret"
        )
    return value
