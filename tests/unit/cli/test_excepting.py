"""`llmgate accept` and `llmgate quarantine` write the file of exceptions, and nothing else."""

import datetime as dt

import pytest

from llmgate import config
from llmgate.errors import ConfigurationError
from llmgate.exceptions import reading
from tests import gitserver, project
from tests.unit.cli import program

ORIGIN = "http://127.0.0.1:9"
TODAY = dt.datetime.now(dt.UTC).date()
SOON = str(TODAY + dt.timedelta(days=30))
BROKEN = {"prompts/support.jinja": project.prompt("Be brief.")}
NOBODY = {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere", "GIT_AUTHOR_EMAIL": None}


@pytest.fixture
def shop(tmp_path):
    """A repository with a branch on which the prompt is edited, a fixture is new and another is critical."""
    made = gitserver.init(tmp_path / "repository")
    critical = {"fixtures/case-002.yaml": project.case(2, extra="critical: true\n")}
    made.commit({**project.files(ORIGIN, fixtures=3), **critical}, "base")
    made("checkout", "-q", "-b", "topic")
    made.commit({**BROKEN, "fixtures/case-009.yaml": project.case(9)}, "head")
    return made


def accept(shop, *words, names=("case-000",), reason="meant so", expires=SOON, environment=None):
    given = ("--reason", reason, "--expires", expires, "--repository", shop.path)
    return program.run("accept", *names, *given, *words, environment=NOBODY | (environment or {}))


def quarantine(shop, *names, owner="team-a", expires=SOON):
    words = ("--owner", owner, "--reason", "flaky", "--expires", expires, "--repository", shop.path)
    return program.run("quarantine", *names, *words)


def listed(shop):
    path = shop.path / config.EXCEPTIONS
    found = reading.of(lambda _: path.read_bytes() if path.exists() else None)
    assert found.faults == ()
    return found.entries


def test_each_fixture_is_accepted_for_its_own_request(shop):
    done = accept(shop, "--by", "ana", names=("case-000", "case-001"))
    assert done.exit_code == 0
    one, other = listed(shop)["case-000"], listed(shop)["case-001"]
    assert (one.kind, one.who, one.reason, str(one.expires)) == ("accepted", "ana", "meant so", SOON)
    assert one.request != other.request


def test_what_to_do_next_is_said(shop):
    words = accept(shop, "--by", "ana").output
    assert f"llmgate.exceptions.yaml: case-000 accepted by ana until {SOON}." in words
    assert "Commit it. It counts once it is on the base" in words


def test_who_commits_here_accepts_by_default(shop):
    shop("config", "user.email", "ana@example.com")
    accept(shop)
    assert listed(shop)["case-000"].who == "ana@example.com"


def test_the_settings_of_the_person_say_who_accepts_where_the_repository_does_not(shop, tmp_path):
    (tmp_path / ".gitconfig").write_text("[user]\n  email = bo@example.com\n")
    accept(shop, environment={"HOME": str(tmp_path)})
    assert listed(shop)["case-000"].who == "bo@example.com"


def test_where_nobody_is_known_nobody_accepts(shop):
    done = accept(shop)
    assert "git knows no user.email" in str(done.exception)
    assert listed(shop) == {}


def test_accepting_again_takes_the_place_of_the_first(shop):
    accept(shop, "--by", "ana")
    accept(shop, "--by", "bo", reason="still so")
    (entry,) = listed(shop).values()
    assert (entry.who, entry.reason) == ("bo", "still so")


def test_every_other_line_of_the_file_stays(shop):
    entry = f"- {{fixture: case-001, reason: 'flaky', owner: bo, expires: {SOON}}}"
    before = f"# ours\nversion: 1\nquarantined:   # for now\n{entry}\n"
    shop.write({config.EXCEPTIONS: before})
    accept(shop, "--by", "ana")
    quarantine(shop, "case-000")
    text = (shop.path / config.EXCEPTIONS).read_text()
    assert text.startswith(before)
    assert "accepted:\n  - fixture: case-000\n" in text


def test_a_quarantined_fixture_has_an_owner_and_no_request(shop):
    assert quarantine(shop, "case-000", "case-001").exit_code == 0
    assert [(entry.who, entry.request) for entry in listed(shop).values()] == [("team-a", None)] * 2


def test_a_critical_fixture_is_accepted_and_not_quarantined(shop):
    assert accept(shop, "--by", "ana", names=("case-002",)).exit_code == 0
    assert "a critical one cannot be quarantined" in str(quarantine(shop, "case-002").exception)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"names": ("case-404",)}, "there is no active fixture 'case-404'"),
        ({"names": ("case-009",)}, "has nothing on the base to be held against"),
        ({"expires": str(TODAY - dt.timedelta(days=1))}, "is past"),
        ({"expires": str(TODAY + dt.timedelta(days=91))}, "is more than 90 days ahead"),
        ({"reason": " "}, "--reason: write a few words, on one line"),
        ({"reason": "a\nb"}, "--reason: write a few words, on one line"),
        ({"reason": "x" * 301}, "--reason: String should have at most 300 characters"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(shop, given, said):
    done = accept(shop, "--by", "ana", **given)
    assert said in str(done.exception)
    assert not (shop.path / config.EXCEPTIONS).exists()


def test_a_name_that_is_mistyped_is_told_with_the_likely_ones(shop):
    for done in (quarantine(shop, "caes-000"), accept(shop, "--by", "ana", names=("caes-000",))):
        assert "did you mean case-000, " in done.exception.remedy


def test_where_base_and_head_send_the_same_there_is_nothing_to_accept(shop):
    shop.write({"prompts/support.jinja": project.prompt()})
    shop.write({"llmgate.yaml": project.config(ORIGIN) + "  margin: 0.06\n"})
    assert "nothing to accept" in str(accept(shop, "--by", "ana", "--base", "main").exception)


def test_a_fixture_of_one_kind_does_not_get_the_other_too(shop):
    quarantine(shop, "case-000")
    done = accept(shop, "--by", "ana")
    assert "'case-000' is quarantined already, in llmgate.exceptions.yaml:3" in str(done.exception)


def test_a_file_with_faults_is_left_as_it_is(shop):
    shop.write({config.EXCEPTIONS: "version: 2\n"})
    assert isinstance(accept(shop, "--by", "ana").exception, ConfigurationError)
    assert isinstance(quarantine(shop, "case-000").exception, ConfigurationError)
    assert (shop.path / config.EXCEPTIONS).read_text() == "version: 2\n"


def test_a_link_is_not_written_through(shop, tmp_path):
    (tmp_path / "elsewhere").write_text("version: 1\n")
    (shop.path / config.EXCEPTIONS).symlink_to(tmp_path / "elsewhere")
    assert "is no regular file" in str(quarantine(shop, "case-000").exception)
    assert (tmp_path / "elsewhere").read_text() == "version: 1\n"


def test_check_tells_the_faults_of_the_file(shop):
    shop.write({config.EXCEPTIONS: "version: 1\nquarantined:\n  - {fixture: a, reason: b, expires: 2026-12-31}\n"})
    (fault,) = program.run("check", "--repository", shop.path).exception.faults
    assert str(fault) == "llmgate.exceptions.yaml:3: 'quarantined.0.owner' is missing (add it) [missing-key]"


def test_check_warns_of_entries_that_count_for_nothing(shop):
    day = TODAY - dt.timedelta(days=1)
    shop.write(
        {config.EXCEPTIONS: f"version: 1\nquarantined: [{{fixture: case-000, reason: b, owner: bo, expires: {day}}}]\n"}
    )
    done = program.run("check", "--repository", shop.path)
    assert f"exceptions have expired, so that they count for nothing: 'case-000' (bo, {day})" in done.output
    assert done.exit_code == 0
