import time

import pytest

from llmgate.assertions import markup


def read(text):
    return [
        ("/" if piece.closes else "") + piece.name + ("/" if piece.is_empty else "")
        if isinstance(piece, markup.Tag)
        else text[piece.start : piece.end]
        for piece in markup.pieces(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <b>c</b> <br /> <ns:x-1.y/>", ["b", "/b", "br/", "ns:x-1.y/"]),
        ("<a x=\"</a>\" y='>' z>", ["a"]),
        ("<!-- <a> --><?php <b> ?><![CDATA[<c>]]>", ["<!-- <a> -->", "<?php <b> ?>", "<![CDATA[<c>]]>"]),
        ('<!DOCTYPE a SYSTEM ">" [<!ENTITY b "c">]><d>', ['<!DOCTYPE a SYSTEM ">" [<!ENTITY b "c">]>', "d"]),
        ("<!-- <a>", ["<!-- <a>"]),
        ("1 < 2 <3> < a > <a <b>", ["b"]),
        ("<é>", ["é"]),
        ('<a "><b>', ["b"]),
    ],
)
def test_tags_and_asides_are_found(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize("start", ["<a '", '<a "', "<a '\"'", "<a \"'\"'", "<a \"'", "<!'", "<![", "<a b"])
@pytest.mark.parametrize("end", ["", "'", '"', "<a '"])
def test_half_a_million_characters_are_read_in_time(start, end):
    text = start * (500_000 // len(start)) + end
    began = time.perf_counter()
    read(text)
    assert time.perf_counter() - began < 2
