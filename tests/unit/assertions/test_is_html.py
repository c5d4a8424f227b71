import pytest

from tests.unit.assertions.traces import grade, passes


@pytest.mark.parametrize(
    "output",
    [
        "<!DOCTYPE html><html><head><title>Test</title></head><body>Content</body></html>",
        "<div>Content</div>",
        "<h1>Title</h1><p>Paragraph</p>",
        '<img src="test.jpg" />',
        "<br>",
        "\n  <p>one\n  <p>two\n",
        "<ul><li>a<li>b</ul>",
        "<DIV>x</div>",
        "<my-element>x</my-element>",
        "<custom><b>x</b></custom>",
        "<b><i>x</b></i>",
        "<div>a < b & c</div>",
        "<script>if (a < b) { '</div>' + '<div>' }</script>",
        "<textarea><div></textarea>",
        "<!-- c --><p>ü 東京 &nbsp;</p>",
        "<svg viewBox='0 0 1 1'><path d='M0'/></svg>",
    ],
)
def test_documents_and_fragments_pass(output):
    """promptfoo, deterministic#is-html."""
    assert passes({"type": "is-html"}, output)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "   ",
        "Just text",
        "Text before <div>HTML</div> text after",
        '<?xml version="1.0"?><root>x</root>',
        "<div>Unclosed div",
        "Here is some HTML: <div>test</div>",
        "```html\n<div>x</div>\n```",
        "<custom>x</custom>",
        "<html>text</html>",
        "<!DOCTYPE html>text",
        "<headphones>x</headphones>",
        "<script>var a = '<div></div>'",
        "<!-- only a comment -->",
    ],
)
def test_other_outputs_fail(output):
    """promptfoo, deterministic#is-html: what it "will fail for"; wrappers that merely share a prefix, html.ts."""
    assert not passes({"type": "is-html"}, output)


def test_the_reason_tells_the_flaw():
    assert grade({"type": "is-html"}, "<div><span>x</div><div>").reason == 'not closed: "div"'
    assert grade({"type": "is-html"}, "Hi <b>x</b>").reason == 'text outside of elements: "Hi"'
