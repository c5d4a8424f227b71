"""A file of a run's spans and the name of a trial → a picture of the trial's spans, as SVG.

llmgate demo --traces traces.jsonl
python scripts/trace_picture.py traces.jsonl order-lookup/base/0 docs/images/trace.svg
"""

from __future__ import annotations

import html
import json
import sys
from pathlib import Path
from typing import Any

WIDTH, ROW, LEFT, SCALE = 860, 30, 230, 560
COLOURS = {"trial": "#57606a", "chat": "#8250df", "retrieval": "#1a7f37", "execute_tool": "#bc4c00"}
SHOWN = (
    "test.case.result.status",
    "gen_ai.usage.output_tokens",
    "gen_ai.response.finish_reasons",
    "gen_ai.tool.name",
    "gen_ai.retrieval.documents",
)


def main(path: str, trial: str, out: str) -> None:
    """Draw a trial."""
    spans = [span for line in Path(path).read_text().splitlines() for span in _spans(json.loads(line))]
    own = [span for span in spans if _attributes(span).get("llmgate.trial.id") == trial]
    own.sort(key=lambda span: (not span["name"].startswith("trial"), int(span["startTimeUnixNano"])))
    Path(out).write_text(_picture(own, trial), encoding="utf-8")


def _spans(export: dict[str, Any]) -> list[dict[str, Any]]:
    return [span for each in export["resourceSpans"] for scope in each["scopeSpans"] for span in scope["spans"]]


def _attributes(span: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: _plain(each["value"]) for each in span["attributes"]}


def _plain(value: dict[str, Any]) -> Any:
    (inner,) = value.values()
    return ", ".join(_plain(item) for item in inner["values"]) if isinstance(inner, dict) else str(inner)


def _picture(spans: list[dict[str, Any]], trial: str) -> str:
    begin = min(int(span["startTimeUnixNano"]) for span in spans)
    whole = max(max(int(span["endTimeUnixNano"]) for span in spans) - begin, 1)
    rows = [_row(span, place, begin, whole) for place, span in enumerate(spans)]
    height = ROW * (len(spans) + 1) + 10
    style = "font: 12px ui-monospace, monospace"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" style="{style}">',
            f"<title>The spans of the trial {html.escape(trial)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *rows,
            f'<text x="{LEFT}" y="{height - 12}" fill="#57606a">0 ms</text>',
            f'<text x="{LEFT + SCALE}" y="{height - 12}" fill="#57606a" text-anchor="end">{whole / 1e6:.0f} ms</text>',
            "</svg>\n",
        ]
    )


def _row(span: dict[str, Any], place: int, begin: int, whole: int) -> str:
    start = (int(span["startTimeUnixNano"]) - begin) / whole * SCALE
    length = (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) / whole * SCALE
    kind = span["name"].split(" ")[0]
    indent = 8 if kind == "trial" else 22
    told = "  ".join(f"{name.rpartition('.')[2]}={value}" for name, value in _attributes(span).items() if name in SHOWN)
    x, y = LEFT + start, ROW * place + 8
    beside = min(x, LEFT + SCALE * 0.55) + 6
    colour = COLOURS[kind]
    return (
        f'<text x="{indent}" y="{y + 15}" fill="#1f2328">{html.escape(span["name"][:30])}</text>'
        f'<rect x="{x:.1f}" y="{y}" width="{max(length, 3):.1f}" height="20" rx="3" fill="{colour}" opacity="0.35"/>'
        f'<text x="{beside:.1f}" y="{y + 14}" fill="#1f2328">{html.escape(told[:70])}</text>'
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
