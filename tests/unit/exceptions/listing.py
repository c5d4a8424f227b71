"""Files of exceptions for the tests, on the day that the fakes of the gate are on."""

import datetime as dt

from llmgate import config
from llmgate.exceptions import reading

TODAY = dt.date(2026, 11, 22)
SOON = "2026-12-31"
REQUEST = "sha256:" + "a" * 64


def accepted(name="a", *, reason="meant so", by="ana", expires=SOON, request=REQUEST):
    return f'  - {{fixture: {name}, reason: "{reason}", by: "{by}", expires: {expires}, request: "{request}"}}\n'


def quarantined(name="a", *, reason="flaky", owner="team-a", expires=SOON):
    return f'  - {{fixture: {name}, reason: "{reason}", owner: "{owner}", expires: {expires}}}\n'


def text(*, accepted=(), quarantined=()):
    parts = [("accepted", accepted), ("quarantined", quarantined)]
    return "version: 1\n" + "".join(f"{key}:\n{''.join(lines)}" for key, lines in parts if lines)


def read(written):
    return reading.of({config.EXCEPTIONS: written.encode()}.get)
