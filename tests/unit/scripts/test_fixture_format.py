"""The page of the fixture format is what the code says."""

from llmgate.fixture import Fixture
from scripts import fixture_format


def test_the_page_is_the_one_that_the_code_makes():
    assert fixture_format.PAGE.read_text(encoding="utf-8") == fixture_format.page()


def test_every_field_of_a_fixture_has_a_row_and_a_description():
    page = fixture_format.page()
    for name, field in Fixture.model_fields.items():
        assert f"| `{field.alias or name}` |" in page
        assert field.description


def test_every_object_of_a_fixture_has_a_table():
    page = fixture_format.page()
    for path in ("input", "context.documents[]", "tools.results[]", "observed.feedback[]", "proven.fails_at"):
        assert f"## `{path}`" in page
