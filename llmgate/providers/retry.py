"""What came of one attempt → whether to try again, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from llmgate.catalogue import Id
from llmgate.providers.pace import Jitter

MAX_ATTEMPTS = 4
BACKOFF_S = 0.5
MAX_BACKOFF_S = 20.0
MAX_RETRY_AFTER_S = 60.0
TRANSIENT_STATUSES = frozenset({408, 409, 425, 429})

_IDS: Mapping[int, Id] = {
    401: "key-refused",
    403: "key-refused",
    404: "model-not-found",
    410: "model-not-found",
    429: "rate-limited",
}
_IDS_OF_HUNDREDS: Mapping[int, Id] = {2: "answer-unreadable", 3: "redirected", 5: "provider-error"}
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_TOO_MANY_DIGITS = re.compile(r"[0-9]{13,}(\.[0-9]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A provider's JSON, with the seconds that its attempt took and the number of that attempt.

    An answer that was passed on as it came has null for its JSON.
    """

    body: JsonValue
    latency_s: float
    headers: Mapping[str, str]
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """One failed attempt: what to say of it, and whether another one makes sense.

    None does where a part of its answer is `passed_on` already; it is lost all the same, and may have been billed.
    """

    message: str
    transient: bool
    passed_on: bool = False
    status: int | None = None
    retry_after_s: float | None = None

    @property
    def id(self) -> Id:
        """What kind of failure it is, by the status that came, if one came."""
        if self.status is None:
            return "provider-unreachable"
        return _IDS.get(self.status) or _IDS_OF_HUNDREDS.get(self.status // 100, "request-refused")


def is_transient(status: int) -> bool:
    return status in TRANSIENT_STATUSES or 500 <= status < 600


def wait_s(attempt: int, asked_s: float | None, jitter: Jitter) -> float:
    """Seconds before attempt `attempt + 1`: exponential backoff with full jitter, after what the provider asked for.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    backoff = jitter.random() * min(MAX_BACKOFF_S, BACKOFF_S * 2.0 ** (attempt - 1))
    return min(asked_s or 0.0, MAX_RETRY_AFTER_S) + backoff


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After` as seconds ≥ 0, from a number or a date; None where it is absent or nonsense.

    A date is compared with the response's own `Date`, never with this machine's clock.
    """
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    if _TOO_MANY_DIGITS.fullmatch(text):
        return float("inf")
    try:
        then, now = parsedate_to_datetime(text), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
