"""What GitHub or the network refused → one sentence of ours with the next action; never their words."""

import requests
from github.GithubException import GithubException

from llmgate.errors import LlmgateError, PublishError

_INSTEAD = "the report is in the summary of the job"


def is_limit(failure: GithubException) -> bool:
    """Whether a 403 or 429 means "later", not "no"."""
    message = _message(failure)
    return failure.status == 429 or (
        failure.status == 403 and ("rate limit" in message or "abuse" in message or "retry-after" in _headers(failure))
    )


def is_locked(failure: GithubException) -> bool:
    return failure.status == 403 and "locked" in _message(failure)


def retry_after(failure: GithubException) -> float | None:
    """The seconds that GitHub asks for; None where it does not say, or says nonsense."""
    value = _headers(failure).get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def wrapped(failure: Exception) -> PublishError:
    if isinstance(failure, PublishError):
        return failure
    if isinstance(failure, GithubException):
        words, remedy = _refusal(failure)
    elif isinstance(failure, requests.RequestException):
        words, remedy = "GitHub could not be reached", "run the job again if the comment matters"
    else:
        words, remedy = f"GitHub's answer made no sense ({type(failure).__name__})", "run the job again"
    error = PublishError(f"no comment: {words}; {_INSTEAD}", id="not-published", remedy=remedy)
    error.__cause__ = failure
    return error


def unanswered(failure: Exception) -> str:
    """Say why a question to GitHub has no answer."""
    if isinstance(failure, GithubException) and is_limit(failure):
        return f"GitHub's rate limit is reached ({failure.status}); run the job again later"
    if isinstance(failure, GithubException):
        return f"GitHub answered with {failure.status}; the token needs `contents: read` and `pull-requests: read`"
    if isinstance(failure, requests.RequestException):
        return "GitHub could not be reached; run the job again"
    return f"GitHub's answer made no sense ({type(failure).__name__})"


def kind(failure: Exception) -> str:
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return failure.message if isinstance(failure, LlmgateError) else type(failure).__name__


def _refusal(failure: GithubException) -> tuple[str, str]:
    status = failure.status
    if is_limit(failure):
        return f"GitHub's rate limit is reached ({status})", "run the job again later if the comment matters"
    if is_locked(failure):
        return "the conversation of the pull request is locked (403)", "unlock it, or read the summary"
    return {
        401: ("GitHub does not accept the token (401)", "pass the job's token"),
        403: (
            "the token may not comment (403)",
            "give the job `pull-requests: write`; pull requests from forks have a read-only token",
        ),
        404: ("GitHub shows no such pull request to this token (404)", "give the job `pull-requests: write`"),
        410: ("comments are switched off here (410)", "read the summary"),
        422: ("GitHub did not accept the text (422)", "please report this with the JSON report"),
    }.get(status, (f"GitHub answered with {status}", "run the job again if the comment matters"))


def _message(failure: GithubException) -> str:
    data = failure.data
    return str(data.get("message", "")).lower() if isinstance(data, dict) else ""


def _headers(failure: GithubException) -> dict[str, str]:
    return {str(name).lower(): str(value).strip() for name, value in (failure.headers or {}).items()}
