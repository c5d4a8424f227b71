"""The log, the annotations and the outputs of a workflow: foreign text is no command, and no output of its own."""

import secrets

from hypothesis import strategies as st

from llmgate.errors import PublishError
from llmgate.renderers import annotations, inert, outputs, terminal
from llmgate.renderers import json as json_renderer
from tests import runner
from tests.attacks import commands_seen
from tests.fuzz import foreign, mutations
from tests.fuzz.surface import Surface
from tests.unit.renderers import samples

ANNOTATIONS = ("error", "warning", "notice")
NAMES = st.sampled_from([*ANNOTATIONS, "set-output", "save-state", "set-env", "add-path", "add-mask", "stop-commands"])
SPACES = st.lists(st.sampled_from(foreign.SEPARATORS), max_size=2).map("".join)
WRITTEN = st.one_of(
    st.builds("{}{}::{}{} {}::{}".format, SPACES, SPACES, NAMES, SPACES, foreign.PIECES, foreign.PIECES),
    st.builds("{}##{}[{} {}]{}".format, foreign.PIECES, SPACES, NAMES, foreign.PIECES, SPACES),
    st.builds("{}{}verdict{}={}passed{}".format, SPACES, SPACES, SPACES, SPACES, SPACES),
)
PIECES = foreign.PIECES | st.sampled_from(
    [":", "::", "#", "##", "[", "]", "%0A", "%0D", "%25", ",", "<<EOF\n", "\x1b[0m", "\x1b]8;;"]
)
TEXTS = mutations.text(WRITTEN, PIECES) | foreign.HOSTILE
CASES = st.tuples(foreign.REPORTS, st.lists(TEXTS, min_size=1, max_size=4), st.integers(20, 200))
KEYS = ["report", "broken", "findings", "calls", "exit_code", "verdict"]


def check(case):
    """A runner carries out our own commands alone, and reads our own outputs alone."""
    name, texts, width = case
    report = foreign.filled(name, texts)
    for text in texts:
        once = inert.log(text)
        assert commands_seen(once) == []
        assert inert.log(once) == once
        _outputs(text)
    assert commands_seen(terminal.render(report, width=width, colour=width % 2 == 0)) == []
    assert commands_seen(json_renderer.render(report)) == []
    _annotated(report)


def _annotated(report):
    printed = annotations.render(report)
    found = runner.log_commands(printed)
    assert len(found) == printed.count("\n")
    assert all(each.name in ANNOTATIONS and {*each.properties} <= {"title", "file", "line"} for each in found)


def _outputs(path):
    """Either the path is refused, or the runner reads it back as it is."""
    try:
        written = outputs.render(samples.PASSED, files={"report": path}, delimiter=lambda: secrets.token_hex(16))
    except PublishError:
        return
    values = runner.file_values(written)
    assert [*values] == KEYS
    assert (values["report"], values["verdict"]) == (path, "passed")


SURFACE = Surface(name="commands", about="the log, the annotations and the outputs", cases=CASES, check=check)
