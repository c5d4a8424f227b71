"""Half a megabyte that is made for one expression of one format is read in the time of any other."""

import time

import pytest

from llmgate.prompts import discovery

MAX_SECONDS = 3.0
HALF_A_MEGABYTE = 500_000


def filled(unit: str, *, before: str = "", after: str = "") -> str:
    return before + unit * (HALF_A_MEGABYTE // len(unit)) + after


BAIT = {
    "blanks where a role may stand": ("a/x.prompty", filled(" ")),
    "tabs where a role may stand": ("a/x.prompty", filled("\t")),
    "blanks before what is no colon": ("a/x.prompty", filled(" ", before="system", after="x")),
    "blanks in a dotprompt": ("a/x.prompt", filled(" ")),
    "expressions that never close": (
        "p/skprompt.txt",
        filled("{{", before='<message role="user">', after="</message>"),
    ),
    "statements that never close": (
        "p/skprompt.txt",
        filled("{%", before='<message role="user">', after="</message>"),
    ),
    "messages without end": ("p/skprompt.txt", filled('<message role="user">')),
}


@pytest.mark.parametrize("name", BAIT)
def test_bait_for_an_expression_of_a_format_is_read_in_time(name):
    path, source = BAIT[name]
    began = time.process_time()
    discovery.read(path, source.encode(), lambda _: None)
    assert time.process_time() - began < MAX_SECONDS
