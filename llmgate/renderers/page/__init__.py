"""A Report and the trials beside it → one HTML file that needs nothing else and asks nobody for anything.

What foreign texts could do is kept from them three times: texts are escaped, the script sets text and never markup,
and the policy in the page's head allows no script, style or request but those that are written here.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from llmgate.renderers import sentences
from llmgate.renderers.page import data, explorer, markup, plots, summary
from llmgate.renderers.page.markup import Html, tag
from llmgate.report import Report
from llmgate.report.shown import NOTHING, Shown

STYLES = ("colours", "page", "summary", "explorer", "fixture", "media")
SCRIPTS = ("dom", "theme", "parts", "diff", "waterfall", "trial", "request", "fixture", "list", "start")


def render(report: Report, shown: Shown = NOTHING) -> str:
    """Render the page; the same report and trials give the same bytes."""
    style, script = _style(), _script()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(script, style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", sentences.heading(report, judged="change")),
        tag("style", Html(style)),
    )
    body = tag(
        "body",
        tag("a", "Skip to the fixtures", class_="skip", href="#fixtures"),
        summary.header(report),
        tag("main", summary.sections(report), plots.section(report), explorer.section(report, shown)),
        summary.footer(report),
        tag("script", Html(data.document(report, shown)), type="application/json", id="data"),
        tag("script", Html(script)),
    )
    return f"<!doctype html>\n{markup.tag('html', head, body, lang='en')}\n"


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _style() -> str:
    return "\n".join(_asset(f"{name}.css") for name in STYLES)


def _script() -> str:
    inner = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{inner}}})();\n'


def _asset(name: str) -> str:
    return (resources.files("llmgate.renderers.page") / "assets" / name).read_text(encoding="utf-8")
