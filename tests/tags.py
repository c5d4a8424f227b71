"""A page as a parser of HTML sees it."""

import html.parser


class Tags(html.parser.HTMLParser):
    """The elements of a page with the names of their attributes, and what stands in the element of data."""

    def __init__(self, written):
        super().__init__()
        self.found, self.data, self._inside = [], "", False
        self.feed(written)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, *sorted(name for name, _ in attributes)))
        self._inside = ("id", "data") in attributes

    def handle_endtag(self, tag):
        self._inside = False

    def handle_data(self, data):
        self.data += data if self._inside else ""
