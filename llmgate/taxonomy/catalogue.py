"""The default taxonomy → docs/taxonomy.md: what a label is, how a team changes it, and every category with its codes.

Write the page with `python -c "from llmgate.taxonomy import catalogue; print(catalogue.page(), end='')"`.
"""

from __future__ import annotations

from typing import Final

from llmgate.taxonomy import Kind
from llmgate.taxonomy.default import KINDS

_INTRODUCTION: Final = """\
# Kinds of failure

Every failing fixture that a report names has a kind: one of five categories of what a model can get wrong, or a bucket
of what is not about that. A category has codes. [Diagnosis](diagnosis.md) tells how a kind is found.

`category:` of a fixture, and of an assertion, takes a category or a category with a code:

```yaml
category: grounding.context_ignored
```

Ids are stable: reports, fixtures and counts over time name them. What people read can be changed.
`llmgate check` warns of a label that the taxonomy does not have, with file and line; in a captured fixture, which must
say what it guards against, it is a fault. A label that is not known is a category of its own, as it is written.

## A taxonomy of your own

`taxonomy` in `llmgate.yaml` is read from the base commit only. It starts from the categories below.

```yaml
taxonomy:
  categories:
    grounding:
      name: faithfulness                      # what people read
      owner: search team
      link: https://wiki.example/faithfulness
      codes: {context_ignored: source not used, outdated_price: outdated price}
    tone: {name: tone of voice, codes: {cold: {}, pushy: {}}}
  map: {hallucination: grounding.unsupported_claim, "wrong tone": tone}
```

| key | meaning |
|---|---|
| `categories` | by id: one of those below, or one of your own (letters, digits, `_` and `-`) |
| `categories.….name` | what people read in the place of the id, at most 60 characters |
| `categories.….owner` | who looks after it; it stands beside a fixture that broke. Nobody is notified |
| `categories.….link` | an `https` address without a query, of a runbook or a board; it is printed as text |
| `categories.….codes` | by id: a name, for a code that there is or for a further one |
| `map` | a label of your own → `category` or `category.code`: fixtures keep their words; ids cannot be mapped |

Signs in a trace lead to the categories and codes below only; a category of your own is one that people name.
"""


def page() -> str:
    """The whole page, in Markdown."""
    ours = [_section(category, kind) for category, kind in KINDS.items() if not kind.bucket]
    buckets = [_section(category, kind) for category, kind in KINDS.items() if kind.bucket]
    return "\n".join([_INTRODUCTION, "## What a model gets wrong\n", *ours, "## What is not about that\n", *buckets])


def _section(category: str, kind: Kind) -> str:
    rows = [f"| `{category}.{code}` | {known.name} | {known.says} |" for code, known in kind.codes.items()]
    table = ["", "| label | for people | meaning |", "|---|---|---|", *rows] if rows else []
    return "\n".join([f"### `{category}`: {kind.name}\n", kind.says, *table, ""])
