"""A person at a terminal → the choices that begin a gate; an empty answer takes what stands in brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import click
from pydantic import JsonValue

from llmgate import documents, pins
from llmgate.capture.suites import proposing
from llmgate.cli import excepting, initial
from llmgate.cli.initial import Options
from llmgate.config import Budget, ProviderEntry
from llmgate.errors import ConfigurationError, UsageError
from llmgate.fixture import RESERVED_VARIABLES
from llmgate.init import Choices, Example, Found, FoundSuite, cases, owners, pinning, targets
from llmgate.init.pinning import Moving
from llmgate.pins.pin import Stage
from llmgate.prompts import Prompt
from llmgate.renderers import figures, inert

MOST_LISTED = 50
MOST_MODELS = 8
MOST_EXAMPLES = 5
MOST_VARIABLES = 8

Value = TypeVar("Value")
_UNFIT = re.compile(r"[^A-Z0-9]+")


def asked(found: Found, choices: Choices, options: Options) -> Choices:
    """Ask for all that is to be decided; `choices` are the defaults."""
    choices = replace(choices, suites=tuple(_suites(found)))
    if found.written is None:
        choices = _models(found, _prompts(found, choices), options)
        choices = replace(choices, corpus=options.corpus or _corpus(found, choices))
        choices = replace(choices, examples=dict(_examples(found, choices)))
        choices = replace(choices, providers=dict(_providers(found, choices, options)), budget=_budget())
    choices = replace(choices, pinned=tuple(_pinned(found)))
    choices = replace(choices, workflow=click.confirm("\nWrite a workflow for GitHub Actions?", default=True))
    if choices.workflow and options.action is None:
        choices = replace(choices, action=_action(choices.action))
    return replace(choices, owner=options.owner or _owner(choices.owner))


def _say(text: str) -> None:
    click.echo(inert.log(text))


def _shown(text: str) -> str:
    return inert.line(text, 200)


def _ask(question: str, read: Callable[[str], Value], default: str = "") -> Value:
    """Ask until `read` takes the answer."""

    def checked(text: str) -> Value:
        try:
            return read(text.strip())
        except UsageError as error:
            raise click.UsageError(inert.log(f"{error.told}; {error.remedy}")) from error

    answer: Value = click.prompt(question, default=default, show_default=bool(default), value_proc=checked)
    return answer


def _prompts(found: Found, choices: Choices) -> Choices:
    listed = found.prompts[:MOST_LISTED]
    if not listed:
        return choices
    more = len(found.prompts) - len(listed)
    _say(f"\n{figures.count(len(found.prompts), 'prompt')}:")
    for number, prompt in enumerate(listed, start=1):
        _say(f"  {number:>2}  {_shown(prompt.reference)}")
    if more:
        _say(f"  and {more:,} more, which this does not set up: a change of one is told as not covered")

    def read(text: str) -> list[int]:
        try:
            return initial.chosen_numbers(text, len(listed))
        except ValueError as error:
            raise UsageError(
                f"{text[:50]!r} is no choice", id="wrong-option", remedy="write all, or numbers such as 1,3-5"
            ) from error

    places = _ask("Which of them are gated? (all, or numbers such as 1,3-5)", read, "all")
    return initial.gating(found, choices, [listed[place].reference for place in places])


def _models(found: Found, choices: Choices, options: Options) -> Choices:
    """Ask which model each prompt goes to that has none of its own."""
    if (found.models or found.inside) and options.model is None:
        _say("\nModels:")
    for name, entry in found.models.items() if options.model is None else ():
        _say(f"  {_shown(name)}: {_shown(entry.provider)}/{_shown(entry.model)} at {_shown(found.places[name])}")
    for reference, entry in found.inside.items() if options.model is None else ():
        _say(f"  {_shown(entry.provider)}/{_shown(entry.model)} in {_shown(reference)}")
    gated, asked_for = [], 0
    for each in choices.gated:
        model = each.model
        has_own = each.prompt in found.own or each.prompt in found.inside
        if not has_own and options.model is None and asked_for < MOST_MODELS:
            choices, model = _model(found, choices, each.prompt)
            asked_for += 1
        elif not has_own:
            model = choices.model
        gated.append(replace(each, model=model))
    nameless = [suite for suite in choices.suites for sender in suite.suite.senders if sender.model is None]
    if nameless and not choices.model:
        choices, _ = _model(found, choices, nameless[0].path)
    return replace(choices, gated=tuple(gated))


def _model(found: Found, choices: Choices, prompt: str) -> tuple[Choices, str]:
    def read(text: str) -> str:
        if text in found.models or text in choices.models:
            return text
        if "/" not in text:
            remedy = "write one of these names, or PROVIDER/MODEL, such as openai/gpt-5.4-mini-2026-03-17"
            raise UsageError(f"{text[:50]!r} is none of the models", id="wrong-option", remedy=remedy)
        initial.entry(text)
        return text

    answer = _ask(f"Model of {_shown(prompt)} (a name, or PROVIDER/MODEL)", read, choices.model)
    if "/" not in answer:
        return replace(choices, model=answer), answer
    entry = initial.entry(answer)
    pin = pinning.proposed(entry.provider, entry.model)
    _say_end(entry.provider, pin)
    if pin is not None and click.confirm(f"  {_shown(entry.model)} moves. Pin {pin}?", default=True):
        entry = entry.model_copy(update={"model": pin})
    taken = {*found.models, *choices.models}
    name = next(name for name in proposing.names(initial.NAME) if name not in taken)
    return replace(choices, model=name, models={**choices.models, name: entry}), name


def _suites(found: Found) -> Iterator[FoundSuite]:
    for suite in found.suites:
        counted = figures.count(len(suite.suite.cases), "case")
        if click.confirm(f"\n{_shown(suite.path)} ({suite.form}) has {counted}: import?", default=True):
            yield suite


def _pinned(found: Found) -> Iterator[Moving]:
    """Ask whether names of models that move, which the gate blocks, are to be written by their date."""
    for each in found.moving[:MOST_MODELS]:
        _say(f"\n{_shown(each.path)} asks for {_shown(each.model)}, which moves.")
        _say_end(each.provider, each.pin)
        if click.confirm(f"  Write {_shown(each.pin)} there?", default=False):
            yield each


def _say_end(provider: str, pin: str | None) -> None:
    """Say of a pin that is retired before long what `check` says of it."""
    state = pins.state(provider, pin or "", today=excepting.today())
    if state.lifecycle.stage in {Stage.RETIRING, Stage.RETIRED}:
        _say(f"  {_shown(state.model)} is {state.lifecycle}. {_shown(state.remedy)}")


def _corpus(found: Found, choices: Choices) -> tuple[str, ...]:
    """Ask for the files that are searched, where something tells that there are some."""
    chosen = {each.prompt for each in choices.gated}
    searching = [prompt for prompt in found.prompts if prompt.reference in chosen and _shows_documents(prompt)]
    if not searching and not found.retrieval:
        return ()
    for unit in found.retrieval[:MOST_MODELS]:
        _say(f"\nRetrieval settings at {_shown(unit.path)}:{unit.line}")

    def read(text: str) -> tuple[str, ...]:
        return initial.searched(found, tuple(filter(None, (part.strip() for part in text.split(",")))))

    return _ask("Files that are searched, for llmgate.lock (patterns such as docs/**/*.md; empty: none)", read)


def _shows_documents(prompt: Prompt) -> bool:
    return bool(RESERVED_VARIABLES & set(prompt.variables))


def _examples(found: Found, choices: Choices) -> Iterator[tuple[str, Example]]:
    """Ask for a first case of the first prompts that no suite has a case for."""
    made = targets.entries(found, choices)
    tested = {made.targets[sending.target]["prompt"] for sending in made.sending}
    prompts = {prompt.reference: prompt for prompt in found.prompts}
    open_ones = [each.prompt for each in choices.gated if each.prompt not in tested and made.of_prompt(each.prompt)]
    for reference in open_ones[:MOST_EXAMPLES]:
        prompt = prompts[reference]
        if len(list(cases.needs(prompt))) <= MOST_VARIABLES and (example := _example(prompt)):
            yield reference, example


def _example(prompt: Prompt) -> Example | None:
    _say(f"\nA first case for {_shown(prompt.reference)}; without what the answer must contain it stays a draft.")
    variables = {name: _ask(f"  {_shown(name)}", _value) for name in cases.needs(prompt)}
    message = str(_ask("  the user says", str)) if cases.is_asked(prompt) else ""
    shown = str(_ask("  what retrieval found (a text)", str)) if _shows_documents(prompt) else ""
    contains = str(_ask("  the answer must contain", str))
    return Example(variables=variables, message=message, documents=shown, contains=contains) if contains else None


def _value(text: str) -> JsonValue:
    """Read a list or a mapping where somebody writes one as JSON; all else is text."""
    if not text.startswith(("[", "{")):
        return text
    try:
        value: JsonValue = documents.read("example.json", text.encode()).value
    except ConfigurationError:
        return text
    return value


def _providers(found: Found, choices: Choices, options: Options) -> Iterator[tuple[str, ProviderEntry]]:
    """Ask where each provider answers, and which variable has its key."""
    names = targets.providers(found, targets.entries(found, choices))
    for name in names:
        known, given = initial.known_as(name), initial.typed(options, name, names)
        _say(f"\nProvider {_shown(name)}:")
        if given.host is None:
            host = _ask("  host", partial(_host, name), known.get("host", ""))
            given = replace(given, host=host if host != known.get("host") else None)
        if given.key is None:
            suggested = known.get("key", f"{_UNFIT.sub('_', name.upper())}_API_KEY")
            given = replace(given, key=_ask("  variable with its key", partial(_key, name, given), suggested))
        yield name, initial.provider(name, given)


def _host(name: str, text: str) -> str:
    initial.provider(name, Options(host=text or "-"))
    return text


def _key(name: str, options: Options, text: str) -> str:
    initial.provider(name, replace(options, key=text))
    return text


def _budget() -> Budget:
    def read(text: str) -> float:
        try:
            return Budget(usd=float(text)).usd
        except ValueError as error:
            raise UsageError(
                f"{text[:50]!r} is no amount", id="wrong-option", remedy="write dollars, such as 5 or 0.50"
            ) from error

    return Budget(usd=_ask("\nDollars that one run may spend at most", read, "5.00"))


def _action(placeholder: str) -> str:
    def read(text: str) -> str:
        return initial.commit(text) if text else placeholder

    return _ask("  commit of llmgate/llmgate that it uses, 40 digits (empty: fill it in later)", read)


def _owner(likely: str) -> str:
    def read(text: str) -> str:
        if text in ("", "-"):
            return ""
        if not owners.is_one(text):
            raise UsageError(
                f"{text[:50]!r} is no owner",
                id="wrong-option",
                remedy="write @login, @organisation/team, or - for none",
            )
        return text

    return _ask(
        "\nOwner of the gate's files, for CODEOWNERS (@login or @organisation/team; -: none)", read, likely or "-"
    )
