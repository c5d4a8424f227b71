import pytest

from llmgate.cli import hosting
from llmgate.cli.services import Services
from llmgate.errors import NotEvaluated, UsageError
from llmgate.telemetry import place
from llmgate.trial import Arm, Trial
from tests.applications import command


def test_an_address_is_that_of_one_target_or_of_all():
    found = Services.of(["http://a:1", "chat=http://b:2/v1/"], ["http://c:3"], 8400)
    assert found.at(Arm.BASE, "chat") == "http://b:2/v1"
    assert found.at(Arm.BASE, "other") == "http://a:1"
    assert found.at(Arm.HEAD, "chat") == "http://c:3"
    assert found.port == 8400


def test_a_target_without_an_address_is_not_evaluated_and_says_how_to_give_one():
    with pytest.raises(NotEvaluated, match="target 'chat' answers on the head") as raised:
        Services.of(["http://a:1"], []).at(Arm.HEAD, "chat")
    assert "--head-url chat=http://HOST:PORT" in raised.value.remedy


@pytest.mark.parametrize("text", ["chat", "chat=", "ftp://a", "http://user@a", "chat=http://a/?q=1", "http://a/?b=c"])
def test_what_is_no_address_is_wrong_usage(text):
    with pytest.raises(UsageError, match="is no address of a service"):
        Services.of([text], [])


def test_an_application_is_told_the_span_that_the_record_gives_its_trial():
    here = place.of({}, "run")
    trial = Trial(fixture="case", arm=Arm.HEAD, index=3)
    told = hosting._traceparent(here)(trial)
    assert told == f"00-{here.trace}-{here.span('trial', 'case/head/3')}-01"
    assert place.parsed(told).span == here.trial(trial)


def test_the_files_of_either_arm_may_be_the_first_that_are_written():
    programs = [(arm, "app", command("app")) for arm in Arm]
    assert {hosting.in_any_order(programs)[0][0] for _ in range(64)} == set(Arm)
