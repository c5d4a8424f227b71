"""What a suite can see → an SVG file: a bar with its interval for each break, and nothing that a browser would run."""

from __future__ import annotations

from collections.abc import Iterator

from llmgate.power.answer import Power, Row
from llmgate.power.breaks import Break
from llmgate.renderers import figures

WIDTH, MARGIN, LEFT, RIGHT = 760, 16, 300, 90
ROW, HEAD, FOOT = 26, 44, 40
ROOM = WIDTH - LEFT - RIGHT
STYLE = (
    "text{font:13px sans-serif;fill:#1f2328}.t{font-weight:bold}.g{stroke:#d0d7de}.b{fill:#0969da}.n{fill:#cf222e}"
    ".i{stroke:#1f2328;stroke-width:1.5}.a{stroke:#cf222e;stroke-dasharray:4 3}"
)


def render(power: Power) -> str:
    """Draw it. Every word is llmgate's own, so that nothing has to be escaped."""
    height, suite = HEAD + ROW * len(power.rows) + FOOT, figures.count(power.fixtures, "fixture")
    title = f"How often a gate of {suite} blocks, {figures.count(power.repeats, 'simulation')} each"
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text class="t" x="{MARGIN}" y="24">{title}</text>',
        *_scale(power, height),
        *(line for place, row in enumerate(power.rows) for line in _row(row, HEAD + ROW * place)),
        "</svg>",
    )
    return "\n".join(lines) + "\n"


def _scale(power: Power, height: int) -> Iterator[str]:
    bottom = height - FOOT
    for percent in (0, 25, 50, 75, 100):
        x = _x(percent / 100)
        yield f'<line class="g" x1="{x}" x2="{x}" y1="{HEAD - 6}" y2="{bottom}"/>'
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{percent} %</text>'
    x = _x(power.alpha)
    yield f'<line class="a" x1="{x}" x2="{x}" y1="{HEAD - 6}" y2="{bottom}"><title>alpha</title></line>'


def _row(row: Row, top: int) -> Iterator[str]:
    middle, kind = top + 8, "n" if row.kind is Break.NOTHING else "b"
    low, high = (_x(end) for end in row.interval)
    yield f'<text x="{MARGIN}" y="{middle + 5}">{row.kind.value}</text>'
    yield f'<rect class="{kind}" x="{_x(0)}" y="{top}" width="{ROOM * row.blocked:.1f}" height="16"/>'
    yield f'<line class="i" x1="{low}" x2="{high}" y1="{middle}" y2="{middle}"/>'
    yield f'<text x="{WIDTH - MARGIN}" y="{middle + 5}" text-anchor="end">{figures.rate(row.blocked)}</text>'


def _x(share: float) -> str:
    return f"{LEFT + ROOM * share:.1f}"
