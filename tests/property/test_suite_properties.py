"""What a pull request may do to the suite, tried out on real grading."""

import copy
import json

from hypothesis import assume, given
from hypothesis import strategies as st

from llmgate import grade, suite
from llmgate.fixture import Fixture
from llmgate.trial import Arm, Outcome, Trace, Trial

WORDS = ["x", "y", "z"]
READS = frozenset({"question", "hint"})

simple = st.builds(
    lambda kind, word, weight: {"type": kind, "value": word, "weight": weight},
    st.sampled_from(["contains", "not-contains"]),
    st.sampled_from(WORDS),
    st.sampled_from([0.5, 1, 3]),
)
sets = st.builds(
    lambda inner, threshold: {"type": "assert-set", "assert": inner, "threshold": threshold},
    st.lists(simple, min_size=1, max_size=3),
    st.sampled_from([0.25, 0.5, 1.0]),
)
fixtures = st.fixed_dictionaries(
    {
        "id": st.just("a"),
        "target": st.just("t"),
        "critical": st.booleans(),
        "weight": st.sampled_from([1, 2]),
        "seed": st.sampled_from([None, 1]),
        "threshold": st.sampled_from([None, None, 0.5, 0.9]),
        "input": st.just({"variables": {"question": 1}, "messages": []}),
        "context": st.just({"documents": [{"id": "d", "text": "one"}], "gold": ["d"]}),
        "tools": st.just({"results": [{"name": "f", "arguments": {"n": 1}, "result": 1}]}),
        "assert": st.lists(simple | sets, min_size=1, max_size=3),
    }
)
scalars = st.sampled_from([None, True, False, 0, 1, 1.0, 0.1, 0.95, 5, "x", "y", "e", "t", "contains", "not-contains"])


def places(value, at=()):
    yield at
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*at, key))


@st.composite
def mutated(draw, original):
    """Change, remove or double one place of a fixture, one to three times."""
    changed = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([at for at in places(changed) if at]))
        inner = changed
        for step in way:
            inner = inner[step]
        match draw(st.sampled_from(["set", "remove", "double", "add", "switch"])):
            case "set":
                inner[last] = draw(scalars)
            case "remove":
                del inner[last]
            case "double" if isinstance(inner, list):
                inner.append(copy.deepcopy(inner[last]))
            case "add" if isinstance(changed.setdefault("assert", []), list):
                changed["assert"].append(draw(simple | sets))
            case _:
                changed[draw(st.sampled_from(["enabled", "draft", "critical"]))] = draw(st.booleans())
    return changed


def loaded(*cases):
    return suite.load(["f.json"], lambda _: json.dumps(list(cases)).encode())


def outcome(fixture, output):
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0), output=output)
    return grade.grade(trace, fixture).outcome


OUTPUTS = ["", "x", "y", "z", "x y", "x z", "y z", "x y z"]


@given(st.data(), fixtures)
def test_every_edit_asks_at_least_as_much_or_is_reported(data, original):
    """What the base's form fails, an unreported form of the head fails too; and it is asked the same question."""
    before = loaded(original)
    assume(not before.faults)
    after = loaded(data.draw(mutated(original)))
    assume(not after.faults)
    found = suite.union(before, after, reads=lambda _: READS)
    if found.weakened:
        return
    old, new = before.fixtures["a"].fixture, after.fixtures["a"].fixture
    for output in OUTPUTS:
        if outcome(old, output) is Outcome.FAILED:
            assert outcome(new, output) is Outcome.FAILED
    assert new.critical >= old.critical
    assert (new.weight, new.seed, new.target, new.tools, new.context) == (
        *(old.weight, old.seed, old.target, old.tools, old.context),
    )
    seen = {name: value for name, value in new.input.variables.items() if name in READS | old.input.variables.keys()}
    assert json.dumps(seen) == json.dumps(old.input.variables)


@given(fixtures, st.lists(simple | sets, min_size=1, max_size=2), st.booleans())
def test_other_assertions_ask_at_least_as_much_or_are_reported(original, others, kept):
    """A fixture that swaps its assertions for others, or adds them, passes no more than before, or is reported."""
    assertions = [*(original["assert"] if kept else ()), *others]
    before, after = loaded(original), loaded({**original, "assert": assertions})
    assume(not before.faults and not after.faults)
    if suite.union(before, after, reads=lambda _: READS).weakened:
        return
    old, new = before.fixtures["a"].fixture, after.fixtures["a"].fixture
    for output in OUTPUTS:
        assert outcome(old, output) is not Outcome.FAILED or outcome(new, output) is Outcome.FAILED


@given(st.data(), fixtures)
def test_no_edit_changes_what_decides_without_an_approvers_label(data, original):
    """Whatever the head does, the base's active fixture decides as on the base; only unseen variables are added."""
    before = loaded(original)
    assume(not before.faults)
    after = loaded(data.draw(mutated(original)))
    assume(not after.faults)
    old = before.fixtures["a"].fixture
    (case,) = [case for case in suite.union(before, after, reads=lambda _: READS).cases if case.fixture.id == "a"]
    assert isinstance(case.fixture, Fixture)
    assert not case.new
    extra = case.fixture.input.variables.keys() - old.input.variables.keys()
    assert not extra & READS
    told = {"title", "category", "origin", "hypothesis", "input"}
    assert case.fixture.model_dump(exclude=told) == old.model_dump(exclude=told)
    assert case.fixture.input.messages == old.input.messages
    for name, value in old.input.variables.items():
        assert json.dumps(case.fixture.input.variables[name]) == json.dumps(value)


@given(fixtures, st.booleans())
def test_a_suite_joined_with_itself_is_itself(original, approved):
    """No change is no change."""
    side = loaded(original)
    assume(not side.faults)
    found = suite.union(side, side, reads=lambda _: READS, approved=approved)
    assert not found.weakened
    assert [case.fixture for case in found.cases] == [side.fixtures["a"].fixture]
