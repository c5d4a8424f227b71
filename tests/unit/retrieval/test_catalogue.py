import subprocess
import sys

import pytest

from llmgate import retrieval
from llmgate.errors import UsageError


def test_an_engine_that_is_no_store_is_told_with_those_that_are():
    with pytest.raises(UsageError, match="'fts5' is no store") as caught:
        retrieval.store("fts5")
    assert "qdrant" in caught.value.remedy


def test_no_adapter_is_imported_before_it_is_asked_for():
    seen = "[name for name in sys.modules if name.startswith('llmgate.retrieval.adapters')]"
    program = f"import sys; from llmgate import retrieval, gate; print({seen})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_engine_is_of_one_kind():
    kinds = [*retrieval.EMBEDDED, *retrieval.OUTSIDE, *retrieval.STORES]
    assert len(set(kinds)) == len(kinds)
