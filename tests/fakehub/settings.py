"""The settings of the fake GitHub's repository, as an administrator's token and as others see them."""

from dataclasses import dataclass, field
from urllib.parse import unquote

ACTIONS_APP = 15_368
NOT_SHOWN = "Resource not accessible by integration"
SHOWN_TO_ALL = ("enabled", "required_status_checks")


@dataclass(slots=True, kw_only=True)
class Settings:
    """What somebody has set. `protection` is that of classic branch protection, of the default branch alone."""

    private: bool = False
    default_branch: str = "main"
    rules: list[dict] = field(default_factory=list)
    rulesets: dict[int, dict] = field(default_factory=dict)
    protection: dict | None = None
    token: dict = field(default_factory=dict)
    actions: bool = True
    forks: dict = field(default_factory=dict)
    owners_errors: list[dict] = field(default_factory=list)

    def require(self, kind, parameters=None, *, ruleset=1, source="acme/shop"):
        """Add an active rule of a ruleset to the default branch."""
        self.rulesets.setdefault(ruleset, {"name": f"ruleset {ruleset}", "source": source, "bypass_actors": []})
        rule = {"type": kind, "ruleset_id": ruleset, "ruleset_source": source}
        rule["ruleset_source_type"] = "Repository" if "/" in source else "Organization"
        self.rules.append(rule | ({"parameters": parameters} if parameters else {}))

    def repository(self, sample, name):
        return sample | {
            "id": 1,
            "full_name": name,
            "name": name.partition("/")[2],
            "default_branch": self.default_branch,
            "private": self.private,
        }

    def branch(self, sample, name):
        """Show a branch: of its protection each reader sees the checks, and no more."""
        protection = self._protection(name)
        shown = {key: value for key, value in (protection or {}).items() if key in SHOWN_TO_ALL}
        if shown.get("required_status_checks"):
            checks = {key: value for key, value in shown["required_status_checks"].items() if key != "strict"}
            shown["required_status_checks"] = checks
        named = {"name": unquote(name), "protected": bool(protection or self.rules)}
        return sample | named | {"protection": {"enabled": protection is not None} | shown}

    def protected(self, name):
        return self._protection(name)

    def listed(self, name, page, size):
        rules = self.rules if unquote(name) == self.default_branch else []
        return rules[(page - 1) * size : page * size]

    def ruleset(self, sample, number, *, may_administer):
        known = self.rulesets.get(number)
        if known is None:
            return None
        shown = {key: value for key, value in known.items() if may_administer or key != "bypass_actors"}
        return sample | {"id": number, "enforcement": "active"} | shown

    def _protection(self, name):
        return self.protection if unquote(name) == self.default_branch else None


def app(owner):
    """Give the app that every job's own token belongs to."""
    return {
        "id": ACTIONS_APP,
        "slug": "github-actions",
        "name": "GitHub Actions",
        "node_id": "x",
        "owner": owner,
        "description": "Automate your workflow",
        "external_url": "https://help.github.com/en/actions",
        "html_url": "https://github.com/apps/github-actions",
        "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2019-12-10T19:04:12Z",
        "permissions": {"metadata": "read"},
        "events": [],
    }
