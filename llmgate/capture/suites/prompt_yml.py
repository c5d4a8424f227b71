"""`testData` and `evaluators` of a GitHub Models `.prompt.yml` → cases, sent by the file's own prompt.

Case of letters counts in `equals` alone, as in `gh models eval`. https://docs.github.com/en/github-models
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from llmgate.capture.suites import checks, evaluators, values
from llmgate.capture.suites.case import MAX_CASES, Case, Lost, Sender, Suite
from llmgate.capture.suites.checks import Place
from llmgate.capture.suites.folder import Folder
from llmgate.capture.suites.part import Part
from llmgate.capture.suites.values import Unfilled
from llmgate.errors import ConfigurationError
from llmgate.prompts import Format, Prompt, catalogue

_PARAMS = {"maxTokens": "max_tokens", "topP": "top_p", "temperature": "temperature"}
_UNKNOWN_THERE = {"maxCompletionTokens": "max_completion_tokens"}
_TESTS = ("equals", "contains", "startsWith", "endsWith")


def read(path: str, files: Folder) -> Suite:
    """Read a suite.

    Raises:
        ConfigurationError: where the file is none, or has more cases than are imported.
    """
    document = files.document(path)
    root = Part(document=document, pointer=(), value=document.value)
    found = catalogue.read(path, files.data(path), lambda _: None, form=Format.PROMPT_YML)[0]
    if found.fault:
        raise ConfigurationError([found.fault])
    data = list(root.at("testData").items())
    if len(data) > MAX_CASES:
        raise ConfigurationError(
            [document.fault(("testData",), f"more than {MAX_CASES} cases", "split the file", id="too-large")]
        )
    return Suite(
        path=path,
        cases=tuple(_case(each, root, files) for each in data if each.mapping),
        senders=(_sender(found),),
        lost=(
            *_unknown(root.at("modelParameters")),
            *(each.lost("an item of `testData` that is no mapping") for each in data if not each.mapping),
        ),
    )


def _sender(prompt: Prompt) -> Sender:
    names = {**_PARAMS, **_UNKNOWN_THERE}
    params: dict[str, JsonValue] = {names[key]: value for key, value in prompt.params.items() if key in names}
    model = {"provider": "github", "model": prompt.model, "params": params} if prompt.model else None
    name = prompt.path.rpartition("/")[2].partition(".prompt.")[0]
    return Sender(name=name, prompt=prompt.reference, variables=prompt.variables, model=model)


def _unknown(parameters: Part) -> Iterator[Lost]:
    """List the parameters that `gh models` passes over; https://github.com/github/gh-models, pkg/prompt."""
    for key in sorted(parameters.mapping.keys() - _PARAMS.keys(), key=str):
        there = "`gh models` does not know it"
        kept = f"{there}; see whether {_UNKNOWN_THERE[key]} is meant" if key in _UNKNOWN_THERE else there
        yield parameters.at(key).lost(f"`modelParameters.{str(key)[:80]}`: {kept}")


def _case(data: Part, root: Part, files: Folder) -> Case:
    variables: dict[str, JsonValue] = {str(key): value for key, value in data.mapping.items()}
    made: list[dict[str, Any]] = []
    lost: list[Lost] = []
    for part in root.at("evaluators").items():
        place = Place(file=data.document.path, line=part.line, folder=files, variables=variables, filled=True)
        found = _check(part, place)
        lost += [found] if isinstance(found, Lost) else found.lost
        made += [found.made] if isinstance(found, checks.Checked) and found.made is not None else []
    expected = variables.get("expected")
    first = next((str(value) for value in variables.values() if isinstance(value, str) and value.strip()), "")
    return Case(
        file=data.document.path,
        line=data.line,
        title=" ".join(first.split())[:80],
        variables=variables,
        checks=tuple(made),
        expected=expected if isinstance(expected, str) else None,
        lost=tuple(dict.fromkeys(lost)),
    )


def _check(part: Part, place: Place) -> checks.Checked | Lost:
    name = str(part.mapping.get("name") or "without a name")
    if (test := part.at("string").mapping) and (kind := next((each for each in _TESTS if test.get(each)), None)):
        try:
            check = _of_string(kind, str(test[kind]), place.variables)
        except Unfilled as error:
            return part.lost(f"the evaluator {name!r}: {error}")
        return checks.taken({**check, "metric": name[:200]}, place)
    return _judged(part, name, place)


def _judged(part: Part, name: str, place: Place) -> checks.Checked | Lost:
    """Let the policy's judge decide, and say that it is another one, with a prompt of its own."""
    try:
        found = evaluators.judged(part.mapping, place.variables)
    except (evaluators.Refused, Unfilled) as reason:
        return part.lost(f"the evaluator {name!r}: {reason}")
    checked = checks.taken({"type": "llm-rubric", "value": found.criterion, "metric": name[:200]}, place)
    if checked.made is None:
        place.folder.spend(found.criterion)
        return checked
    asked = f"the judge of the evaluator {name!r}, {found.instead_of}, and its prompt"
    about = "policy.judge decides, by llmgate's prompt; see whether the criterion asks what is meant"
    return replace(checked, lost=(*checked.lost, part.lost(f"{asked}: {about}")))


def _of_string(kind: str, text: str, variables: Mapping[str, JsonValue]) -> dict[str, Any]:
    """Write the test of a string; its value is filled here, as what it says must not be filled again."""
    filled = values.filled(text, variables)
    match kind:
        case "equals":
            return {"type": "equals", "value": filled}
        case "contains":
            return {"type": "icontains", "value": filled}
        case "startsWith":
            return {"type": "regex", "value": rf"\A(?i:{re.escape(filled)})"}
        case _:
            return {"type": "regex", "value": rf"(?i:{re.escape(filled)})\z"}
