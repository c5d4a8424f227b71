"""Every finding in GitHub's settings, as a GitHub on loopback tells them; and what it does not tell."""

from contextlib import closing

import pytest

from llmgate import publish
from llmgate.doctor import Id
from llmgate.publish import settings
from tests import fakehub
from tests.doctored import CHECKS, OWNERS, QUEUE, REVIEW, examined, files, require
from tests.fakehub import Account, Fault
from tests.fakehub.settings import ACTIONS_APP

REPOSITORY = "acme/shop"
ANY_SOURCE = [{"context": "llmgate"}]
ADMIN = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
WORKFLOW = {"workflows": [{"path": ".github/workflows/llmgate.yml", "repository_id": 2}]}


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        served.accounts["admin"] = Account(may_administer=True)
        yield served


def read(hub, *, token="admin", repository=REPOSITORY, branch=None, url=None):
    """Read the settings; nothing may be written, and no more than 20 s be waited."""
    waited = []
    with closing(publish.connect(api_url=url or hub.url, token=token)) as github:
        found = settings.read(github, repository=repository, branch=branch, sleep=waited.append)
    assert hub.writes == []
    assert sum(waited) <= 20
    return found


def ids(hub, content=None, **how):
    return {finding.id for finding in examined(content or files(), read(hub, **how)).findings}


def protection(*, checks=None, app=ACTIONS_APP, strict=True, admins=True, owners=True, stale=True):
    """Give classic branch protection that requires the gate."""
    named = [{"context": check, "app_id": app} for check in checks or ["llmgate"]]
    required = {"strict": strict, "contexts": [check["context"] for check in named], "checks": named}
    reviews = {"dismiss_stale_reviews": stale, "require_code_owner_reviews": owners}
    return {
        "required_status_checks": required,
        "enforce_admins": {"url": "https://api.github.com/x", "enabled": admins},
        "required_pull_request_reviews": reviews,
    }


def by_rules(**changed):
    """Require the gate by a ruleset, with some of it changed."""

    def set_up(hub):
        require(hub, checks=CHECKS | changed)

    return set_up


def reviewed(**changed):
    return lambda hub: require(hub, review=REVIEW | changed)


def by_protection(**changed):
    def set_up(hub):
        hub.settings.protection = protection(**changed)

    return set_up


def bypassed(hub):
    require(hub)
    hub.settings.rulesets[1]["bypass_actors"] = ADMIN


def bypassed_in_one_of_two(hub):
    bypassed(hub)
    hub.settings.require("required_status_checks", CHECKS, ruleset=2, source="acme")


def with_settings(**changed):
    def set_up(hub):
        require(hub)
        for name, value in changed.items():
            setattr(hub.settings, name, value)

    return set_up


def queued(minutes):
    def set_up(hub):
        require(hub)
        hub.settings.require("merge_queue", QUEUE | {"check_response_timeout_minutes": minutes})

    return set_up


def lax_in_a_queue(hub):
    require(hub, checks=CHECKS | {"strict_required_status_checks_policy": False})
    hub.settings.require("merge_queue", QUEUE)


def by_workflow(path):
    def set_up(hub):
        require(hub, checks=None)
        required = {"workflows": [{"path": path, "repository_id": 2}]}
        hub.settings.require("workflows", required, ruleset=3, source="acme")

    return set_up


FORKS = {"run_workflows_from_fork_pull_requests": True, "send_secrets_and_variables": True}
ERRORS = [{"line": 1, "column": 1, "kind": "Unknown owner", "message": "x", "path": OWNERS}]

