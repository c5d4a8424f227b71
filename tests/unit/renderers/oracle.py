"""What a reader's browser would get from a comment, by a Markdown parser of its own, and what must not be in it.

GitHub looks for references in the text of the page, outside of code, after Markdown and entities are resolved; so does
this.
"""

import re
import unicodedata
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from llmgate.renderers import markdown

MARKER = "<!-- llmgate:comment v1 run=1 attempt=1 head=" + "a" * 40 + " -->"
OURS = {markdown.DECISION}
_TAGS = {"details", "summary", "b", "code"}
_REFERENCE = re.compile(
    r"@|#\d|\bGH-\d|[0-9a-fA-F]{7,}|://|www\.|\[\^|:[a-z0-9_+-]+:|\$`|`\$|javascript:|\w\.(?:com|org|net|io)\b",
    re.IGNORECASE,
)
# Unicode calls signs of format, too, that are seen: those that stand around numbers in Arabic, Syriac and Kaithi.
_NUMBER_SIGNS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_SEEN_CONTROLS = {"\n", "\t"} | _NUMBER_SIGNS


def parsed(body):
    return MarkdownIt("gfm-like", {"html": True, "linkify": True}).parse(body)


def shape(body):
    """The blocks of the page with their nesting; whatever the data, it is the same."""
    return [(token.type, token.tag, token.level) for token in parsed(body)]


def dangers(body, *, ours=frozenset(OURS)):
    """What the data managed to do. Empty for an inert page."""
    found = [f"unseen character U+{ord(character):04X}" for character in set(body) if _is_unseen(character)]
    for token in parsed(body):
        if token.type == "html_block":
            found += _in_html(token.content)
        elif token.type == "inline":
            found += _in_inline(token, ours)
        elif token.type in {"blockquote_open", "hr", "code_block"} and "Simulated" not in body:
            found.append(f"a {token.type} of no origin")
    headings = sum(token.type == "heading_open" for token in parsed(body))
    return found + ([] if headings == 1 else [f"{headings} headings"])


def _in_inline(token, ours):
    for part, following in zip(token.children, [*token.children[1:], None], strict=True):
        if part.type in {"image", "html_inline"}:
            yield f"{part.type}: {part.content or part.attrs}"
        elif part.type == "link_open" and part.attrs["href"] not in ours:
            yield f"link to {part.attrs['href']}"
        elif part.type == "text" and part.content.endswith("$") and following and following.type == "code_inline":
            yield "mathematics"
        elif part.type == "text" and _REFERENCE.search(part.content):
            yield f"reference in {part.content!r}"


def _in_html(content):
    if content.strip() == MARKER:
        return []
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return reader.found


def _is_unseen(character):
    if character in _SEEN_CONTROLS:
        return False
    ignorable = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0" + "".join(
        map(chr, range(0xFE00, 0xFE10))
    )
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in ignorable


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []
        self._code = 0

    def handle_starttag(self, tag, attrs):
        self._code += tag == "code"
        if tag not in _TAGS or attrs:
            self.found.append(f"tag {tag} {attrs}")

    def handle_endtag(self, tag):
        self._code -= tag == "code"
        if tag not in _TAGS:
            self.found.append(f"end of {tag}")

    def handle_data(self, data):
        if not self._code and _REFERENCE.search(data):
            self.found.append(f"reference in {data!r}")

    def handle_comment(self, data):
        self.found.append(f"comment {data!r}")

    def handle_decl(self, decl):
        self.found.append(f"declaration {decl!r}")

    def handle_pi(self, data):
        self.found.append(f"instruction {data!r}")
