"""Addresses → origins, and keys that know the one origin they may travel to."""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import urlsplit

from llmgate.errors import CallRefused

DEFAULT_PORTS = {"https": 443, "http": 80}

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_PATH = re.compile(r"(/([A-Za-z0-9._~:-]|%[0-9A-F]{2})+)+")
_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|\[::1\]")


def of(address: str) -> str:
    """Return `scheme://host:port` of an http(s) address, in one spelling.

    Raises:
        CallRefused: the address is not plain: credentials, odd characters, another scheme, or http off loopback.
    """
    scheme, separator, rest = address.partition("://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    host, port = _host_and_port(authority)
    if not separator or scheme not in DEFAULT_PORTS or host is None:
        raise CallRefused("a provider's address is not a plain https origin", id="address-refused")
    port = DEFAULT_PORTS[scheme] if port is None else port
    if not 0 < port < 65_536:
        raise CallRefused("a provider's address has a port that does not exist", id="address-refused")
    if scheme == "http" and not _LOOPBACK.fullmatch(host):
        raise CallRefused(
            "a provider's address is plain http off this machine; keys and prompts travel over https",
            id="address-refused",
        )
    return f"{scheme}://{host}:{port}"


def path_below(base: str, own: str) -> str:
    """Put a server's base path before an API's own; a base that names a version replaces the API's.

    So `/api` and `/api/v1` both reach `/api/v1/chat/completions`, and `/v1beta/openai` reaches
    `/v1beta/openai/chat/completions`.
    """
    return base + (re.sub(r"^/v[0-9][^/]*", "", own) if re.search(r"/v[0-9]", base) else own)


def is_loopback(origin: str) -> bool:
    return bool(_LOOPBACK.fullmatch(origin.partition("://")[2].rpartition(":")[0]))


def address(origin: str, path: str) -> str:
    """Join an origin and a path of plain segments, so that the result cannot name another origin.

    Raises:
        CallRefused: either is not plain, or the joined address is of another origin.
    """
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise CallRefused("a provider's path is not plain", id="address-refused")
    joined = of(origin) + path
    parts = urlsplit(joined)
    if f"{parts.scheme}://{parts.netloc}" != of(origin) or parts.path != path:
        raise CallRefused("a provider's address is not what it seems", id="address-refused")
    return joined


def _host_and_port(authority: str) -> tuple[str | None, int | None]:
    match = re.fullmatch(r"(?P<host>[^\[\]:]+|\[[^\[\]]+\])(:(?P<port>[0-9]{1,5}))?", authority)
    if match is None or not _HOST.fullmatch(match["host"]):
        return None, None
    return match["host"], int(match["port"]) if match["port"] else None


class Key:
    """A provider's secret, bound to its origin. It shows itself to nobody else, and neither prints nor pickles."""

    __slots__ = ("__secret", "_origin")

    def __init__(self, secret: str, *, origin: str) -> None:
        self.__secret = secret
        self._origin = of(origin)

    def reveal(self, *, to: str) -> str:
        """Return the secret to the origin that it belongs to.

        Raises:
            CallRefused: `to` is another origin.
        """
        if of(to) != self._origin:
            raise CallRefused(
                "a key would have gone to a host that it does not belong to; nothing was sent", id="address-refused"
            )
        return self.__secret

    def __repr__(self) -> str:
        return f"Key(for {self._origin})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key is not copied or stored")
