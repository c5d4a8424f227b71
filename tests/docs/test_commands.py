"""Every command in the documentation is one that the program takes, and what can run offline runs."""

import itertools
import re
import shlex

import click
import pytest

from llmgate import cli
from tests.docs import blocks, sample

ELSEWHERE = {
    "curl": "asks a vendor for an export",
    "docker": "needs the image of a release",
    "gh": "asks GitHub",
    "git": "is git's own",
    "jq": "joins two exports of a vendor",
    "npx": "asks a package registry, and a vendor",
    "openssl": "makes a secret",
    "paste": "makes ready what a vendor is asked for",
    "pip": "asks a package registry",
    "pytest": "is the tests themselves",
    "python": "runs scripts of this repository, which have tests of their own",
    "echo": "is the shell's own",
    "cat": "is the shell's own",
    "cd": "is the shell's own",
    "export": "is the shell's own",
    "perl": "edits a file; the test of the tutorial runs it",
}
"""The programs beside llmgate that pages name, and why these tests do not run them."""

APART = {
    ("demo",): "tests/docs/test_tutorial.py runs it",
    ("init",): "asks at a terminal: tests/e2e/test_first_verdict.py",
    ("baseline", "--batch"): "a batch API: tests/e2e/test_batches.py",
    ("calibrate",): "whole gates of a suite against itself: tests/e2e/test_calibrate.py",
    ("power",): "simulates for seconds: tests/unit/cli/test_power.py",
    ("doctor", "--github"): "asks GitHub: tests/e2e/test_doctor.py",
    ("gate", "--base-url"): "needs services: tests/e2e/test_applications.py",
    ("check", "--online"): "asks providers for their lists: tests/unit/cli/test_check.py",
}
"""The commands that run in other tests, by words of theirs."""

NAMES = {"llmgate for forks"}
"""What is code in a sentence and no command: names of workflows."""

COMMANDS = [
    command for block in blocks.every() if block.language in ("sh", "console") for command in blocks.commands(block)
]
OURS = [command for command in COMMANDS if command.program == "llmgate"]


def parsed(words):
    """Let click read the words of a command, as far as names, options and choices go; nothing is run or opened."""
    each, name, rest = cli.command, "llmgate", list(words)
    while isinstance(each, click.Group) and rest and not rest[0].startswith("-"):
        below = each.get_command(click.Context(each), rest[0])
        if below is None:
            break
        each, name, rest = below, f"{name} {rest[0]}", rest[1:]
    context = click.Context(each, info_name=name)
    values, left, _ = each.make_parser(context).parse_args(rest)
    if left and isinstance(each, click.Group):
        raise click.UsageError(f"{name} has no command {left[0]!r}")
    for param in each.params:
        given = values.get(param.name)
        if param.required and not given:
            raise click.MissingParameter(param=param)
        if isinstance(param.type, click.Choice | click.IntRange | click.FloatRange) and isinstance(given, str):
            param.type.convert(given, param, context)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_is_ours_or_one_of_a_short_list(command):
    assert command.program == "llmgate" or command.program in ELSEWHERE


@pytest.mark.parametrize("command", OURS, ids=str)
def test_a_command_of_ours_has_the_options_that_the_page_gives_it(command):
    parsed(command.words[1:])


@pytest.mark.parametrize(("page", "code"), blocks.inline())
def test_a_command_in_a_sentence_is_one_that_there_is(page, code):
    words = shlex.split(code)[1:]
    shown = [word for word in words if not re.fullmatch(r"…|\S*…\S*", word)]
    names = list(itertools.takewhile(lambda word: not word.startswith("-"), shown))
    options = {word.partition("=")[0] for word in shown if word.startswith("--")}
    each = cli.command
    if code in NAMES:
        return
    for name in names:
        if not isinstance(each, click.Group):
            break
        if name == "COMMAND":
            return
        each = each.get_command(click.Context(each), name)
        assert each is not None, f"{page}: {code}"
    known = {option for param in each.params for option in (*param.opts, *param.secondary_opts)}
    assert options <= known | {"--help", "--version"}, f"{page}: {code}"


def apart(words):
    return any(set(names) <= set(words) for names in APART)


PAGES = sorted({command.block.page for command in OURS if not apart(command.words)} - {"docs/tutorial.md"})


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page, tmp_path, monkeypatch, model):
    for name, value in sample.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(sample.laid_out(tmp_path / "shop", page, model))
    for command in OURS:
        if command.block.page == page and not apart(command.words):
            code, told = sample.run(command.words[1:])
            assert code in (0, 1), f"{command}\n{told}"


def test_every_command_that_runs_elsewhere_is_in_a_page_and_its_tests_are_there():
    unused = [names for names in APART if not any(set(names) <= set(command.words) for command in OURS)]
    named = {found for why in APART.values() for found in re.findall(r"tests/\S+\.py", why)}
    assert (unused, {name for name in named if not (blocks.ROOT / name).exists()}) == ([], set())


def test_every_program_of_the_list_is_in_a_page():
    assert sorted(ELSEWHERE.keys() - {command.program for command in COMMANDS}) == []
