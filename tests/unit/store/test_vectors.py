import asyncio
import sqlite3

import pytest

from llmgate import store
from llmgate.store import Judged, Kept, Store
from llmgate.store.ruins import APPLICATION_ID
from llmgate.store.seals import checksum
from llmgate.store.tables import VERSIONS

VECTOR = (0.5, -1.25, 3.0)


def keep(opened, *what):
    asyncio.run(opened.vectors.keep(*what))


@pytest.fixture
def opened(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def test_a_vector_is_found_again_by_its_key_as_it_was(opened):
    keep(opened, [("k", Kept(vector=VECTOR, served_model="m-1")), ("l", Kept(vector=(1.0,)))])
    assert opened.vectors.find("k") == Kept(vector=VECTOR, served_model="m-1")
    assert opened.vectors.find("l") == Kept(vector=(1.0,))
    assert opened.vectors.find("other") is None


def test_the_first_vector_of_a_key_stays(opened):
    for number in (1.0, 2.0):
        keep(opened, [("k", Kept(vector=(number,)))])
    assert opened.vectors.find("k").vector == (1.0,)


@pytest.mark.parametrize("torn", ["x''", "x'0000'", "x'0000c07f'", "'text'", "x'0000807f'"])
def test_a_torn_vector_is_forgotten_and_can_be_replaced(opened, torn):
    keep(opened, [("k", Kept(vector=VECTOR))])
    opened._file.connection.execute(f"UPDATE vector SET numbers = {torn}")
    assert opened.vectors.find("k") is None
    keep(opened, [("k", Kept(vector=VECTOR))])
    assert opened.vectors.find("k").vector == VECTOR


@pytest.mark.parametrize("version", range(1, store.SCHEMA_VERSION))
def test_a_store_of_an_earlier_format_opens_with_what_it_holds(tmp_path, version):
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as older:
        older.create_function("seal", -1, checksum)
        older.executescript("".join(VERSIONS[:version]))
        older.execute("INSERT INTO judged VALUES ('s', 'h', 'b', 'passed', 'fine', 1.0)")
        older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        older.execute(f"PRAGMA user_version = {version}")
    older.close()
    for _ in range(2):
        with Store.open(path) as opened:
            keep(opened, [("k", Kept(vector=VECTOR))])
            assert opened.earlier("s", besides="") == (Judged(head="h", verdict="passed", summary="fine"),)
            assert opened.vectors.find("k").vector == VECTOR
