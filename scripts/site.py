"""Pages of `docs/` → pages of the site: links out of `docs/` lead to GitHub, and nothing is loaded from another host.

A hook of mkdocs (`hooks` in `mkdocs.yml`).
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOG = logging.getLogger("mkdocs.hooks.site")
_LINK = re.compile(r"(?<=\]\()(?!\w+:)([^()#\s]+)")
_LOADED = re.compile(
    r'<(?:script|img|iframe|source|link (?=[^>]*rel="(?:stylesheet|preload|preconnect|icon)"))[^>]* ?'
    r'(?:src|href)="((?:https?:)?//[^"]+)"'
)


def on_page_markdown(markdown: str, *, page: Any, config: Mapping[str, Any], files: object) -> str:  # noqa: ARG001 - the names are mkdocs' own
    """Let links that leave `docs/` lead to the same file on GitHub."""
    return outward(markdown, page.file.src_uri, config["extra"]["blob"])


def on_post_page(output: str, *, page: Any, config: object) -> str:  # noqa: ARG001 - the names are mkdocs' own
    """Warn of what a page would load from another host; `strict` makes an error of it."""
    for address in loaded(output):
        LOG.warning("%s would load %s", page.file.src_uri, address)
    return output


def outward(markdown: str, page: str, blob: str) -> str:
    """Write links of a page that lead out of `docs/` as addresses below `blob`."""

    def written(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), link[0]))
        return link[0] if target.startswith("docs/") else f"{blob}/{target}"

    return _LINK.sub(written, markdown)


def loaded(html: str) -> list[str]:
    """Find the addresses on other hosts that a page loads by itself."""
    return _LOADED.findall(html)
