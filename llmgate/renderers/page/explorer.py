"""A Report → the frame of the list of fixtures, with its filters; the page's script fills and shows it."""

from __future__ import annotations

from llmgate.renderers import figures
from llmgate.renderers.page.markup import Html, joined, tag
from llmgate.report import Report
from llmgate.report.shown import Shown

_KEYS = (("/", "search"), ("j", "next"), ("k", "previous"), ("Enter", "open"), ("Esc", "close"))


def section(report: Report, shown: Shown) -> Html:
    """Frame the list; where there are no fixtures, say so."""
    title = tag("h2", "Fixtures", id="fixtures-title", tabindex="-1")
    if not report.fixtures and not report.skipped:
        body = tag("p", "No fixture ran.", class_="faint")
    else:
        body = joined(_without_script(), tag("div", _tools(), _split(), id="explorer", hidden=True))
    return tag("section", title, *_notes(shown), body, id="fixtures", aria_labelledby="fixtures-title")


def _notes(shown: Shown) -> list[Html]:
    said = [shown.note] if shown.note else []
    if shown.left_out:
        said.append(f"The trials of {figures.count(shown.left_out, 'fixture')} found no room in this file.")
    return [tag("p", line, class_="faint") for line in said]


def _without_script() -> Html:
    words = (
        "The list of all fixtures with their trials needs JavaScript. What is above does not, nor does the JSON report."
    )
    return tag("noscript", tag("p", words))


def _tools() -> Html:
    search = tag("input", type="search", id="search", placeholder="id, title, answer …", autocomplete="off")
    return tag(
        "div",
        tag("label", "Search", tag("kbd", "/"), for_="search"),
        search,
        tag("div", role="group", id="outcomes", aria_label="Outcome"),
        tag("label", "Category", for_="category"),
        tag("select", id="category"),
        tag("label", "How sure", for_="tier"),
        tag("select", id="tier"),
        tag("p", id="count", role="status", aria_live="polite"),
        class_="tools",
        role="search",
        aria_label="Filter fixtures",
    )


def _split() -> Html:
    keys = (joined(tag("kbd", key), f" {what} ") for key, what in _KEYS)
    more = tag("button", "Show more", type="button", id="more", hidden=True)
    listed = tag("div", tag("ul", id="list", role="list"), more, tag("p", *keys, class_="keys faint"), class_="listed")
    return tag("div", listed, tag("div", id="fixture", hidden=True), class_="split")
