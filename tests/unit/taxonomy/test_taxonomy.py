from pathlib import Path

import pytest

from llmgate.assertions.categories import Category
from llmgate.taxonomy import Code, Kind, Named, Taxonomy, catalogue, default

OWN = Taxonomy(
    kinds={**default.KINDS, "tone": Kind(name="tone of voice", codes={"cold": Code(name="too cold")})},
    mapped={"hallucination": Named(category="grounding", code="unsupported_claim")},
)
DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("label", "category", "code"),
    [
        ("grounding", "grounding", None),
        (" grounding.context_ignored ", "grounding", "context_ignored"),
        ("tool_use.value_error:list/tuple", "tool_use", "value_error:list/tuple"),
        ("tone.cold", "tone", "cold"),
        ("hallucination", "grounding", "unsupported_claim"),
    ],
)
def test_a_label_is_a_category_with_or_without_a_code_or_a_word_that_is_mapped(label, category, code):
    assert OWN.find(label) == Named(category=category, code=code)


@pytest.mark.parametrize("label", ["", "Grounding", "grounding.", "grounding.x", "unclassified.x", "tone.", "mood"])
def test_anything_else_is_not_known(label):
    assert OWN.find(label) is None


def test_what_is_not_known_is_a_category_of_its_own():
    assert OWN.read(" wrong_tone ") == Named(category="wrong_tone")


@pytest.mark.parametrize(
    ("category", "code", "name"),
    [
        ("grounding", "context_ignored", "grounding: context ignored"),
        ("tool_use", "missing_call", "tool use: missing call"),
        ("output_format", "truncated", "output format: truncated"),
        ("retrieval", None, "retrieval"),
        ("tone", "cold", "tone of voice: too cold"),
        ("tone", "new_one", "tone of voice: new one"),
        ("wrong_mood", None, "wrong mood"),
    ],
)
def test_a_label_has_a_name_for_people(category, code, name):
    assert OWN.name(category, code) == name


def test_every_category_that_signs_lead_to_is_in_the_default():
    assert set(default.KINDS) == set(map(str, Category))


def test_no_two_codes_of_a_category_have_the_same_name():
    for kind in default.KINDS.values():
        assert len({code.name for code in kind.codes.values()}) == len(kind.codes)
        assert all(code.says.endswith(").") or code.says.endswith(".") for code in kind.codes.values())


def test_the_page_of_the_documentation_is_made_of_the_code():
    """Write it with: python -c "from llmgate.taxonomy import catalogue; print(catalogue.page(), end='')"."""
    assert (DOCS / "taxonomy.md").read_text() == catalogue.page()
