import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate import documents
from llmgate.documents import listing
from llmgate.documents.listing import Item

PATH = "x.yaml"
VALUE = {"fixture": "a", "reason": "it is: so", "by": "ana@example.com"}
WRITTEN = '{fixture: a, reason: "it is: so", by: "ana@example.com"}'


def item(**value):
    return Item(path=PATH, key="accepted", naming="fixture", value={**VALUE, **value})


def applied(text, **value):
    made = listing.applied(item(**value), text.encode())
    return made if made is None else made.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1\n", f"version: 1\naccepted:\n  - {WRITTEN}\n"),
        ("version: 1", f"version: 1\naccepted:\n  - {WRITTEN}\n"),
        ("version: 1\r\n", f"version: 1\r\naccepted:\r\n  - {WRITTEN}\r\n"),
        ("accepted:\nversion: 1 # one\n", f"accepted:\n  - {WRITTEN}\nversion: 1 # one\n"),
        ("accepted: []  # none\nversion: 1\n", f"accepted:\n  - {WRITTEN}  # none\nversion: 1\n"),
        (
            "# top\naccepted:\n- fixture: b # why\n  by: bo  # and who\n# next\nversion: 1\n",
            f"# top\naccepted:\n- fixture: b # why\n  by: bo  # and who\n- {WRITTEN}\n# next\nversion: 1\n",
        ),
        ("accepted:\n    - {fixture: b}", f"accepted:\n    - {{fixture: b}}\n    - {WRITTEN}\n"),
        (
            "accepted:\n  - {fixture: b}\n  - fixture: a   # old\n    by: bo\n  - {fixture: c}\n",
            f"accepted:\n  - {{fixture: b}}\n  - {WRITTEN}\n  - {{fixture: c}}\n",
        ),
        (
            "accepted: [{fixture: b}] # one\n",
            'accepted: [{fixture: b}, {"fixture": "a", "reason": "it is: so", "by": "ana@example.com"}] # one\n',
        ),
        (
            "accepted: [{fixture: a}, {fixture: b}]\n",
            'accepted: [{"fixture": "a", "reason": "it is: so", "by": "ana@example.com"}, {fixture: b}]\n',
        ),
    ],
)
def test_the_item_is_put_in_and_every_other_line_stays(before, after):
    assert applied(before) == after


def test_a_file_in_braces_is_left_as_it_is():
    assert applied("{version: 1}\n") is None


def test_a_byte_order_mark_stays():
    made = listing.applied(item(), b"\xef\xbb\xbfversion: 1\n")
    assert made.startswith(b"\xef\xbb\xbfversion: 1\naccepted:")


@given(st.text(min_size=1, max_size=40).filter(documents.is_unicode), st.sampled_from(["a", "b", "null", "1e3", "0x1"]))
def test_whatever_is_written_is_read_back_or_not_written(reason, name):
    """A value is in the file as it was given, or the file is left alone."""
    made = listing.applied(item(fixture=name, reason=reason), b"version: 1\naccepted:\n  - {fixture: b}\n")
    if made is not None:
        found = documents.read(PATH, made).value["accepted"]
        assert {"fixture": name, "reason": reason, "by": VALUE["by"]} in found
        assert found[0]["fixture"] == "b"
