"""A prompt and the target that sends it → the text of a draft fixture, with a place for each variable of the prompt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from llmgate.fixture import RESERVED_VARIABLES
from llmgate.prompts import Prompt

MAX_ID_CHARS = 80

_UNFIT = re.compile(r"[^A-Za-z0-9]+")
_TEXT = """\
# A draft: it does not run until the line `draft` is gone. Fill in the variables as production had them, say what must
# hold of the answer, and commit it to the branch that pull requests go to: there it covers the next change.
id: {id}
target: {target}
draft: true
input:
  variables:{variables}
{messages}{context}assert: []   # for example [{{type: contains, value: "14 days"}}]
"""


def draft(target: str, prompt: Prompt, *, taken: Iterable[str] = (), is_asked: bool = False) -> tuple[str, str]:
    """Return the id and the YAML of a draft fixture; the id is not among `taken`.

    `is_asked` says that the prompt itself asks nothing, so that a message of the user has its place behind it.
    """
    name = _free(_UNFIT.sub("-", prompt.reference.rsplit("/", 1)[-1]).strip("-").lower()[:MAX_ID_CHARS], set(taken))
    own = sorted(set(prompt.variables) - RESERVED_VARIABLES)
    told = _TEXT.format(
        id=json.dumps(name),
        target=json.dumps(target),
        variables="".join(f'\n    {json.dumps(variable)}: ""' for variable in own) or " {}",
        messages='  messages: [{role: user, content: ""}]\n' if is_asked else "",
        context="context: {documents: []}\n" if RESERVED_VARIABLES & set(prompt.variables) else "",
    )
    return name, told


def asks(prompt: Prompt) -> bool:
    """Tell whether a prompt has a turn of the user, or a place for earlier turns; a text alone is one by default."""
    return not prompt.turns or any(turn.role not in ("system", "developer", "assistant") for turn in prompt.turns)


def _free(name: str, taken: set[str]) -> str:
    """Return the name, numbered where it is taken."""
    stem, number, free = name or "prompt", 1, name or "prompt"
    while free in taken:
        number += 1
        free = f"{stem}-{number}"
    return free
