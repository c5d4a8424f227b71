"""What a gate can begin with is found: prompts, models by the names that targets use, suites."""

import pytest

from llmgate.errors import ConfigurationError
from tests.unit.init.making import MODEL, SHOP, SUPPORT, looked, suite


@pytest.fixture
def found(tmp_path):
    def find(files):
        with looked(tmp_path, files) as (_, _, found):
            return found

    return find


def references(found):
    return [prompt.reference for prompt in found.prompts]


def test_a_prompt_and_the_model_of_a_file_are_found(found):
    shop = found(SHOP)
    assert references(shop) == ["prompts/support.jinja"]
    assert shop.places == {"answerer": "config/models.yaml:1"}
    assert shop.model_files == ("config/models.yaml",)


def test_a_constant_of_a_program_is_a_prompt_by_its_name(found):
    code = 'SYSTEM_PROMPT = "You are a helpful waiter of a small restaurant."\n'
    assert references(found({"app.py": code})) == ["app.py#SYSTEM_PROMPT"]


def test_what_another_prompt_includes_is_no_target(found):
    files = {"prompts/support.jinja": '{% include "rules.jinja" %}{{ question }}', "prompts/rules.jinja": "Be brief."}
    assert references(found(files)) == ["prompts/support.jinja"]


def test_a_prompt_that_cannot_be_read_is_no_target(found):
    assert references(found({"prompts/broken.jinja": "{% for x in %}", **SHOP})) == ["prompts/support.jinja"]


def test_a_model_that_stands_with_a_prompt_is_its_own(found):
    text = "name: A\nmodel: openai/gpt-4o-2024-08-06\nmessages:\n  - {role: user, content: 'Say: {{word}}'}\n"
    assert found({"say.prompt.yml": text}).own == {"say.prompt.yml": "say"}


def test_a_model_for_embeddings_answers_no_prompt(found):
    files = {
        "prompts/a.jinja": SUPPORT,
        "config/embed.yaml": "embedder: {provider: openai, model: text-embedding-3-small}\n",
    }
    assert found(files).models == {}


def test_two_files_whose_entries_have_one_name_give_no_model_by_it(found):
    assert found({**SHOP, "other/models.yaml": MODEL}).models == {}


@pytest.mark.parametrize(
    ("name", "form"), [("chat", "promptfoo"), ("prompt_yml", "prompt-yml"), ("pydantic_evals", "pydantic-evals")]
)
def test_a_suite_of_another_tool_is_found(found, name, form):
    assert {each.form for each in found(suite(name)).suites} == {form}


def test_a_suite_that_cannot_be_read_is_told_and_not_offered(found):
    shop = found({**SHOP, "promptfooconfig.yaml": "prompts: [a\n"})
    assert shop.suites == ()
    assert [fault.file for fault in shop.faults] == ["promptfooconfig.yaml"]


def test_a_configuration_with_faults_is_told_as_check_tells_it(found):
    with pytest.raises(ConfigurationError, match=r"llmgate\.yaml:2: "):
        found({**SHOP, "llmgate.yaml": "version: 1\nunknown: 1\n"})


def test_an_empty_repository_has_nothing(found):
    empty = found({"README.md": "nothing\n"})
    assert (empty.prompts, empty.models, empty.suites) == ((), {}, ())


def test_large_files_that_look_like_datasets_are_not_parsed(found):
    rows = "".join(f"  - {{inputs: {number}}}\n" for number in range(60_000))
    assert found({"evals/cases.yaml": f"cases:\n{rows}"}).suites == ()
