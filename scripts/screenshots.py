"""The demo's page → the pictures in docs/images: `python -m scripts.screenshots page`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page

from scripts import chromium

IMAGES = Path(__file__).parent.parent / "docs" / "images"
WIDTH, HEIGHT = 1280, 900
MOST_BYTES = 300_000


def page() -> None:
    """Run the demo and take its page in light, in dark, with a fixture open, and on a telephone."""
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        file = Path(folder) / "page.html"
        demo = [sys.executable, "-m", "llmgate.cli", "demo", "--html", file, "--store", Path(folder) / "store.sqlite"]
        subprocess.run(demo, check=False, capture_output=True)  # noqa: S603 - ours; exit code 1: the demo blocks
        for name, colours, width, address in (
            ("page-light", "light", WIDTH, ""),
            ("page-dark", "dark", WIDTH, ""),
            ("page-fixture", "light", WIDTH, "#fixture=refund-window-eu"),
            ("page-narrow", "dark", 390, "#fixture=refund-window-eu"),
        ):
            opened = browser.new_page(
                viewport={"width": width, "height": HEIGHT}, color_scheme=colours, reduced_motion="reduce"
            )
            opened.goto(f"file://{file}{address}")
            _taken(opened, name, whole=not address)
            opened.close()


def _taken(opened: Page, name: str, *, whole: bool) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    if not whole:
        opened.locator("#fixture").evaluate(
            "element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 20)"
        )
    opened.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.name}: {size:,} bytes")  # noqa: T201 - what the script says
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has more than {MOST_BYTES:,} bytes")


PICTURES: Mapping[str, Callable[[], None]] = {"page": page}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or PICTURES:
        PICTURES[wanted]()
