"""The situations of `tests/situations` → `tests/golden`, which a test compares with what is rendered.

python -m scripts.golden
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llmgate.renderers import markdown
from tests import situations
from tests.unit.renderers import oracle

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "comment"
RUN = "https://github.com/acme/shop/actions/runs/1"


def comments() -> Mapping[str, str]:
    """Render the comment of each situation."""
    return {
        f"{name}.md": markdown.comment(report, marker=oracle.MARKER, link=RUN)
        for name, report in situations.BY_NAME.items()
    }


def main() -> None:
    """Write them anew, and delete what is left over."""
    made = comments()
    for path in GOLDEN.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (GOLDEN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
