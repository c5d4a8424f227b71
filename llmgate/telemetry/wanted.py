"""`OTEL_*` variables → whether spans are exported, and where to; OpenTelemetry's SDK reads all others itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PROTOCOL = "http/protobuf"
_HEADERS = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Where spans go: the host, for people; `refused` says why they go nowhere."""

    host: str
    headers: Mapping[str, str]
    refused: str = ""


def export(environment: Mapping[str, str]) -> Export | None:
    """Tell where to; None where nobody asks for it: without an endpoint nothing leaves the machine."""
    endpoint = _first(environment, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if not endpoint or off or environment.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return None
    protocol = _first(environment, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL") or PROTOCOL
    host = _host(endpoint)
    refused = ""
    if protocol != PROTOCOL:
        refused = f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol[:40]!r}, and only {PROTOCOL} is spoken"
    elif not host:
        refused = "the endpoint is no address that begins with http:// or https://"
    return Export(host=host, headers=_headers(_first(environment, *_HEADERS)), refused=refused)


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
