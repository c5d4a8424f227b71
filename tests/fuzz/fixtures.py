"""Files of fixtures: fixtures that can be hashed, written, read again and graded, or faults."""

import json
import math
import re
from pathlib import Path

from hypothesis import strategies as st
from ruamel.yaml import YAML

from llmgate import grade, suite
from llmgate.fixture import Fixture
from llmgate.trial import Arm, Outcome, Trace, Trial
from tests.fuzz import mutations, schemas
from tests.fuzz.surface import Surface, are_told

ROOT = Path(__file__).parents[2]
ANSWERS = (
    "",
    "x",
    "14 days",
    '{"a": [1, 2.5]}',
    "<a>b</a>",
    "SELECT a FROM b;",
    "[d1] says 30",
    "\x00\u202e" * 20,
    "é" * 400,
)


def _examples():
    texts = [path.read_text() for path in sorted((ROOT / "llmgate/demo/repository/fixtures").rglob("*.yaml"))]
    texts += re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/fixtures.md").read_text(), re.MULTILINE | re.DOTALL)
    return [json.loads(json.dumps(YAML(typ="safe").load(text), default=str)) for text in texts]


EXAMPLES = _examples()
SHAPED = schemas.values(Fixture.model_json_schema(by_alias=True))
CASES = st.tuples(
    st.sampled_from(["f.json", "f.yaml"]),
    st.lists(
        mutations.value(st.sampled_from(EXAMPLES)) | SHAPED | mutations.value(SHAPED, most=1), min_size=1, max_size=3
    ),
).map(lambda case: (case[0], json.dumps(case[1], indent=1).encode()))


def check(case):
    """Every fault has its place and its remedy, and every fixture does what one does."""
    path, data = case
    loaded = suite.load([path], lambda _: data)
    if loaded.faults or not loaded.fixtures:
        are_told(loaded.faults, path, data.count(b"\n") + 1)
    for stored in loaded.fixtures.values():
        _used(stored.fixture)


def _used(fixture):
    written = fixture.model_dump_json(by_alias=True, exclude_unset=True)
    again = Fixture.model_validate_json(written)
    assert (again.digest, again.input_digest) == (fixture.digest, fixture.input_digest)
    for output in ANSWERS:
        trace = Trace(trial=Trial(fixture=fixture.id, arm=Arm.HEAD, index=0), output=output)
        graded = grade.grade(trace, fixture)
        assert graded.outcome in Outcome
        assert math.isfinite(graded.score)
        assert grade.grade(trace, fixture) == graded


SURFACE = Surface(name="fixtures", about="fixtures in JSON and YAML", cases=CASES, check=check)
