"""The pages of commands and exit codes are what the code says."""

import pytest

from llmgate.cli import COMMANDS
from llmgate.verdict import Verdict
from scripts import command_reference


def test_the_page_of_commands_is_the_one_that_the_code_makes():
    assert command_reference.COMMANDS.read_text(encoding="utf-8") == command_reference.commands()


def test_the_page_of_exit_codes_is_the_one_that_the_code_makes():
    assert command_reference.EXIT_CODES.read_text(encoding="utf-8") == command_reference.exit_codes()


@pytest.mark.parametrize("name", [*COMMANDS, "index lock", "index verify", "taxonomy confusion"])
def test_every_command_has_a_section(name):
    assert f"\n## llmgate {name}\n" in command_reference.commands()


def test_an_option_says_what_it_takes_and_what_it_is_by_default():
    page = command_reference.commands()
    assert "| `--repeats INTEGER RANGE` | Trials on each revision, at most. | `10` |" in page
    assert "| `--head` `harmless`, `model`, `regression` |" in page
    assert "| `--batch`, `--live` |" in page


def test_every_verdict_has_its_exit_code():
    page = command_reference.exit_codes()
    assert [line for verdict in Verdict if (line := f"| `{verdict.value}` | ") not in page] == []
    assert "| `inconclusive` | 0, or 1 with `on_inconclusive: block` |" in page