CASES = {
    Id.CHECK_NOT_REQUIRED: [
        (lambda hub: require(hub, checks=None), require),
        (by_rules(required_status_checks=[{"context": "LLMGATE"}]), by_protection()),
        (by_protection(checks=["build"]), by_protection(checks=["build", "llmgate"])),
        (by_workflow(".github/workflows/build.yml"), by_workflow(".github/workflows/llmgate.yml")),
    ],
    Id.CHECK_SOURCE: [
        (by_rules(required_status_checks=ANY_SOURCE), require),
        (by_rules(required_status_checks=[{"context": "llmgate", "integration_id": 7}]), require),
        (by_protection(app=-1), by_protection()),
        (by_protection(app=None), by_protection()),
    ],
    Id.CHECK_NOT_STRICT: [
        (by_rules(strict_required_status_checks_policy=False), lax_in_a_queue),
        (by_protection(strict=False), by_protection()),
    ],
    Id.BYPASS: [(bypassed, bypassed_in_one_of_two), (by_protection(admins=False), by_protection())],
    Id.OWNER_REVIEW: [
        (reviewed(require_code_owner_review=False), require),
        (by_protection(owners=False), by_protection()),
    ],
    Id.STALE_APPROVAL: [
        (reviewed(dismiss_stale_reviews_on_push=False), require),
        (
            by_protection(stale=False),
            reviewed(dismiss_stale_reviews_on_push=False, require_last_push_approval=True),
        ),
    ],
    Id.WORKFLOW_EDITABLE: [
        (reviewed(require_code_owner_review=False), require),
        (by_protection(owners=False), by_workflow("ci/llmgate.yml")),
    ],
    Id.QUEUE_TIMEOUT: [(queued(44), queued(45))],
    Id.TOKEN_DEFAULT_WRITE: [
        (with_settings(token={"default_workflow_permissions": "write"}), with_settings()),
    ],
    Id.ACTIONS_APPROVE: [
        (with_settings(token={"can_approve_pull_request_reviews": True}), with_settings()),
    ],
    Id.ACTIONS_DISABLED: [(with_settings(actions=False), with_settings())],
    Id.FORK_SECRETS: [
        (
            with_settings(private=True, forks=FORKS),
            with_settings(private=True, forks=FORKS | {"run_workflows_from_fork_pull_requests": False}),
        ),
        (with_settings(private=True, forks=FORKS), with_settings(private=False, forks=FORKS)),
    ],
    Id.CODEOWNERS_ERRORS: [(with_settings(owners_errors=ERRORS), with_settings())],
}

TABLE = [
    pytest.param(name, *case, id=f"{name}-{index}") for name, cases in CASES.items() for index, case in enumerate(cases)
]


@pytest.mark.parametrize(("name", "ill", "well"), TABLE)
def test_what_is_wrong_is_found_and_what_is_right_is_not(name, ill, well):
    for set_up, expected in ((ill, True), (well, False)):
        with fakehub.serve() as hub:
            hub.accounts["admin"] = Account(may_administer=True)
            set_up(hub)
            assert (name in ids(hub)) is expected


@pytest.mark.parametrize("set_up", [require, by_protection(), by_workflow("ci/llmgate.yml")])
def test_what_docs_recommend_has_no_finding(hub, set_up):
    set_up(hub)
    examination = examined(files(), read(hub))
    assert (examination.findings, examination.unseen, examination.exit_code) == ((), (), 0)


def test_an_organisations_rule_is_named_with_its_source(hub):
    hub.settings.require("required_status_checks", CHECKS | {"required_status_checks": ANY_SOURCE}, source="acme")
    (finding,) = (each for each in examined(files(), read(hub)).findings if each.id is Id.CHECK_SOURCE)
    assert finding.what == "the ruleset 'ruleset 1' of acme takes 'llmgate' from any source"


def test_without_a_queue_nobody_misses_merge_group(hub):
    require(hub)
    assert ids(hub, files(("  merge_group:\n", ""))) == set()
    hub.settings.require("merge_queue", QUEUE)
    assert ids(hub, files(("  merge_group:\n", ""))) == {Id.TRIGGER_MERGE_GROUP}


def test_a_required_workflow_needs_none_here(hub):
    by_workflow("ci/llmgate.yml")(hub)
    nothing = {path: text for path, text in files().items() if "workflows" not in path}
    assert ids(hub, nothing) == set()


def test_rules_are_read_to_the_last_page(hub):
    for number in range(250):
        hub.settings.require("creation", ruleset=number + 10)
    require(hub)
    assert ids(hub) == set()
    assert [each.path for each in hub.requests].count("/repos/acme/shop/rules/branches/main") == 3


def test_rules_without_end_are_not_seen(hub):
    for _ in range(1_000):
        hub.settings.require("creation")
    found = read(hub)
    assert found.rules is None
    assert [unseen.what for unseen in found.unseen] == ["the rules of 'main'"]


def test_a_branch_with_a_slash_is_asked_for_by_its_name(hub):
    require(hub)
    hub.settings.default_branch = "release/2 #1"
    found = read(hub)
    assert (found.branch, len(found.rules), found.unseen) == ("release/2 #1", 2, ())


def test_at_most_twelve_questions_are_asked(hub):
    require(hub)
    hub.settings.private = True
    hub.settings.protection = protection()
    read(hub)
    assert len(hub.requests) <= 12


# --- what is not seen


def unseen(hub, **how):
    return examined(files(), read(hub, **how))


