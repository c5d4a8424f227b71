"""What a stream can show, by its environment."""

import io

import pytest

from llmgate.cli import screens
from llmgate.renderers import terminal


class Terminal(io.StringIO):
    def isatty(self):
        return True


PIPE, TERMINAL = io.StringIO(), Terminal()


def test_columns_is_respected_where_there_is_no_terminal(monkeypatch):
    monkeypatch.setattr("sys.__stdout__", io.StringIO())
    monkeypatch.delenv("COLUMNS", raising=False)
    assert screens.width() == terminal.PLAIN_WIDTH
    monkeypatch.setenv("COLUMNS", "72")
    assert screens.width() == 72


@pytest.mark.parametrize(
    ("stream", "environment", "colours"),
    [
        (TERMINAL, {"TERM": "xterm"}, True),
        (TERMINAL, {}, True),
        (PIPE, {"TERM": "xterm"}, False),
        (TERMINAL, {"NO_COLOR": "1"}, False),
        (TERMINAL, {"NO_COLOR": ""}, True),
        (PIPE, {"FORCE_COLOR": "1"}, True),
        (TERMINAL, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (TERMINAL, {"TERM": "dumb"}, False),
        (TERMINAL, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colours_are_for_terminals_unless_the_environment_says_otherwise(stream, environment, colours):
    assert screens.colours(stream, environment) is colours


@pytest.mark.parametrize(
    ("stream", "environment", "drawable", "read"),
    [
        (TERMINAL, {"TERM": "xterm", "NO_COLOR": "1"}, True, True),
        (TERMINAL, {"TERM": "dumb"}, False, True),
        (PIPE, {"FORCE_COLOR": "1"}, False, False),
        (PIPE, {"CI": "true"}, False, True),
        (PIPE, {"CI": "false"}, False, False),
    ],
)
def test_lines_are_drawn_anew_on_terminals_alone_and_read_in_ci(stream, environment, drawable, read):
    assert (screens.is_drawable(stream, environment), screens.is_read(stream, environment)) == (drawable, read)
