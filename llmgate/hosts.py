"""A host as the policy writes it → the one origin that a key may go to, or the reason why it is none."""

from __future__ import annotations

import ipaddress
import re

MAX_PORT = 65_535
MAX_HOST_CHARS = 253
MAX_LABEL_CHARS = 63

# A host as it travels in a request: labels of letters, digits and hyphens (IDNA's xn-- form among them). One that ends
# in a number is read as an address by some programs, as 127.1 or 2130706433: https://url.spec.whatwg.org/#ends-in-a-number-checker
_HOST = re.compile(
    r"(?:(?P<scheme>[a-z]+)://)?(?P<name>\[[0-9a-f:.]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(?P<port>[1-9][0-9]{0,4}))?/?"
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def origin(host: str) -> str:
    """Check `host[:port]`; a full `http://` address is allowed for loopback only."""
    parts = _HOST.fullmatch(host)
    if parts is None or int(parts["port"] or 443) > MAX_PORT:
        raise ValueError(
            "expected a host name in lower case, with a port where it is not 443; a path belongs in `path`"
        )
    name, scheme = parts["name"], parts["scheme"] or "https"
    loopback = _is_loopback(name)
    if scheme not in ("http", "https"):
        raise ValueError(f"{scheme!r} is not https")
    if scheme == "http" and not loopback:
        raise ValueError("keys travel over https only; http is for loopback addresses")
    if not loopback and (name.startswith("[") or _NUMBER.fullmatch(name.rpartition(".")[2])):
        raise ValueError("an address is not a name that a certificate can vouch for; write the host's name")
    if not loopback and (len(name) > MAX_HOST_CHARS or not all(map(_is_label, name.split(".")))):
        raise ValueError(
            "not a host name: a label has 1 to 63 letters, digits and hyphens, and a letter or digit at each end"
        )
    return f"{scheme}://{name}" + (f":{parts['port']}" if parts["port"] else "")


def _is_label(label: str) -> bool:
    return len(label) <= MAX_LABEL_CHARS and not label.startswith("-") and not label.endswith("-")


def _is_loopback(name: str) -> bool:
    """Only the spellings that mean this machine to every program."""
    if name in ("localhost", "[::1]"):
        return True
    try:
        return ipaddress.IPv4Address(name).is_loopback
    except ValueError:
        return False