def test_what_a_jobs_token_may_not_see_is_not_seen_and_not_fine(hub):
    require(hub)
    examination = unseen(hub, token="job-token")
    assert examination.findings == ()
    assert [each.what for each in examination.unseen] == [
        "the default rights of a workflow's token",
        "whether GitHub Actions is switched on",
        "who may go past the ruleset 'ruleset 1' of acme/shop",
    ]
    assert examination.exit_code == 3


def test_a_check_that_hidden_protection_requires_is_found_by_what_all_may_see(hub):
    hub.settings.protection = protection()
    told = {each.what for each in unseen(hub, token="job-token").unseen}
    assert "check-not-required" not in told
    assert {"the protection of 'main'", "who may go past the branch's protection", "owner-review"} <= told


def test_a_check_that_hidden_protection_may_require_is_not_seen(hub):
    hub.settings.protection = protection(checks=["build"])
    examination = unseen(hub, token="job-token")
    assert Id.CHECK_NOT_REQUIRED not in {each.id for each in examination.findings}
    assert "check-not-required" in {each.what for each in examination.unseen}


def test_a_branch_without_protection_hides_nothing(hub):
    assert Id.CHECK_NOT_REQUIRED in ids(hub, token="job-token")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(status=401, message="Bad credentials"), "GitHub does not accept the token (401)"),
        (Fault(status=429), "GitHub's rate limit is reached (429)"),
        (Fault(status=403, message="API rate limit exceeded"), "GitHub's rate limit is reached (403)"),
    ],
)
def test_after_a_refusal_nothing_more_is_asked(hub, fault, why):
    hub.faults.add("GET", "/repos/acme/shop$", fault)
    found = read(hub)
    assert [(each.what, each.why) for each in found.unseen] == [("everything else on GitHub", why)]
    assert len(hub.requests) == 1


def test_a_limit_on_the_way_leaves_what_was_seen(hub):
    require(hub)
    hub.faults.add("GET", "/rulesets/1$", Fault(status=429))
    found = read(hub)
    assert (len(found.rules), found.rulesets, found.token) == (2, {}, None)
    assert examined(files(), found).exit_code == 3


def test_a_short_limit_is_waited_for(hub):
    require(hub)
    hub.faults.add("GET", "/rules/branches/main$", Fault(status=429, headers={"Retry-After": "2"}))
    assert ids(hub) == set()


def test_a_repository_that_is_not_shown_is_not_seen(hub):
    found = read(hub, repository="acme/hidden")
    assert [each.what for each in found.unseen] == ["the repository acme/hidden"]


def test_a_github_that_does_not_answer_is_not_seen(hub):
    found = read(hub, url="http://127.0.0.1:9")
    assert [each.why for each in found.unseen] == ["GitHub could not be reached"]


@pytest.mark.parametrize(
    "path", ["/rules/branches/main$", "/branches/main$", "/protection$", "/codeowners/errors$", "/rulesets/1$"]
)
def test_an_answer_that_makes_no_sense_is_not_seen(hub, path):
    require(hub)
    hub.settings.protection = protection()
    hub.faults.add("GET", path, Fault(status=200, message="hello"), times=5)
    examination = unseen(hub)
    hub.violations.clear()  # GitHub's own, meant
    assert any("made no sense" in each.why for each in examination.unseen)
    assert examination.exit_code == 3


@pytest.mark.parametrize("garbage", [b"<html>", b"{", b"[[[[", b"\xff\xfe", b"null", b"1", b'{"id": "x"}'])
def test_an_answer_that_is_no_json_is_not_seen(hub, garbage):
    hub.faults.add("GET", "/repos/acme/shop$", Fault(garbage=garbage))
    found = read(hub)
    assert [each.what for each in found.unseen] == ["the repository acme/shop"]
    assert found.unseen[0].why.startswith("GitHub's answer made no sense")


def test_a_connection_that_ends_is_not_seen(hub):
    hub.faults.add("GET", "/repos/acme/shop$", Fault(drop=True), times=3)
    assert [each.why for each in read(hub).unseen] == ["GitHub could not be reached"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_is_never_taken_to_another_host(hub, status):
    with fakehub.serve() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        fault = Fault(status=status, headers={"Location": f"{elsewhere}/repos/acme/shop"})
        hub.faults.add("GET", "/repos/acme/shop$", fault)
        found = read(hub)
        assert other.requests == []
    assert [each.what for each in found.unseen] == ["the repository acme/shop"]


def test_a_renamed_repository_is_asked_under_its_own_name(hub):
    require(hub)
    there = Fault(status=301, headers={"Location": f"{hub.url}/repos/acme/shop"})
    hub.faults.add("GET", "/repos/acme/old$", there)
    found = read(hub, repository="acme/old")
    assert (found.repository, found.unseen) == ("acme/shop", ())
