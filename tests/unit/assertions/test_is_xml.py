import pytest

from tests.unit.assertions.traces import errors, grade, passes

ANALYSIS = "<analysis><classification>T-shirt</classification><color>Red</color></analysis>"
ITEMS = "<root><item><name>First</name></item><item><name>Second</name></item></root>"


def required(*paths):
    return {"type": "is-xml", "value": {"requiredElements": list(paths)}}


@pytest.mark.parametrize(
    "output",
    [
        "<root><child>Content</child></root>",
        "  <root/>\n",
        "\ufeff<root/>",
        "\n<!-- before --><root/><!-- after -->",
        "<!DOCTYPE root><root/>",
        '<!DOCTYPE root SYSTEM "weird[name].dtd"><root/>',
        '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="s.xsl"?><root/>',
        '<?xml version="1.0" standalone="no"?><!DOCTYPE root SYSTEM "entities.dtd"><root>&external;</root>',
        '<root xmlns:ns="http://example.com"><ns:child>Content</ns:child></root>',
        "<root><![CDATA[<p>]]></root>",
        "<élément>Straße 東京</élément>",
        "<a>&amp;&#x1F600;</a>",
    ],
)
def test_a_well_formed_document_passes(output):
    """promptfoo, test/assertions/xml.test.ts, and deterministic#is-xml."""
    assert passes({"type": "is-xml"}, output)


@pytest.mark.parametrize(
    "output",
    [
        "",
        " ",
        "<root><child>Content</child></root",
        "<a></b>",
        "<a><b></a></b>",
        "<a>text</a><b>more</b>",
        "<a attr=unquoted>x</a>",
        "<a/>trailing",
        "<root><!-- bad -- comment --></root>",
        '<root attr="1" attr="2"/>',
        "<root>&undefined;</root>",
        "<!DOCTYPE root><root>&undefined;</root>",
        '<?xml version="1.0" standalone="yes"?><!DOCTYPE root SYSTEM "e.dtd"><root>&external;</root>',
        "<root>\x01</root>",
        '"<a/>"',
        "```xml\n<a/>\n```",
        "<a>\ud800</a>",
        "<a>\0</a>",
    ],
)
def test_what_is_not_one_well_formed_document_fails(output):
    """promptfoo, test/assertions/xml.test.ts."""
    assert not passes({"type": "is-xml"}, output)


@pytest.mark.parametrize(
    "output",
    [
        '<!DOCTYPE root [<!ENTITY writer "Donald">]><root>&writer;</root>',
        '<!DOCTYPE root [<!ENTITY a "<a>">]><root>&a;</root>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><r>&c;</r>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><r/>',
    ],
)
def test_declarations_in_the_document_fail_before_anything_is_expanded(output):
    """promptfoo, deterministic#inverse-assertion: "rejects documents with a DTD internal subset"."""
    assert grade({"type": "is-xml"}, output).reason == "a document type with declarations of its own is not supported"


@pytest.mark.parametrize(
    ("paths", "output", "expected"),
    [
        (["analysis.classification", "analysis.color"], ANALYSIS, True),
        (["analysis.size"], ANALYSIS, False),
        (["color"], ANALYSIS, False),
        (["root.parent.child.grandchild"], "<root><parent><child/></parent></root>", False),
        (["root.empty"], "<root><empty></empty></root>", True),
        (["root.item"], ITEMS, True),
        (["root.item.0.name", "root.item.1.name"], ITEMS, True),
        (["root.item.2"], ITEMS, False),
        (["root.item.00.name"], ITEMS, False),
        (["root.item.name"], ITEMS, False),
        (["root.child"], "<root><!-- <child/> --></root>", False),
        (["root.child"], "<root><![CDATA[<child/>]]></root>", False),
        (["root.x"], "<root><a x='<x/>'/></root>", False),
        (["root." + "9" * 5_000], ITEMS, False),
    ],
)
def test_required_elements_are_paths_from_the_root(paths, output, expected):
    """promptfoo, deterministic#is-xml and test/assertions/xml.test.ts."""
    assert passes(required(*paths), output) is expected


@pytest.mark.parametrize("value", ["a.b, a.c", ["a.b", "a.c"], {"requiredElements": ["a.b", "a.c"]}])
def test_the_elements_may_be_given_as_text_a_list_or_under_their_key(value):
    """promptfoo, src/assertions/xml.ts, handleIsXml."""
    assert passes({"type": "is-xml", "value": value}, "<a><b/><c/></a>")
    assert not passes({"type": "is-xml", "value": value}, "<a><b/></a>")


def test_the_reason_names_what_is_missing():
    assert grade(required("analysis.size"), ANALYSIS).reason == 'the XML lacks "analysis.size"'


@pytest.mark.parametrize("value", [{"elements": ["a"]}, [], 1, {"requiredElements": []}, {}])
def test_other_values_are_faults(value):
    assert errors({"type": "is-xml", "value": value})
