"""How wide the report is, and what the line of progress says."""

import io

from llmgate.cli import gate
from llmgate.cli.progress import Progress
from llmgate.renderers import terminal
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_columns_is_respected_where_there_is_no_terminal(monkeypatch):
    monkeypatch.setattr("sys.__stdout__", io.StringIO())
    monkeypatch.delenv("COLUMNS", raising=False)
    assert gate.terminal_width() == terminal.PLAIN_WIDTH
    monkeypatch.setenv("COLUMNS", "72")
    assert gate.terminal_width() == 72


def test_progress_is_short_and_tells_the_most_that_can_be_needed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0))
    with Progress(screen) as progress:
        for outcome in (Outcome.PASSED, Outcome.FAILED):
            progress(Graded(trace=trace, outcome=outcome, score=0), 1_240)
    assert "2 of at most 1,240 trials, 1 failed " in screen.getvalue()
