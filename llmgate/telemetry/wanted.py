"""`OTEL_*` variables → whether spans and evaluations are exported, and where to; the SDK reads all others itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PROTOCOL = "http/protobuf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Where a signal goes: the host, for people; `refused` says why it goes nowhere."""

    host: str
    headers: Mapping[str, str]
    refused: str = ""


def export(environment: Mapping[str, str]) -> Export | None:
    """Tell where spans go; None where nobody asks for it: without an endpoint nothing leaves the machine."""
    return _export(environment, "TRACES")


def events(environment: Mapping[str, str]) -> Export | None:
    """Tell where events go as log records; None where nobody asks for logs: few backends for traces take them."""
    asked = environment.get("OTEL_LOGS_EXPORTER", "").strip().lower() == "otlp"
    if not asked and not _first(environment, "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"):
        return None
    return _export(environment, "LOGS")


def _export(environment: Mapping[str, str], signal: str) -> Export | None:
    endpoint = _setting(environment, signal, "ENDPOINT")
    off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if not endpoint or off or environment.get(f"OTEL_{signal}_EXPORTER", "").strip().lower() == "none":
        return None
    protocol = _setting(environment, signal, "PROTOCOL") or PROTOCOL
    host = _host(endpoint)
    refused = ""
    if protocol != PROTOCOL:
        refused = f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol[:40]!r}, and only {PROTOCOL} is spoken"
    elif not host:
        refused = "the endpoint is no address that begins with http:// or https://"
    return Export(host=host, headers=_headers(_setting(environment, signal, "HEADERS")), refused=refused)


def _setting(environment: Mapping[str, str], signal: str, name: str) -> str:
    """Read a variable of the signal, else the one of all signals."""
    return _first(environment, f"OTEL_EXPORTER_OTLP_{signal}_{name}", f"OTEL_EXPORTER_OTLP_{name}")


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((value for name in names if (value := environment.get(name, "").strip())), "")


def _host(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return f"{host}:{port}" if port else host


def _headers(text: str) -> dict[str, str]:
    """Read `name=value,name=value`; values are percent-encoded, or as they stand."""
    pairs = (entry.partition("=") for entry in text.split(","))
    return {unquote(name).strip().lower(): unquote(value).strip() for name, sign, value in pairs if sign and name}
