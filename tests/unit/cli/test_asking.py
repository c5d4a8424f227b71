"""What a person answers is what is chosen; an answer that is none is asked for again."""

import click
import pytest
from click.testing import CliRunner

from llmgate.cli import asking, initial
from llmgate.cli.initial import Options
from llmgate.init import Choices, Gated
from tests.unit.init.making import SHOP, SUPPORT, looked, suite


@pytest.fixture
def asked(tmp_path):
    """Answer one question after the other; return the choices and the screen."""

    def ask(files, *answers, **typed) -> tuple[Choices, str]:
        made = []

        @click.command()
        def command():
            options = Options(**typed)
            with looked(tmp_path, files) as (_, _, found):
                choices = initial.defaults(found, options, owners_text="", remote="")
                made.append(asking.asked(found, choices, options))

        done = CliRunner().invoke(command, input="".join(f"{answer}\n" for answer in answers), catch_exceptions=False)
        assert made, done.output
        return made[0], done.output

    return ask


def test_empty_answers_take_the_defaults_and_leave_a_draft(asked):
    choices, _ = asked(SHOP, *[""] * 10)
    assert choices.gated == (Gated(prompt="prompts/support.jinja", model="answerer"),)
    assert choices.examples == {}
    assert (choices.budget.usd, choices.workflow, choices.owner) == (5.0, True, "")


def test_an_example_is_asked_for_by_variable(asked):
    choices, _ = asked(SHOP, "", "", "May I return it?", "14 days", "", "", "5", "n", "@acme/ml")
    example = choices.examples["prompts/support.jinja"]
    assert (example.variables, example.contains) == ({"question": "May I return it?"}, "14 days")
    assert (choices.workflow, choices.owner) == (False, "@acme/ml")


def test_a_list_that_is_written_as_json_is_one(asked):
    files = {**SHOP, "prompts/support.jinja": "{% for item in items %}{{ item }}{% endfor %}"}
    choices, _ = asked(files, "", "", '["a", "b"]', "a", "", "", "5", "n", "-")
    assert choices.examples["prompts/support.jinja"].variables == {"items": ["a", "b"]}


def test_what_is_not_chosen_is_passed_over(asked):
    files = {**SHOP, "prompts/other[1].jinja": SUPPORT}
    choices, _ = asked(files, "2", "", "", "", "", "", "5", "n", "-")
    assert [gated.prompt for gated in choices.gated] == ["prompts/support.jinja"]
    assert choices.exclude == ("prompts/other[[]1].jinja",)


def test_a_choice_that_is_none_is_asked_for_again(asked):
    _, screen = asked(SHOP, "7", "x", "1", "", "", "", "", "", "5", "n", "-")
    assert screen.count("is no choice [wrong-option]; write all, or numbers") == 2


def test_a_model_that_moves_is_pinned_where_one_agrees(asked):
    choices, screen = asked(SHOP, "", "openai/gpt-4o", "y", "", "", "", "", "5", "n", "-")
    assert "gpt-4o-2024-11-20 is retir" in screen
    assert "Move to gpt-" in screen
    assert "gpt-4o moves. Pin gpt-4o-2024-11-20?" in screen
    assert [entry.model for entry in choices.models.values()] == ["gpt-4o-2024-11-20"]
    assert choices.gated[0].model in choices.models


MOVING = {**SHOP, "config/models.yaml": "answerer: {provider: openai, model: gpt-4o}\n"}


def test_a_file_of_the_team_is_pinned_only_where_one_agrees(asked):
    choices, screen = asked(MOVING, "", "", "", "", "", "", "5", "y", "n", "-")
    assert "config/models.yaml asks for gpt-4o, which moves." in screen
    assert [each.pin for each in choices.pinned] == ["gpt-4o-2024-11-20"]


def test_by_default_no_file_of_the_team_is_edited(asked):
    choices, _ = asked(MOVING, "", "", "", "", "", "", "5", "", "n", "-")
    assert choices.pinned == ()


def test_an_unknown_provider_is_asked_for_its_host(asked):
    choices, screen = asked(
        SHOP, "", "house/m-1", "", "", "http://example.com", "llm.example.com", "PASSWORD", "", "5", "n", "-"
    )
    assert "keys travel over https only" in screen
    assert "KEY, TOKEN or SECRET" in screen
    assert choices.providers["house"].key == "HOUSE_API_KEY"


def test_promptfoo_is_offered_and_may_be_declined(asked):
    taken, screen = asked({**SHOP, **suite("chat")}, "y", *[""] * 12)
    assert "promptfooconfig.yaml (promptfoo) has" in screen
    assert [each.form for each in taken.suites] == ["promptfoo"]


def test_a_suite_that_names_no_model_is_asked_for_one(asked):
    test = "tests: [{vars: {q: hi}, assert: [{type: contains, value: a}]}]\n"
    config = f"prompts: ['Question: {{{{q}}}}']\nproviders: [echo]\n{test}"
    choices, screen = asked({"promptfooconfig.yaml": config}, "y", "openai/gpt-5.4-mini-2026-03-17", *[""] * 6)
    assert "Model of promptfooconfig.yaml" in screen
    assert choices.models[choices.model].model == "gpt-5.4-mini-2026-03-17"


def test_a_suite_that_is_declined_is_not_imported(asked):
    choices, _ = asked({**SHOP, **suite("chat")}, "n", *[""] * 14)
    assert choices.suites == ()


def test_the_files_that_are_searched_are_asked_for_where_a_prompt_shows_documents(asked):
    files = {**SHOP, "prompts/support.jinja": "{{ context }} {{ question }}", "docs/a.md": "Free."}
    choices, screen = asked(
        files, "", "", "nothing/*", "docs/*.md", "Q", "Returns are free.", "free", "", "", "5", "n", "-"
    )
    assert "matches no file" in screen
    assert choices.corpus == ("docs/*.md",)
    assert choices.examples["prompts/support.jinja"].documents == "Returns are free."


def test_with_a_configuration_only_what_it_lacks_is_asked(asked):
    choices, screen = asked({**SHOP, "llmgate.yaml": "version: 1\n"}, "n", "-")
    assert "Which of them are gated?" not in screen
    assert choices.workflow is False


def test_a_budget_of_nothing_is_asked_for_again(asked):
    choices, screen = asked(SHOP, "", "", "", "", "", "", "0", "nan", "2.5", "n", "-")
    assert screen.count("is no amount") == 2
    assert choices.budget.usd == 2.5
