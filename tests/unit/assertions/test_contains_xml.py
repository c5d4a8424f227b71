import pytest

from tests.unit.assertions.traces import grade, passes


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("Sure, here is your xml:\n<root><child>Content</child></root>\nany other questions?", True),
        ("```xml\n<a/>\n```", True),
        ("Text <élément>Content</élément> more", True),
        ("<p>Tom & Jerry</p>", True),
        ("This is just plain text", False),
        ("", False),
        ("a < b and c > d", False),
        ("<a" * 50, False),
        ("<!--" * 50, False),
        ("<a>", False),
        ("</a>", False),
        ("<a></b>", False),
        ("<1>x</1>", False),
    ],
)
def test_an_element_anywhere_is_enough(output, expected):
    """promptfoo, deterministic#contains-xml and test/assertions/xml.test.ts."""
    assert passes({"type": "contains-xml"}, output) is expected


@pytest.mark.parametrize(
    ("paths", "output", "expected"),
    [
        (["root.child"], "Text <root><child>Content</child></root> more", True),
        (["root.missing"], "Text <root><child>Content</child></root> more", False),
        (["root.item.1"], "Text <root><item/><item/></root> more", True),
        (["root2.child"], "<root1>x</root1> text <root2><child>More</child></root2>", True),
        (["xml1", "xml2"], "<xml1>content1</xml1> more text <xml2>content2</xml2>", True),
        (["root.child"], "Text <unclosed><root><child>Content</child></root>", True),
        (["root.child"], "<root><!-- </root> --><child>Content</child></root>", True),
        (["root.child"], "<root><![CDATA[</root>]]><child>Content</child></root>", True),
        (["root.child"], "Text <wrapper><root><child>Content</child></root></wrapper>", False),
        (["wrapper.root.child"], "Text <wrapper><root><child>Content</child></root></wrapper>", True),
        (["root.child"], "<root><child/></root> or <root><child/></root>", True),
        (["b"], "<a><b/></c>", True),
    ],
)
def test_paths_begin_at_an_outermost_element(paths, output, expected):
    """promptfoo, test/assertions/xml.test.ts, containsXml."""
    assert passes({"type": "contains-xml", "value": {"requiredElements": paths}}, output) is expected


def test_the_reason_names_what_is_missing():
    judged = grade({"type": "contains-xml", "value": ["a.b", "a.c"]}, "<a><b/></a>")
    assert judged.reason == 'no XML in the output has all elements; it lacks "a.c"'
