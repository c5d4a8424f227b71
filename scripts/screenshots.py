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
SIZE = {"width": 1280, "height": 900}
MOST_BYTES = 300_000
_TO_THE_TOP = "element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 20)"


def page() -> None:
    """Run the demo and take its page in light, in dark, and with a fixture open."""
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        file = Path(folder) / "page.html"
        demo = [sys.executable, "-m", "llmgate.cli", "demo", "--html", file, "--store", Path(folder) / "store.sqlite"]
        subprocess.run(demo, check=False, capture_output=True)  # noqa: S603 - ours; exit code 1: the demo blocks
        for name, colours, address in (
            ("page-light", "light", ""),
            ("page-dark", "dark", ""),
            ("page-fixture", "light", "#fixture=refund-window-eu"),
        ):
            opened = browser.new_page(viewport=SIZE, color_scheme=colours, reduced_motion="reduce")
            opened.goto(f"file://{file}{address}")
            if address:
                opened.locator("#fixture").evaluate(_TO_THE_TOP)
            taken(opened, name)
            opened.close()


def taken(opened: Page, name: str) -> None:
    """Take what is in sight; a picture that is too large for a repository is refused."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    opened.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.name}: {size:,} bytes")  # noqa: T201 - what the script says
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has more than {MOST_BYTES:,} bytes")


PICTURES: Mapping[str, Callable[[], None]] = {"page": page}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or PICTURES:
        PICTURES[wanted]()
