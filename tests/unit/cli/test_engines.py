"""What a policy allows of the engines and stores that need the network or a process."""

import os
from contextlib import ExitStack

import pytest

from llmgate.cli import engines
from llmgate.cli.engines import Engines
from llmgate.config import Policy, RetrievalEntry
from llmgate.errors import NotEvaluated, RenderError, UsageError
from llmgate.processes.users import NUMBERS
from llmgate.retrieval.chunk import Collection
from llmgate.retrieval.indexes import Indexes
from tests.applications import PYTHON
from tests.unit.retrieval.indexes import read

SEARCH = """
import json, pathlib
found = sorted(str(path) for path in pathlib.Path().rglob("*") if path.is_file())
print(json.dumps({"documents": [{"id": name, "text": pathlib.Path(name).read_text()} for name in found]}))
"""
COMMAND = [PYTHON, "-I", "tools/search.py"]


def entry(engine, **options):
    return RetrievalEntry.model_validate({"engine": engine, "corpus": ["docs/**"], "options": options})


def policy(**settings):
    return Policy.model_validate(settings)


def revision(**files):
    content = {"docs/a.md": b"A", "tools/search.py": SEARCH.encode(), "secret.txt": b"S", **files}
    return Indexes(read().config, content, content.__getitem__)


@pytest.fixture
def make():
    with ExitStack() as stack:
        yield Engines(stack, {"PATH": os.environ["PATH"], "SEARCH_KEY": "s3cret"})


# Commands


def test_a_command_that_the_policy_lists_runs_on_the_files_that_it_asked_for(make):
    allowed = policy(commands=[COMMAND])
    engine = make(allowed, entry("command", command=COMMAND, files=["tools/**"]), revision())
    assert [hit.id for hit in engine.search("q", 9)] == ["docs/a.md", "tools/search.py"]


@pytest.mark.parametrize("listed", [[], [[*COMMAND, "--more"]], [COMMAND[:-1]], [["sh", "-c", "x"]]])
def test_a_command_that_the_policy_does_not_list_word_for_word_is_refused(make, listed):
    with pytest.raises(RenderError, match=r"not in policy\.commands of the base"):
        make(policy(commands=listed), entry("command", command=COMMAND), revision())


def test_each_revision_has_a_folder_of_its_own_that_is_gone_afterwards():
    allowed = policy(commands=[COMMAND])
    with ExitStack() as stack:
        made = Engines(stack, {"PATH": os.environ["PATH"]})
        asked = entry("command", command=COMMAND, files=["tools/**"])
        both = [made(allowed, asked, revision(**{"docs/a.md": text})) for text in (b"base", b"head")]
        assert [engine.search("q", 1)[0].text for engine in both] == ["base", "head"]
        folders = [engine._folder for engine in both]
    assert not any(folder.exists() for folder in folders)


def test_a_command_cannot_read_what_the_gate_knows(make):
    program = """
import json, os
def tried():
    try:
        return open(f"/proc/{os.getppid()}/environ").read() or "nothing"
    except OSError as error:
        return type(error).__name__
print(json.dumps({"documents": [{"id": tried(), "text": str(os.getuid())}]}))
"""
    engine = make(
        policy(commands=[COMMAND]),
        entry("command", command=COMMAND, files=["tools/**"]),
        revision(**{"tools/search.py": program.encode()}),
    )
    (hit,) = engine.search("q", 1)
    assert (hit.id, int(hit.text) in NUMBERS) == (
        ("PermissionError", True) if os.geteuid() == 0 else ("nothing", False)
    )


# Search services


def service(**settings):
    return policy(retrieval_hosts={"search": {"host": "search.example", "path": "/v1", **settings}})


def test_a_host_that_the_policy_does_not_have_is_refused(make):
    with pytest.raises(RenderError, match=r"'elsewhere' is not in policy\.retrieval_hosts of the base") as caught:
        make(service(), entry("http", host="elsewhere"), revision())
    assert "known: search" in caught.value.remedy


def test_a_host_of_which_the_policy_gives_no_path_is_not_searched(make):
    with pytest.raises(RenderError, match="has no path"):
        make(service(path=""), entry("http", host="search", path="/admin"), revision())


def test_a_key_that_is_not_set_is_told_by_its_name(make):
    with pytest.raises(NotEvaluated, match="OTHER_KEY is not set"):
        make(service(key="OTHER_KEY"), entry("http", host="search"), revision())


def test_a_host_of_the_policy_is_asked_below_its_path_with_its_key(make):
    made = make(service(key="SEARCH_KEY"), entry("http", host="search", path="/q"), revision())
    assert (made.url, made._headers["authorization"]) == ("https://search.example/v1/q", "Bearer s3cret")


# Stores


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://store.example", "store.example"),
        ("https://store.example:443/path", "store.example"),
        ("http://127.0.0.1:6333", "http://127.0.0.1:6333"),
        ("postgresql://reader@db.example/shop", "db.example:5432"),
    ],
)
def test_a_store_at_a_host_of_the_policy_is_read_with_that_hosts_key(url, host):
    allowed = policy(retrieval_hosts={"store": {"host": host, "key": "SEARCH_KEY"}})
    assert engines.host_of(allowed, url).key == "SEARCH_KEY"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "store.example",
        "https://store.example.evil",
        "https://evil/store.example",
        "https://store.example:8443",
        "https://store.example@evil",
        "https://store.example?host=evil",
        "ftp://store.example",
        "https://[",
        "http://store.example",
        "https://store.example:99999",
    ],
)
def test_a_store_anywhere_else_is_refused(url):
    allowed = policy(retrieval_hosts={"store": {"host": "store.example", "key": "SEARCH_KEY"}})
    with pytest.raises(UsageError, match=r"not in policy\.retrieval_hosts"):
        engines.host_of(allowed, url)


def test_an_adapter_is_asked_with_the_options_the_name_and_the_key():
    asked = []

    class Adapter:
        ENGINE = "qdrant"

        def collection(self, options, key):
            asked.append((options, key))
            return Collection(name="c-1", asked="live", settings={}, chunks=iter(()))

    allowed = policy(retrieval_hosts={"store": {"host": "store.example", "key": "SEARCH_KEY"}})
    named = RetrievalEntry(engine="qdrant", index="live", options={"url": "https://store.example", "text": "body"})
    engines.collection(allowed, named, {"SEARCH_KEY": "s3cret"}, lambda _: Adapter())
    assert asked == [({"url": "https://store.example", "text": "body", "index": "live"}, "s3cret")]
