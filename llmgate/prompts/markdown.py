"""Markdown → one template with `{{ name }}` placeholders; headings are its structure.

Nothing is stripped: a model is sent the front matter and the HTML comments too, so a change in them is a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llmgate.prompts import text
from llmgate.prompts.prompt import Facet, Format, Load, Prompt, digest_of

FORMAT = Format.MARKDOWN

_ENDINGS = (".md", ".markdown", ".mdx")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def recognise(path: str, head: str) -> bool:  # noqa: ARG001 - any text is Markdown; only the name tells
    return path.lower().endswith(_ENDINGS)


def parse(path: str, source: str, load: Load) -> Prompt:
    plain = text.parse(path, source, load)
    digests = {**plain.digests, Facet.STRUCTURE: digest_of(list(_headings(source)))}
    return replace(plain, format=FORMAT, digests=digests)


def _headings(source: str) -> Iterator[list[str]]:
    fence = ""
    for line in source.split("\n"):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark.group(1)
            elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif not fence and (heading := _HEADING.match(line)):
            yield [heading.group(1), (heading.group(2) or "").strip()]
