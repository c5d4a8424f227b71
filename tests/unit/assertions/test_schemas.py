import subprocess
import sys

from llmgate.assertions import schemas
from tests.unit.assertions.traces import errors


def test_all_faults_of_a_schema_are_told_each_at_its_place():
    written = {"type": "is-json", "value": {"requierd": ["a"], "items": {"pattern": "(?=a)"}}}
    assert [place for place, _ in errors(written)] == [("value", "requierd"), ("value", "items", "pattern")]


def test_a_schema_of_somebody_else_may_have_other_keywords_but_must_be_one():
    assert schemas.is_usable({"type": "object", "nullable": True})
    assert not schemas.is_usable({"type": "objekt"})


def test_jsonschema_is_loaded_with_the_first_schema_and_not_before():
    program = (
        "import sys\n"
        "from llmgate.assertions import Assertion\n"
        "Assertion.model_validate({'type': 'is-json'})\n"
        "print('jsonschema' in sys.modules)\n"
        "Assertion.model_validate({'type': 'is-json', 'value': {}})\n"
        "print('jsonschema' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\nTrue\n"
