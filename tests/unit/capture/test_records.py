import io

import pytest

from llmgate.capture import records
from llmgate.capture.records import Place, Recent, Unreadable


def read(data: bytes):
    source = records.opened("t.jsonl", io.BytesIO(data))
    found, wrong = [], []
    for place in source.places():
        try:
            if isinstance(place, Unreadable):
                raise place
            record = source.record(place)
            found.append((record.line, record.value))
        except Unreadable as error:
            wrong.append((error.line, error.message))
    return found, wrong


def test_each_line_is_a_record_with_its_line_number():
    assert read(b'{"a": 1}\n\n{"b": 2}\r\n') == ([(1, {"a": 1}), (3, {"b": 2})], [])


def test_a_byte_order_mark_is_no_part_of_the_first_record():
    assert read(b'\xef\xbb\xbf{"a": 1}\n{"b": 2}') == ([(1, {"a": 1}), (2, {"b": 2})], [])


def test_the_items_of_a_list_are_records_where_they_begin():
    assert read(b'[\n {"a": 1},\n {\n  "b": 2}\n]\n') == ([(2, {"a": 1}), (3, {"b": 2})], [])


def test_a_document_over_several_lines_is_one_record():
    assert read(b'{\n "data": [1]\n}\n') == ([(1, {"data": [1]})], [])


def test_documents_one_after_the_other_are_records_each():
    assert read(b'{\n "a": 1\n}\n{\n "b": 2\n}\n') == ([(1, {"a": 1}), (4, {"b": 2})], [])


def test_a_broken_line_is_told_and_the_others_are_kept():
    found, wrong = read(b'{"a": 1}\n{"b": \n{"c": 3}\n')

    assert found == [(1, {"a": 1}), (3, {"c": 3})]
    assert wrong == [(2, "not JSON: Expecting value (column 6)")]


def test_a_broken_first_line_does_not_take_the_others_with_it():
    found, wrong = read(b'{"a": \n{"b": 2}\n{"c": 3}\n')

    assert found == [(2, {"b": 2}), (3, {"c": 3})]
    assert [line for line, _ in wrong] == [1]


def test_a_file_that_was_cut_off_is_told_at_its_last_line():
    found, wrong = read(b'{"a": 1}\n{"b": "tex')

    assert found == [(1, {"a": 1})]
    assert wrong == [(2, "not JSON: Unterminated string starting at (column 7)")]


def test_a_list_that_was_cut_off_keeps_the_items_before():
    found, wrong = read(b'[{"a": 1},\n{"b": ')

    assert found == [(1, {"a": 1})]
    assert wrong[0][0] == 2


@pytest.mark.parametrize("depth", [101, 5_000, 200_000])
def test_what_is_nested_too_deep_is_told(depth):
    found, wrong = read(b'{"a": 1}\n' + b"[" * depth + b"]" * depth + b"\n")

    assert found == [(1, {"a": 1})]
    assert wrong == [(2, "nested deeper than 100 levels")]


def test_a_line_that_is_too_long_is_passed_over_without_reading_it_whole():
    long = b'{"a": "' + b"x" * (records.MAX_LINE_BYTES + 10) + b'"}\n'
    found, wrong = read(b'{"a": 1}\n' + long + b'{"c": 3}\n')

    assert found == [(1, {"a": 1}), (3, {"c": 3})]
    assert wrong == [(2, "a line of 32 MiB; at most 32 MiB are read")]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_nothing_can_hold_are_told(number):
    _, wrong = read(b'{"a": 1}\n{"b": ' + number.encode() + b"}\n")

    assert wrong[0][0] == 2


def test_what_is_not_utf_8_is_told():
    assert read(b'{"a": 1}\n{"b": "\xff"}\n')[1] == [(2, "not UTF-8")]


def test_half_a_character_becomes_a_mark():
    assert read(b'{"a": "x\\ud83d"}\n{"b": "\\ud83d\\ude00"}\n')[0] == [(1, {"a": "x\ufffd"}), (2, {"b": "😀"})]


def test_what_was_read_is_kept_up_to_a_number_of_bytes(monkeypatch):
    monkeypatch.setattr(records, "KEPT_BYTES", 20)
    monkeypatch.setattr(records, "KEPT_RECORDS", 1)
    recent, reads = Recent(), []

    def read(row):
        return recent.read(row, 9, lambda: reads.append(row) or row)

    assert [read(row) for row in (0, 0, 1, 0, 2, 0, 1)] == [0, 0, 1, 0, 2, 0, 1]
    assert reads == [0, 1, 2, 1]


def test_a_place_is_found_again_out_of_order():
    source = records.opened("t", io.BytesIO(b'{"a": 1}\n{"b": 2}\n'))
    first, second = source.places()

    assert (second, source.record(second).value, source.record(first).value) == (Place(2, 9, 9), {"b": 2}, {"a": 1})
