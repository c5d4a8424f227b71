"""The machine → the browser that pictures and tests of the page are made with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "install one: `apt-get update && apt-get install -y chromium`, or Google Chrome"


def found() -> Path:
    """Find the browser.

    Raises:
        FileNotFoundError: where there is none, with what to install.
    """
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    raise FileNotFoundError(f"there is no browser ({', '.join(NAMES)}): {REMEDY}")


@contextmanager
def launched() -> Iterator[Browser]:
    """Start it without a window; its own sandbox does not work for root, and what it opens is ours."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=[*sandbox, "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()
