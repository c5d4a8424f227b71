"""Comments → pictures of them as GitHub shows them, in light and dark, taken in Chromium.

llmgate demo --json report.json
python -m scripts.comment_pictures report.json docs/images/comment.png   # also comment-dark.png beside it
python -m scripts.comment_pictures tests/golden/comment /tmp/pictures    # one for each golden comment, folds open too

Needs Chromium and `pip install pillow playwright`. The style sheet is npm's `github-markdown-css`.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from markdown_it import MarkdownIt
from PIL import Image
from playwright.sync_api import Browser

from llmgate.renderers import markdown
from llmgate.report import Report
from scripts import chromium
from tests import npm

CSS = Path(__file__).parents[1] / "tests" / "data" / "markdown-css"
WIDTH = 900
SCALE = 1.5
COLOURS_KEPT = 128
ALL = 1_000
COLOURS = {"light": ("#ffffff", "#d1d9e0", "#f6f8fa", "#59636e"), "dark": ("#0d1117", "#3d444d", "#151b23", "#9198a1")}
CLASSES = {"-": "pl-md", "+": "pl-mi1", "@": "pl-mdr"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A comment and where its picture goes; `open` is how many of its folds are open."""

    markdown: str
    path: Path
    theme: str = "light"
    open: int = 0


def page(comment: str, *, theme: str, folds: int) -> str:
    """Write the page of a pull request on which only this comment stands."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True, "highlight": _highlighted})
    body = parser.render(comment)
    body = body.replace("<details>", "<details open>", folds)
    sheet = _sheet(theme).read_text(encoding="utf-8")
    ground, line, head, grey = COLOURS[theme]
    frame = (
        f"body {{background: {ground}; margin: 0; padding: 16px; width: {WIDTH - 32}px}}"
        f".box {{border: 1px solid {line}; border-radius: 6px; overflow: hidden}}"
        f".head {{background: {head}; border-bottom: 1px solid {line}; color: {grey}; padding: 8px 16px;"
        " font: 14px -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif}"
        ".markdown-body {padding: 16px; font-size: 14px}"
    )
    who = '<div class="head"><b>github-actions</b> bot commented</div>'
    article = f'<article class="markdown-body">{body}</article>'
    return f"<!doctype html><meta charset=utf-8><style>{sheet}{frame}</style><div class=box>{who}{article}</div>"


def _sheet(theme: str) -> Path:
    return npm.installed(CSS) / "node_modules" / "github-markdown-css" / f"github-markdown-{theme}.css"


def _highlighted(code: str, language: str, _: str) -> str:
    if language != "diff":
        return ""
    lines = (f'<span class="{CLASSES.get(line[:1], "")}">{html.escape(line)}</span>' for line in code.split("\n"))
    return "\n".join(lines)


def take(browser: Browser, picture: Picture) -> None:
    """Render one and write it."""
    tab = browser.new_page(viewport={"width": WIDTH, "height": 100}, device_scale_factor=SCALE)
    tab.set_content(page(picture.markdown, theme=picture.theme, folds=picture.open))
    taken = tab.screenshot(full_page=True)
    tab.close()
    Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS_KEPT).save(picture.path, optimize=True)


def wanted(source: Path, out: Path) -> Iterator[Picture]:
    """Say which pictures a report, or a folder of comments, asks for."""
    if source.is_dir():
        out.mkdir(parents=True, exist_ok=True)
        for path in sorted(source.glob("*.md")):
            text = path.read_text(encoding="utf-8")
            yield Picture(markdown=text, path=out / f"{path.stem}.png")
            yield Picture(markdown=text, path=out / f"{path.stem}-open.png", open=ALL)
        return
    text = markdown.comment(Report.model_validate_json(source.read_bytes()), marker="<!-- llmgate -->")
    for theme, path in (("light", out), ("dark", out.with_stem(f"{out.stem}-dark"))):
        yield Picture(markdown=text, path=path, theme=theme, open=1)


def main(source: str, out: str) -> None:
    """Take the pictures."""
    with chromium.launched() as browser:
        for picture in wanted(Path(source), Path(out)):
            take(browser, picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
