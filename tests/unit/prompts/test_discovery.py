"""Which files that nothing declares are prompts by their name, and which are passed over."""

import pytest

from llmgate.prompts import discovery


@pytest.mark.parametrize(
    "path",
    [
        "prompts/README.md", "prompts/PROMPT_README.md", "tests/prompts/bot.md", "Acme.Chat.Tests/prompts/bot.md",
        "acme.test/prompts/bot.md", "unit_tests/prompts/bot.md", "integration-test/prompts/bot.md",
        "src/generated/prompts/bot.md", "api/__generated__/prompts/bot.md", "schema/.acme-generated/prompts/bot.md",
    ],
)  # fmt: skip
def test_notices_tests_and_generated_files_are_passed_over(path):
    assert discovery.passed(path)
    assert discovery.by_name(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "prompts/bot.md", "prompts/readme_writer.md", "ab-tests/prompts/bot.md", "prompts/latest/bot.md",
        "contests/prompts/bot.md", "generated-replies/prompts/bot.md",
    ],
)  # fmt: skip
def test_what_only_sounds_like_them_is_a_prompt(path):
    assert not discovery.passed(path)
    assert discovery.by_name(path) is not None


def test_a_long_path_is_judged_in_bounded_time():
    assert not discovery.passed("." * 200_000)
    assert not discovery.passed("a/" * 100_000)
    assert not discovery.passed(".-" * 100_000)
