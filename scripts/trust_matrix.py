"""The rows of `tests/trust.py` and the tests that are marked with them → `docs/trust.md`, so that it cannot drift.

python -m scripts.trust_matrix            # writes the page
python -m scripts.trust_matrix --check    # exit code 1 where the page is not what the marks say
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import pages
from tests import trust

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "trust.md"
MARK = "pytest.mark.trust"
HEAD = """\
# What may go wrong, what may be tried, and what happens

Each row has the tests that show it; the page is made from their marks by `python -m scripts.trust_matrix`, and a test
compares the two. Who is trusted with what, and what llmgate cannot keep anybody from, is in
[SECURITY.md](../SECURITY.md). The tampers of the row `tamper` are listed in
[test_tamper_matrix.py](../tests/scenarios/test_tamper_matrix.py), each on top of a change that breaks every fixture.
"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Shown:
    """A test that is marked with a row."""

    file: str
    name: str


def marked(tests: Path) -> Mapping[str, Sequence[Shown]]:
    """Find the tests of each row, in the order of their files and names."""
    found: dict[str, list[Shown]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for row, name in _marks(path.read_text(encoding="utf-8")):
            found.setdefault(row, []).append(Shown(file=path.relative_to(tests).as_posix(), name=name))
    return {row: sorted(shown) for row, shown in found.items()}


def _marks(source: str) -> Iterator[tuple[str, str]]:
    if MARK not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = (each for each in node.decorator_list if isinstance(each, ast.Call))
            for call in calls:
                if ast.unparse(call.func) == MARK:
                    yield from ((ast.literal_eval(row), node.name) for row in call.args)


def page(rows: Sequence[trust.Row], shown: Mapping[str, Sequence[Shown]]) -> str:
    """Write the table: a line for each row, in its order."""
    lines = [HEAD, "| | what goes wrong or is tried | what happens | shown by |", "|---|---|---|---|"]
    for row in rows:
        tests = "<br>".join(f"[{each.name}](../tests/{each.file})" for each in shown.get(row.id, ()))
        lines.append(f"| `{row.id}` | {row.tried} | {row.outcome} | {tests or f'not yet: {row.awaits}'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(pages.main(PAGE, lambda: page(trust.ROWS, marked(ROOT / "tests"))))
