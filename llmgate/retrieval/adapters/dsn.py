"""PostgreSQL's address as llmgate.yaml writes it → the same, checked, and how the connection is secured."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from llmgate import hosts

_ADDRESS = re.compile(r"postgres(?:ql)?://[^/?#@:]+@[^/?#@]+/[^/?#]+")


def checked(url: str) -> str:
    """Allow one host, a user and a database; parameters could undo what is set for the connection.

    Raises:
        ValueError: there is more, or less.
    """
    if not _ADDRESS.fullmatch(url):
        raise ValueError("expected postgresql://user@host:port/database; the password is the key, not a part of it")
    if not _is_loopback(url):
        hosts.origin(server(url))
    return url


def server(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def tls(url: str) -> str:
    """Off this machine a certificate has to vouch for the host, before a password or a text travels."""
    return "prefer" if _is_loopback(url) else "verify-full"


def _is_loopback(url: str) -> bool:
    try:
        return hosts.origin(f"http://{server(url)}").startswith("http:")
    except ValueError:
        return False
