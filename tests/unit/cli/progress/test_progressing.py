"""Who is shown what: a terminal, a job's log, and nobody."""

import io

import pytest

from llmgate.cli.progress import progressing
from tests.unit.cli.progress import reported


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, *, quiet=False, **environment):
    with progressing(stream, quiet=quiet, environment=environment) as tell:
        for event in (reported.opened(), reported.screen(), reported.graded(), reported.waiting(), reported.waiting()):
            tell(event)
        for number in range(1, 4):
            tell(reported.confirm(number))
            tell(reported.looked())
    return stream.getvalue()


def test_a_terminal_is_drawn_on():
    assert "\x1b[" in shown(Terminal(), TERM="xterm")


@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": "1"}, {"TERM": "xterm"}])
def test_nothing_is_said_where_nobody_looks(environment):
    assert shown(io.StringIO(), **environment) == ""


STAGES = """llmgate: screen: 240 trials of 30 fixtures
llmgate: waiting for api.example, which does not answer
llmgate: confirm: 4 trials of 2 fixtures
"""


@pytest.mark.parametrize(("stream", "environment"), [(io.StringIO, {"CI": "true"}), (Terminal, {"TERM": "dumb"})])
def test_a_log_has_one_line_for_each_stage(stream, environment):
    assert shown(stream(), **environment) == STAGES


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "xterm"}])
def test_quiet_says_nothing_anywhere(environment):
    assert shown(Terminal(), quiet=True, **environment) == ""
