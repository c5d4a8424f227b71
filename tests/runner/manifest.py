"""action.yml and the Dockerfile that it names → the inputs with their defaults, and the program that is started."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
INTERPRETER = "/opt/llmgate/bin/python"
_ENTRYPOINT = re.compile(r"^ENTRYPOINT\s+(\[.*\])\s*$", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{\{\s*github\.([a-z_]+)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an action says of itself."""

    program: Sequence[str]
    defaults: Mapping[str, str] = field(default_factory=dict)

    def inputs(self, given: Mapping[str, str], github: Mapping[str, str]) -> dict[str, str]:
        """The inputs as a step gets them: what is given, the default where nothing is, expressions put in.

        Raises:
            ValueError: an input that the action does not declare, which the runner only warns of.
        """
        if unknown := sorted(set(given) - set(self.defaults)):
            raise ValueError(f"the action declares no input {', '.join(unknown)}")
        defaults = {name: text for name, text in self.defaults.items() if name not in given}
        return {**given, **{name: _evaluated(text, github) for name, text in defaults.items()}}


def of_action(folder: Path = ROOT) -> Manifest:
    """Read the action in a folder. The image's interpreter is replaced with the one that runs the tests.

    Raises:
        ValueError: the action hands words to its entry point, or the entry point is not of the exec form.
    """
    told = yaml.safe_load((folder / "action.yml").read_text())
    if extra := sorted(set(told["runs"]) - {"using", "image"}):
        raise ValueError(f"action.yml has runs.{extra[0]}, which is not emulated")
    found = _ENTRYPOINT.findall((folder / told["runs"]["image"]).read_text())
    if not found:
        raise ValueError("the Dockerfile has no ENTRYPOINT of the exec form")
    program = [sys.executable if word == INTERPRETER else word for word in json.loads(found[-1])]
    return Manifest(program=program, defaults={name: str(at.get("default", "")) for name, at in told["inputs"].items()})


def _evaluated(default: str, github: Mapping[str, str]) -> str:
    text = _EXPRESSION.sub(lambda found: github[found[1]], default)
    if "${{" in text:
        raise ValueError(f"the expression {text!r} is not emulated")
    return text
