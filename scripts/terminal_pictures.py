"""The demo's progress and report → docs/images/progress.png and terminal.png: `python -m scripts.terminal_pictures`.

Taken in a terminal of this process's own, drawn as SVG by rich, and turned into a picture by Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.text import Text

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import terminals

IMAGES = Path(__file__).parent.parent / "docs" / "images"
COLUMNS = 112
MOST_LINES = 24
TRIES = 8
"""On a quick machine the rounds may pass between two moments that are drawn."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FONT_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_DRAWN = re.compile(r"[^\n]*Confirm, round.*?\n.*?evidence.*?\n[^\n]* of \$5\.00[^\n]*", re.DOTALL)


def main() -> None:
    """Run the demo in a terminal and take both pictures."""
    written = next(found for _ in range(TRIES) if _DRAWN.search(_lines(found := _written())))
    report = written[written.rindex("\x1b[1;31m✗ llmgate") :]
    command = "$ llmgate demo\n"
    shown = "\n".join(report.split("\n")[:MOST_LINES])
    with sync_playwright() as playwright:
        path = next(found for name in _BROWSERS if (found := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(device_scale_factor=1)
        for name, text in (("terminal", f"{command}{shown}\n…"), ("progress", command + _frame(written))):
            _take(page, name, text)
        browser.close()


def _written() -> str:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.sqlite"
        with terminals.running("demo", "--store", store, cwd=Path(folder), columns=COLUMNS) as terminal:
            terminal.ended()
    return terminal.written.replace("\r\n", "\n").replace("\r", "")


def _lines(written: str) -> str:
    """Leave out what moves the cursor, so that each moment follows the one before."""
    return re.sub(r"\x1b\[[0-9]*[AK]|\x1b\[\?25[lh]", "\n", written).replace("\n\n", "\n")


def _frame(written: str) -> str:
    """Find the last moment of the progress in which there was evidence."""
    last = _DRAWN.findall(_lines(written))[-1]
    return "\n".join(line for line in str(last).split("\n") if line.strip())[-2_000:]


def _take(page: Page, name: str, text: str) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), legacy_windows=False)
    console.print(Text.from_ansi(text), no_wrap=True, crop=False)
    svg = _FONT_FACE.sub("", console.export_svg(title="llmgate"))
    page.set_content(f"<body style='margin:0'>{svg.replace('Fira Code', 'DejaVu Sans Mono')}</body>")
    page.set_viewport_size({"width": 1_400, "height": 400})
    page.locator("svg").screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
