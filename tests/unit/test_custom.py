"""The base's classes and a suite: who grades, what counts for nothing, and what is told."""

import pytest

from llmgate import config, custom, documents, suite
from llmgate.config import MAX_SOURCE_BYTES, Policy
from llmgate.suite import Case, Suite
from llmgate.trial import Arm
from tests.unit.sampling import fakes

OWN = {"type": "custom:a"}
PLAIN = {"type": "contains", "value": "good"}
SOURCE = b"class A: pass"
TEXT = b"version: 1\nassertions:\n  a: {file: checks/a.py, class: A}\n"
SETTINGS = config.read(TEXT)


def known(source=SOURCE, text=TEXT):
    return custom.known(config.read(text), {"checks/a.py": source}.get)


def made(**fixtures):
    cases = (
        Case(fixture=fakes.fixture(name, **{"assert": written}), form=Arm.HEAD, new=False, file=f"{name}.yaml", line=1)
        for name, written in fixtures.items()
    )
    return Suite(cases=tuple(cases))


SUITE = made(own=[OWN], mixed=[OWN, PLAIN], plain=[PLAIN])


@pytest.mark.parametrize("source", [None, b"\xff", b"x" * (MAX_SOURCE_BYTES + 1)])
def test_a_file_that_cannot_be_read_is_a_fault_and_gives_no_class(source):
    assert known(source) == {}
    written = documents.read(config.PATH, TEXT)
    (fault,) = custom.unreadable(SETTINGS, written, {"checks/a.py": source}.get)
    assert str(fault).startswith("llmgate.yaml:3: the assertion 'a' names 'checks/a.py', which ")


@pytest.mark.parametrize(
    "entry", ["{file: ../a.py, class: A}", "{file: /a.py, class: A}", "{file: a.py, class: os.system}", "{file: a.py}"]
)
def test_a_class_is_a_name_in_a_file_of_the_repository(entry):
    with pytest.raises(config.ConfigurationError, match=r"llmgate\.yaml:2"):
        config.read(f"version: 1\nassertions: {{a: {entry}}}\n".encode())


def test_a_case_names_the_text_of_the_classes_it_hangs_on():
    admitted, told = custom.admitted(SUITE, known())
    other, _ = custom.admitted(SUITE, known(b"class A: 1"))
    assert told == ()
    assert [case.fixture for case in admitted.cases] == [case.fixture for case in SUITE.cases]
    assert [bool(case.checkers) for case in admitted.cases] == [True, True, False]
    assert admitted.cases[0].checkers != other.cases[0].checkers


def test_what_the_base_does_not_have_counts_for_nothing_and_alone_does_not_run():
    inner = {"type": "assert-set", "assert": [OWN, PLAIN]}
    admitted, (told,) = custom.admitted(made(own=[OWN], mixed=[OWN, PLAIN], plain=[PLAIN], grouped=[inner]), {})
    assert [case.fixture.id for case in admitted.cases] == ["mixed", "plain", "grouped"]
    assert [assertion.weight for assertion in admitted.cases[0].fixture.assertions] == [0, 1]
    assert [(each.fixture, each.why) for each in admitted.left_out] == [
        ("own", "the base has no assertion 'a', and only that would decide it")
    ]
    assert [part.weight for part in admitted.cases[2].fixture.assertions[0].check.assertions] == [0, 1]
    assert (
        "the base has no assertion 'a', so it counts for nothing in fixtures 'own', 'mixed', 'grouped'" in told.message
    )
    assert (told.rule, told.severity.value) == ("custom", "warn")


@pytest.mark.parametrize(("source", "what"), [(b"class A: 1", "edits"), (None, "removes")])
def test_an_edited_class_that_fixtures_use_may_ask_less(source, what):
    (told,) = custom.changed(known(), known(source), SUITE, Policy())
    assert f"the change {what} the assertion 'a', which may ask less" in told.message
    assert (told.rule, told.severity.value, told.file) == ("suite_changes", "block", "checks/a.py")
    assert "llmgate: suite approved" in told.remedy


def test_nothing_is_told_of_a_class_that_stays_or_that_nobody_uses_or_where_the_rule_is_off():
    edited = known(b"class A: 1")
    assert list(custom.changed(known(), known(), SUITE, Policy())) == []
    assert list(custom.changed(known(), edited, made(plain=[PLAIN]), Policy())) == []
    assert list(custom.changed(known(), edited, SUITE, Policy(suite_changes="off"))) == []


def test_a_fixture_with_a_class_that_its_revision_does_not_have_is_a_fault_with_the_known_names():
    written = b'id: x\ntarget: t\nassert: [{type: "not-custom:b"}, {type: "custom:a"}]\n'
    (fault,) = custom.unknown(suite.load(["f.yaml"], lambda _: written), SETTINGS)
    assert str(fault).startswith("f.yaml:1: fixture 'x' has the assertion custom:b, which is not in llmgate.yaml")
    assert "known: a" in str(fault)
