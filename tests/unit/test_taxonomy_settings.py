import pytest

from llmgate import config
from llmgate.errors import ConfigurationError
from llmgate.taxonomy import Named, default


def taxonomy(text):
    return config.read(f"version: 1\ntaxonomy: {text}\n".encode()).taxonomy.taxonomy


def test_without_a_word_it_is_the_default():
    assert config.read(b"version: 1").taxonomy.taxonomy == default.TAXONOMY


def test_categories_and_codes_are_renamed_and_keep_their_ids():
    found = taxonomy("{categories: {grounding: {name: faithfulness, codes: {context_ignored: not used}}}}")
    assert found.name("grounding", "context_ignored") == "faithfulness: not used"
    assert found.name("grounding", "unsupported_claim") == "faithfulness: unsupported claim"
    assert list(found.kinds) == list(default.KINDS)


def test_a_team_adds_categories_codes_owners_and_links():
    grounding = "{owner: search, link: 'https://x.example/a', codes: {old_price: {}}}"
    found = taxonomy(f"{{categories: {{grounding: {grounding}, tone: {{codes: {{cold: {{}}}}}}}}}}")
    kind = found.kinds["grounding"]
    assert (kind.owner, kind.link) == ("search", "https://x.example/a")
    assert found.name("grounding", "old_price") == "grounding: old price"
    assert found.find("tone.cold") == Named(category="tone", code="cold")


def test_a_word_of_the_teams_own_may_lead_to_a_category_of_its_own():
    found = taxonomy("{categories: {tone: {codes: {cold: {}}}}, map: {rude: tone.cold, made up: grounding}}")
    assert (found.find("rude"), found.find("made up")) == (
        Named(category="tone", code="cold"),
        Named(category="grounding"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{map: {x: groundng}}", "'x' is mapped to 'groundng', which is none of retrieval, grounding"),
        ("{map: {x: grounding.ignored}}", "which is none of grounding.context_ignored, "),
        ("{map: {reasoning: grounding}}", "'reasoning' is the id of a category"),
        ("{categories: {a.b: {}}}", "categories"),
        ("{categories: {grounding: {codes: {a.b: {}}}}}", "codes"),
        ("{categories: {grounding: {link: 'javascript:alert(1)'}}}", "link"),
        ("{categories: {grounding: {link: 'http://x.example'}}}", "link"),
        ("{categories: {grounding: {severity: high}}}", "severity"),
        ("{extends: other}", "extends"),
    ],
)
def test_what_leads_nowhere_is_a_fault_with_its_line(text, said):
    with pytest.raises(ConfigurationError) as raised:
        taxonomy(text)
    assert "llmgate.yaml:2: " in str(raised.value)
    assert said in str(raised.value)
