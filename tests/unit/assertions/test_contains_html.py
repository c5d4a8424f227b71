import pytest

from tests.unit.assertions.traces import grade, passes


@pytest.mark.parametrize(
    "output",
    [
        "<p>paragraph</p>",
        '<img src="image.jpg" />',
        "Some text with <strong>emphasis</strong> in it",
        "<br />",
        "<custom-element attr='value'>Web component</custom-element>",
        "<!-- comment --><span>text</span>",
        "<!DOCTYPE html>",
        "```html\n<div>&nbsp;</div>\n```",
        "Überschrift: <h1>日本語</h1>",
    ],
)
def test_two_signs_are_enough(output):
    """promptfoo, test/assertions/html.test.ts."""
    assert passes({"type": "contains-html"}, output)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "Just plain text",
        "2 < 3 and 4 > 1",
        "email@example.com",
        "< div >",
        "Generic <example> text",
        "if (a<b) { return c>d; }",
        "The price is <$50",
        "Email me at <john@example.com>",
        "<custom>",
        "&amp;",
        "<!-- comment -->",
    ],
)
def test_one_sign_is_not(output):
    """promptfoo, test/assertions/html.test.ts: 'should not detect false positives'."""
    assert not passes({"type": "contains-html"}, output)


def test_the_reason_tells_how_many_signs_there_are():
    assert grade({"type": "contains-html"}, "&amp;").reason == "the output has 1 signs of HTML; 2 are enough"
