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
`llmgate taxonomy` lists what is in force on the base.

## How often each kind fails

The report counts the failures of both arms by category (`categories`), in a line of the comment and of the terminal:

```
Failures by kind, base → head: grounding 0/240 → 10/240 (p < 0.001); tool use 1/240 → 10/240 (p = 0.002);
reasoning 11/240 → 9/240 (p = 0.91); refusal 0/240 → 2/240. Each p is adjusted for 3 kinds (Holm).
```

A failing trial counts under the label that the table has: what an assertion or the fixture says, else what the signs
say; what replays find out later changes no count. Trials without an answer are in no count, and buckets are counted and
not tested.

Counted are trials of both arms that were drawn alike; `source` says which:

| `source` | when | p-value |
|---|---|---|
| `screen` | the screen ran the base of at least half of the fixtures | exact, stratified by fixture |
| `pairs` | otherwise, as a stored outcome has no kind: the fresh pairs | 1 / the highest evidence |

How many trials the screen takes is fixed before; how many pairs there are hangs on how they end, and evidence is valid
whenever one stops. The two are not added up, as pairs are drawn of what looked worse. In a very large suite a part of
the fixtures is counted, drawn by lot: those of 2,000 trials of the screen. The p-values are Holm's over the kinds that
were tested, and decide nothing.

## A kind that blocks

```yaml
policy:
  categories: {tool_use: block, output_format: warn}
```

Then evidence is held against a limit, for each of these categories: an e-value of the fresh pairs, of which one speaks
against the head where only its head half failed in this category, and for it where only its base half did. At the
number of gated categories over `alpha` (40 : 1 for two) it is a [finding](findings.md#category), and one that blocks
makes the verdict `rejected`. There is no margin: a small increase counts, if enough pairs show it.

- If no fixture fails in a gated category more often, a finding comes up in at most one of 20 such changes (`alpha`).
  That is an error of its own, beside the gate's: with both, a harmless change is stopped at most one time in ten.
- Gating draws nothing of its own. A kind that replaces another one in fixtures that fail as often as before raises no
  suspicion, and so has no pairs; where the screen ran both arms, the counts show it.
- Keys and labels are the base's: a change that relabels its fixtures moves no failure out of a category that is gated.
- `infrastructure`, `fixture_invalid` and `unclassified` cannot be gated.

## Against labels of people

`llmgate taxonomy confusion` compares what the signs say with the `category:` of the fixtures that failed, over reports
of `llmgate gate --json` and `llmgate diagnose --json`:

```console
$ llmgate taxonomy confusion monday.json tuesday.json
by hand \\ by its signs    grounding    reasoning    tool_use
grounding                 4            1            .
tool_use                  .            .            5

9 of 10 labels agree (90.0 %); kappa 0.82 (95 % interval 0.51 to 1.00)
refund-window (tuesday.json): grounding by hand, reasoning by its signs: follows from the documents: "14 days"
```

A fixture counts once for two commits. Fixtures that nobody labelled are left out, as are those of which an assertion
says what it is. What replays found counts as the classifier's, as it stands in `failure.signs`. `--json FILE` writes
all of it.
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
