"""`llmgate index` on a store: Qdrant's documented exchanges, played on loopback."""

import json

import pytest

from llmgate.retrieval import lock
from tests import gitserver, project
from tests.unit.cli import program
from tests.unit.retrieval.adapters import recorded

SWITCHED = [("handbook-2026-11-01", "handbook-2026-11-15")]
EDITED = [("US customers: 30 days", "US customers: 60 days")]


def configured(url):
    options = f'{{url: "{url}", page: 2}}'
    entry = f"retrieval:\n  kb: {{engine: qdrant, index: production, options: {options}}}\ntargets:"
    hosts = f'  retrieval_hosts: {{kb: {{host: "{url}", key: QDRANT_KEY}}}}\n'
    return project.config("http://127.0.0.1:9", policy=hosts).replace("targets:", entry)


@pytest.fixture
def repository(tmp_path):
    made = gitserver.init(tmp_path / "repository")
    made.commit(project.files("http://127.0.0.1:9", fixtures=1), "base")
    return made


def index(repository, command, changes=()):
    """Run a command against the store with some of its words replaced."""
    text = json.dumps(recorded.exchanges("qdrant"), ensure_ascii=False)
    for old, new in changes:
        text = text.replace(old, new)
    with recorded.serve(json.loads(text)) as played:
        repository.write({"llmgate.yaml": configured(played.url)})
        done = program.run("index", command, "--repository", repository.path, environment={"QDRANT_KEY": "s3cret"})
    assert {headers["api-key"] for headers in played.headers} == {"s3cret"}
    return done


def test_the_lock_says_what_an_alias_means_and_what_the_store_tells_of_itself(repository):
    done = index(repository, "lock")
    assert done.output.startswith("kb (production is handbook-2026-11-01): 2 documents, 3 chunks, sha256:")
    locked = lock.read((repository.path / lock.PATH).read_bytes()).indexes["kb"]
    assert (locked.asked, locked.name) == ("production", "handbook-2026-11-01")
    assert locked.header.store["dimension"] == 4
    assert set(locked.documents) == {"returns.md", "größen.md"}


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ((), 0, "1 index: nothing differs"),
        (SWITCHED, 1, "kb: 'production' means 'handbook-2026-11-15' and meant 'handbook-2026-11-01'"),
        (EDITED, 1, "kb: changed returns.md"),
        ([('"Cosine"', '"Dot"')], 1, "kb: store.metric is 'Dot' and was 'Cosine'"),
    ],
    ids=["same", "switched", "edited", "metric"],
)
def test_verify_says_what_became_of_the_store(repository, changes, code, said):
    index(repository, "lock")
    done = index(repository, "verify", changes)
    assert (done.exit_code, done.output.splitlines()[0]) == (code, said)


def test_check_asks_no_store(repository):
    index(repository, "lock")
    done = program.run("check", "--repository", repository.path)
    assert done.exit_code == 0, done.output
