"""Scripts: whose code grades by a `python` assertion, and how an expression and lines become a function."""

import pytest

from llmgate import custom, scripts
from llmgate.config import MAX_SOURCE_BYTES, Form, Policy
from llmgate.errors import ConfigurationError
from llmgate.suite import Case, Loaded, Stored, Suite
from llmgate.trial import Arm
from tests.unit.sampling import fakes

FILE = {"type": "python", "value": "file://checks/tone.py"}
TONE = b"def get_assert(output, context):\n    return True\n"
SHORT = {"type": "python", "value": "len(output) < 100"}
PLAIN = {"type": "contains", "value": "good"}


def fixture(*written, name="x"):
    return fakes.fixture(name, **{"assert": list(written)})


def loaded(*fixtures):
    return Loaded(fixtures={one.id: Stored(fixture=one, file=f"{one.id}.yaml", line=1) for one in fixtures})


def known(*written, base=(), files=None):
    revision = loaded(fixture(*base)) if base else loaded()
    return scripts.known([fixture(*written)], revision, (files or {}).get)


def inline(value):
    written = {"type": "python", "value": value}
    (checker,) = known(written, base=[written]).values()
    return checker


def test_a_function_is_read_from_the_revision():
    (checker,) = known(FILE, files={"checks/tone.py": TONE}).values()
    assert (checker.path, checker.named, checker.form) == ("checks/tone.py", "get_assert", Form.FUNCTION)
    assert checker.source == TONE.decode()


@pytest.mark.parametrize(
    "source", [None, b"\xff", b"get_assert" * MAX_SOURCE_BYTES, b"def get_asserts(): pass", b"x"], ids=repr
)
def test_a_function_that_the_revision_does_not_have_is_not_known_and_is_a_fault_of_it(source):
    files = {"checks/tone.py": source}
    assert known(FILE, files=files) == {}
    (fault,) = scripts.unreadable(loaded(fixture(FILE)), files.get)
    assert str(fault).startswith("x.yaml:1: fixture 'x' names 'checks/tone.py', which ")


def test_code_in_a_fixture_is_taken_where_the_revision_has_the_very_same():
    nested = {"type": "assert-set", "assert": [{"type": "not-python", "value": SHORT["value"], "threshold": 2}]}
    assert known(SHORT) == {}
    assert known(SHORT, base=[nested]) == known(SHORT, base=[SHORT]) != {}
    assert known(SHORT, base=[{**SHORT, "value": SHORT["value"] + " "}]) == {}
    assert list(scripts.unreadable(loaded(fixture(SHORT)), {}.get)) == []


def test_a_digest_names_the_text_and_the_function():
    other = {**FILE, "value": FILE["value"] + ":other"}
    sources = [TONE, TONE + b"# other\n"]
    found = [known(FILE, other, files={"checks/tone.py": source}) for source in sources]
    digests = {checker.digest for each in found for checker in each.values()}
    assert len(digests) == 3  # the first file has no `other`


def test_an_expression_is_returned_and_lines_are_indented_as_the_first_that_is():
    assert inline("len(output) < 9").source == "import json\ndef main(output, context):\n    return len(output) < 9\n"
    lines = "if output:\n  return 1\n\nreturn 0"
    expected = "import json\ndef main(output, context):\n  if output:\n    return 1\n  \n  return 0\n"
    assert inline(lines).source == expected
    assert inline("x = 1\nreturn x").source.splitlines()[2:] == ["    x = 1", "    return x"]
    assert inline(" \n\tif output:\n\t\treturn 1").source.splitlines()[2:] == [
        "\t ",
        "\t\tif output:",
        "\t\t\treturn 1",
    ]


def test_files_without_measure_are_refused():
    named = [{"type": "python", "value": f"file://a{number}.py:f"} for number in range(200)]
    big = b"f" + b" " * (MAX_SOURCE_BYTES - 1)
    with pytest.raises(ConfigurationError, match="more than 32 MiB"):
        scripts.known([fixture(*named)], loaded(), lambda _: big)


def test_what_the_base_does_not_have_counts_for_nothing_and_is_told():
    cases = tuple(
        Case(fixture=fixture(*written, name=name), form=Arm.HEAD, new=True, file=f"{name}.yaml", line=1)
        for name, written in {"file": [FILE], "inline": [SHORT], "mixed": [SHORT, PLAIN]}.items()
    )
    admitted, (function, code) = custom.admitted(Suite(cases=cases), {})
    assert [case.fixture.id for case in admitted.cases] == ["mixed"]
    assert [assertion.weight for assertion in admitted.cases[0].fixture.assertions] == [0, 1]
    assert function.message.startswith('the base has no function get_assert in "checks/tone.py", so it counts for not')
    assert code.message == (
        "the base has no Python code \"len(output) < 100\", so it counts for nothing in fixtures 'inline', 'mixed'"
    )


def test_a_case_names_the_code_it_hangs_on():
    case = Case(fixture=fixture(FILE, SHORT), form=Arm.HEAD, new=False, file="x.yaml", line=1)
    found = [
        custom.admitted(Suite(cases=(case,)), known(FILE, SHORT, base=[SHORT], files={"checks/tone.py": source}))
        for source in (TONE, TONE + b"\n")
    ]
    first, other = (admitted.cases[0] for admitted, _ in found)
    assert first.checkers.count("sha256:") == 2
    assert first.checkers != other.checkers


@pytest.mark.parametrize(("source", "what"), [(TONE + b"\n", "edits"), (None, "removes")])
def test_an_edited_function_that_fixtures_use_may_ask_less(source, what):
    case = Case(fixture=fixture(FILE), form=Arm.HEAD, new=False, file="x.yaml", line=1)
    before, after = (known(FILE, files={"checks/tone.py": text}) for text in (TONE, source))
    (told,) = custom.changed(before, after, Suite(cases=(case,)), Policy())
    assert f'the change {what} the function get_assert in "checks/tone.py", which may ask less' in told.message
    assert (told.rule, told.file) == ("suite_changes", "checks/tone.py")
