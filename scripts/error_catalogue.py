"""The catalogue of errors → `docs/errors.md`, so that every id that is shown has a section to look up.

python -m scripts.error_catalogue            # writes the page
python -m scripts.error_catalogue --check    # exit code 1 where the page is not what the catalogue says
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from llmgate.catalogue import GROUPS, Entry, Id

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
HEAD = """\
# Errors

Every error says what was wrong, where, and what to do, and ends its first line with an id in brackets:

```
$ llmgate check
llmgate: 1 fault in the configuration
llmgate.yaml:3: unknown key 'policy.alhpa' (remove it, or correct its spelling) [unknown-key]
```

The same ids stand in the comment and the log of the action, and as `id` of `findings` and `reasons` in the JSON report
(`llmgate gate --json`). An id keeps its meaning once it is released; the words around it may change. What the message
says to do is more exact than what this page says.

Two kinds of message have names of their own: the rules of the policy ([findings](findings.md)) and what
`llmgate doctor` finds ([doctor](doctor.md)).

This page is made from `llmgate/catalogue` by `python -m scripts.error_catalogue`, and a test compares the two.
"""


def page(groups: Mapping[str, Mapping[Id, Entry]]) -> str:
    """Write a chapter for each group, and in it a section for each id."""
    return "\n".join([HEAD, *(line for title, entries in groups.items() for line in _chapter(title, entries))])


def _chapter(title: str, entries: Mapping[Id, Entry]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, entry in sorted(entries.items()):
        yield f"### {name}\n\n{entry.means}\n\n{entry.remedy}\n"


def main() -> int:
    """Write the page, or compare it."""
    made = page(GROUPS)
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text(encoding="utf-8") == made else 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
