"""A request's bytes and AWS's keys → the headers of its signature (version 4), made by botocore.

Reference: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html. The secret itself never travels. The
steps of botocore's signer are called one by one: as a whole it reads the clock and writes a session's token into logs.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
from dataclasses import dataclass

from llmgate.errors import NotEvaluated
from llmgate.providers.origin import Key

SERVICE = "bedrock"
ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credentials:
    """What botocore's signer reads of credentials."""

    access_key: str
    secret_key: str
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The keys of an account in one region. Each is bound to the origin that it signs for."""

    region: str
    key_id: Key
    secret: Key
    session: Key | None = None

    def headers(self, url: str, body: bytes, *, now: float) -> dict[str, str]:
        """Sign what is posted to `url` at `now`, in seconds since 1970.

        Raises:
            CallRefused: the keys belong to another origin.
        """
        from botocore.auth import SigV4Auth  # noqa: PLC0415 - of the extra `bedrock`, and 0.1 s
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - as above

        held = self.revealed(to=url)
        signer = SigV4Auth(held, SERVICE, self.region)
        moment = dt.datetime.fromtimestamp(now, tz=dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        session = {"x-amz-security-token": held.token} if held.token else {}
        headers = {"content-type": "application/json", "x-amz-date": moment, **session}
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        request.context["timestamp"] = moment
        signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        names = signer.signed_headers(signer.headers_to_sign(request))
        said = f"{ALGORITHM} Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signature}"
        return {**headers, "authorization": said}

    def revealed(self, *, to: str) -> _Credentials:
        """Show the keys to the origin that they belong to."""
        return _Credentials(
            access_key=self.key_id.reveal(to=to),
            secret_key=self.secret.reveal(to=to),
            token=None if self.session is None else self.session.reveal(to=to),
        )

    def secrets(self, *, to: str) -> list[str]:
        """List what must be redacted."""
        held = self.revealed(to=to)
        return [held.access_key, held.secret_key, *([held.token] if held.token else [])]


def see_that_it_can_sign() -> None:
    """Check that botocore is there, before anything is paid for.

    Raises:
        NotEvaluated: where it is not.
    """
    if importlib.util.find_spec("botocore") is None:
        raise NotEvaluated(
            "requests to Bedrock cannot be signed: botocore is not installed",
            id="extra-missing",
            remedy='Install it with the extra: `pip install "llmgate[bedrock]"`, or use a Bedrock API key without '
            "`signing`.",
        )
