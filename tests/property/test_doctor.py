"""What holds of the doctor whatever a repository holds."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.doctor import codeowners
from llmgate.doctor.codeowners import Line
from tests.doctored import FILE, OWNERS, examined, files

EVENTS = "pull_request merge_group pull_request_target workflow_call"
OTHERS = "edited write-all docker://llmgate acme/llmgate@v1 actions/checkout@v6 actions/cache@v4"
KEYS = st.sampled_from(
    f"on jobs a steps uses run with env if needs name types permissions contents concurrency strategy {EVENTS}".split()
)
WORDS = st.sampled_from(
    ["llmgate gate", "gh pr checkout 1", "${{ secrets.A }}", f"./{FILE}", *OTHERS.split(), *EVENTS.split()]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=40,
)
STEPS = st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=4)
JOBS = st.dictionaries(
    KEYS, st.fixed_dictionaries({"steps": STEPS}, optional={"if": VALUES, "name": VALUES}), max_size=3
)
WORKFLOWS = VALUES | st.fixed_dictionaries(
    {"on": VALUES, "jobs": JOBS}, optional={"concurrency": VALUES, "env": VALUES}
)


@settings(max_examples=60, deadline=None)
@given(WORKFLOWS, WORKFLOWS)
def test_whatever_a_workflow_holds_it_is_examined(first, second):
    """Any two documents give findings in order, each with its place, and the same findings again."""
    content = {**files(), FILE: json.dumps(first), ".github/workflows/b.yml": json.dumps(second)}
    examination = examined(content)
    assert list(examination.findings) == sorted(examination.findings, key=lambda each: each.order)
    assert all(finding.what.isprintable() for finding in examination.findings)
    assert examined(content) == examination
    assert examination.exit_code == (1 if examination.findings else 3 if examination.unseen else 0)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_whatever_codeowners_holds_it_is_read(text):
    """Any text is read; what it takes is no crash."""
    examined({**files(), OWNERS: text})


@given(
    st.lists(st.sampled_from(["*", "/a", "a/", "/a/*", "**/b", "a/**/b"]), max_size=5),
    st.sampled_from(["a", "a/b", "a/c/b"]),
)
def test_a_line_at_the_end_that_owns_all_decides(patterns, path):
    """Whatever lines come before, `*` at the end owns every path."""
    text = "".join(f"{pattern} @first\n" for pattern in patterns) + "* @last\n"
    lines = [entry for entry in codeowners.read(text) if isinstance(entry, Line)]
    assert codeowners.Owners(lines).decisive(path).owners == ("@last",)
