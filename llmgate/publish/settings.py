"""A repository and a branch → what GitHub tells this token of their settings, by reading alone.

What is refused, or makes no sense, is told as not seen; after a refused token or a rate limit nothing more is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from github import Github
from github.GithubException import GithubException

from llmgate.doctor import Settings, Unseen
from llmgate.doctor.branch import SEEN_BY_ADMINISTRATORS
from llmgate.doctor.settings import (
    Actions,
    Answer,
    App,
    Branch,
    ForkRuns,
    OwnersErrors,
    Protection,
    Repository,
    Rule,
    Ruleset,
    TokenPermissions,
)
from llmgate.publish import failures
from llmgate.publish.patience import Patience

PER_PAGE = 100
MOST_PAGES = 10
MOST_RULESETS = 30
NOT_PROTECTED = "branch not protected"

_FORKS = "fork-pr-workflows-private-repos"
_VISIBLE = "see that the name is right, and use a token that may read the repository"

_Kind = TypeVar("_Kind", bound=Answer)
_Read = TypeVar("_Read")


class _Reader:
    """GETs, and what they did not show."""

    def __init__(self, github: Github, patience: Patience) -> None:
        self._requester = github.requester
        self._patience = patience
        self._over = False
        self.unseen: list[Unseen] = []

    def one(self, kind: type[_Kind], path: str, what: str, *, remedy: str = SEEN_BY_ADMINISTRATORS) -> _Kind | None:
        """Read one object; None where it was not seen."""
        return self._tried(lambda: kind.model_validate(self._answer(path)), what, remedy)

    def protection(self, path: str, what: str) -> Protection | None:
        """Read classic branch protection; "not protected" is an answer too, and an empty one."""

        def answer() -> Protection:
            try:
                found = Protection.model_validate(self._answer(path))
            except GithubException as failure:
                if failure.status == 404 and _says(failure, NOT_PROTECTED):
                    return Protection()
                raise
            if found.enforce_admins is None:
                raise RuntimeError("what every protection has is not there")
            return found

        return self._tried(answer, what, SEEN_BY_ADMINISTRATORS)

    def rules(self, path: str, what: str) -> tuple[Rule, ...] | None:
        """Read all pages of a branch's rules, or none."""
        return self._tried(lambda: tuple(self._pages(path)), what, "use a token that has `Metadata: read`")

    def _pages(self, path: str) -> Iterator[Rule]:
        for page in range(1, MOST_PAGES + 1):
            answer = self._answer(path, per_page=PER_PAGE, page=page)
            if not isinstance(answer, list):
                raise RuntimeError("the answer is no list")  # noqa: TRY004 - as PyGithub's of what it does not follow
            yield from map(Rule.model_validate, answer)
            if len(answer) < PER_PAGE:
                return
        raise RuntimeError("the pages do not end")

    def _answer(self, path: str, **parameters: int) -> Any:
        return self._patience.attempt(
            lambda: self._requester.requestJsonAndCheck("GET", path, parameters=dict(parameters))[1]
        )

    def _tried(self, call: Callable[[], _Read], what: str, remedy: str) -> _Read | None:
        if self._over:
            return None
        try:
            return call()
        except (GithubException, requests.RequestException, RuntimeError, ValueError) as failure:
            reason = _reason(failure)
            self._over = reason.over
            subject = "everything else on GitHub" if reason.over else what
            self.unseen.append(Unseen(what=subject, why=reason.why, remedy=reason.remedy or remedy))
            return None


def read(github: Github, *, repository: str, branch: str | None, sleep: Callable[[float], None]) -> Settings:
    """Ask for the settings of `branch`, or of the default branch, of `owner/name`; at most 20 s are waited in all."""
    reader = _Reader(github, Patience(sleep))
    known = reader.one(Repository, f"/repos/{repository}", f"the repository {repository}", remedy=_VISIBLE)
    if known is None:
        return Settings(repository=repository, branch=branch or "the default branch", unseen=tuple(reader.unseen))
    return _settings(reader, known, branch or known.default_branch)


def _settings(reader: _Reader, known: Repository, branch: str) -> Settings:
    here, quoted = f"/repos/{quote(known.full_name)}", quote(branch, safe="")
    at, actions = f"{here}/branches/{quoted}", f"{here}/actions/permissions"
    rules = reader.rules(f"{here}/rules/branches/{quoted}", f"the rules of {branch!r}")
    seen = reader.one(Branch, at, f"the branch {branch!r}", remedy="see that it is there")
    guarded = seen is None or seen.is_guarded
    found = Settings(
        repository=known.full_name,
        branch=branch,
        rules=rules,
        rulesets=_rulesets(reader, here, rules or ()),
        seen=seen,
        protection=reader.protection(f"{at}/protection", f"the protection of {branch!r}") if guarded else Protection(),
        token=reader.one(TokenPermissions, f"{actions}/workflow", "the default rights of a workflow's token"),
        actions=reader.one(Actions, actions, "whether GitHub Actions is switched on"),
        forks=reader.one(ForkRuns, f"{actions}/{_FORKS}", "what runs of forks are given") if known.private else None,
        owners=reader.one(OwnersErrors, f"{here}/codeowners/errors?ref={quoted}", "the errors of CODEOWNERS"),
        app=reader.one(App, "/apps/github-actions", "the number of the app GitHub Actions", remedy="run it again"),
    )
    return replace(found, unseen=tuple(reader.unseen))


def _rulesets(reader: _Reader, here: str, rules: tuple[Rule, ...]) -> dict[int, Ruleset]:
    """Read the rulesets that require something of the gate, for their names and for who may go past them."""
    decisive = {rule.ruleset_id for rule in rules if rule.type in {"required_status_checks", "workflows"}}
    found: dict[int, Ruleset] = {}
    for number in sorted(number for number in decisive if number is not None)[:MOST_RULESETS]:
        ruleset = reader.one(Ruleset, f"{here}/rulesets/{number}", f"the ruleset number {number}")
        if ruleset is not None:
            found[number] = ruleset
    return found


def _says(failure: GithubException, words: str) -> bool:
    return isinstance(failure.data, dict) and words in str(failure.data.get("message", "")).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why something was not seen, in our own words; `over` is whether to ask nothing more."""

    why: str
    remedy: str = ""
    over: bool = False


def _reason(failure: Exception) -> _Reason:
    if isinstance(failure, requests.RequestException):
        return _Reason(why="GitHub could not be reached", remedy="run it again", over=True)
    if not isinstance(failure, GithubException):
        return _Reason(why=f"GitHub's answer made no sense ({type(failure).__name__})", remedy="run it again")
    if failures.is_limit(failure):
        return _Reason(why=f"GitHub's rate limit is reached ({failure.status})", remedy="run it later", over=True)
    match failure.status:
        case 401:
            return _Reason(why="GitHub does not accept the token (401)", remedy="give a valid token", over=True)
        case 403 | 404 as status:
            return _Reason(why=f"GitHub shows it to others than this token ({status})")
        case status:
            return _Reason(why=f"GitHub answered with {status}", remedy="run it again")
