"""`llmgate index` on real repositories: build, lock, verify, and what they say when something moved."""

import json

import pytest

from llmgate.cli.index import of_store
from llmgate.config import RetrievalEntry
from llmgate.errors import ConfigurationError, UsageError
from llmgate.retrieval import lock
from llmgate.retrieval.chunk import Chunk, Collection
from tests import gitserver, project
from tests.unit.cli import program

ORIGIN = "http://127.0.0.1:9"
DOCS = {"docs/returns.md": "Returns are free within 14 days.\n", "docs/shipping.md": "Shipping takes 3 days.\n"}
RETRIEVAL = 'retrieval:\n  handbook: {engine: fts5, corpus: ["docs/**"]}\ntargets:'


def written(retrieval=RETRIEVAL, **settings):
    return project.config(ORIGIN, **settings).replace("targets:", retrieval)


@pytest.fixture
def repository(tmp_path):
    made = gitserver.init(tmp_path / "repository")
    made.commit({**project.files(ORIGIN, fixtures=2), **DOCS, "llmgate.yaml": written()}, "base")
    return made


def index(repository, *arguments, **environment):
    return program.run("index", *arguments, "--repository", repository.path, environment=environment)


def locked(repository):
    return json.loads((repository.path / lock.PATH).read_text())["indexes"]


def test_build_prints_the_manifest(repository):
    lines = index(repository, "build").output.splitlines()
    assert [json.loads(line).get("id") for line in lines] == [None, "docs/returns.md#1", "docs/shipping.md#1"]


def test_build_writes_it_to_a_file_and_prints_its_digest(repository, tmp_path):
    done = index(repository, "build", "handbook", "--out", tmp_path / "out" / "m.jsonl")
    printed = index(repository, "build").output
    assert (tmp_path / "out" / "m.jsonl").read_text() == printed
    assert done.output.startswith("2 documents, 2 chunks: sha256:")


def test_build_of_another_revision_reads_that_one(repository):
    before = index(repository, "build").output
    repository.commit({"docs/returns.md": "Gone."})
    assert index(repository, "build", "--revision", "HEAD~1").output == before != index(repository, "build").output


def test_lock_writes_what_the_worktree_has_and_verify_agrees(repository):
    repository.write({"docs/new.md": "Not yet committed."})
    done = index(repository, "lock")
    assert done.output.startswith("handbook: 3 documents, 3 chunks, sha256:")
    assert set(locked(repository)["handbook"]["documents"]) == {*DOCS, "docs/new.md"}
    verified = index(repository, "verify")
    assert (verified.exit_code, verified.output) == (0, "1 index: nothing differs\n")


def test_lock_twice_gives_the_same_bytes(repository):
    index(repository, "lock")
    first = (repository.path / lock.PATH).read_bytes()
    index(repository, "lock")
    assert (repository.path / lock.PATH).read_bytes() == first


def test_verify_names_the_documents_that_moved(repository):
    index(repository, "lock")
    (repository.path / "docs/shipping.md").rename(repository.path / "docs/delivery.md")
    repository.write({"docs/returns.md": "Returns cost 5 euros.\n", "docs/new.md": "New.\n"})
    done = index(repository, "verify")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "handbook: changed docs/returns.md",
        "handbook: moved docs/shipping.md to docs/delivery.md",
        "handbook: added docs/new.md",
        "run `llmgate index lock` and commit llmgate.lock",
    ]


def test_verify_of_a_revision_looks_at_that_one(repository):
    index(repository, "lock")
    repository.commit()
    repository.commit({"docs/returns.md": "Gone."})
    codes = [index(repository, "verify", "--revision", revision).exit_code for revision in ("HEAD~1", "HEAD")]
    assert codes == [0, 1]


def test_verify_without_a_lock_is_wrong_usage(repository):
    assert isinstance(index(repository, "verify").exception, UsageError)


def test_verify_of_a_lock_that_is_none_tells_its_faults(repository):
    repository.write({lock.PATH: '{"schema": 7}'})
    assert isinstance(index(repository, "verify").exception, ConfigurationError)


def test_a_manifest_names_what_a_lock_of_very_many_documents_cannot(repository, tmp_path):
    index(repository, "build", "--out", tmp_path / "m.jsonl")
    index(repository, "lock")
    state = json.loads((repository.path / lock.PATH).read_text())
    del state["indexes"]["handbook"]["documents"]
    repository.write({lock.PATH: json.dumps(state), "docs/returns.md": "Gone."})
    assert "too many for the lock" in index(repository, "verify").output
    named = index(repository, "verify", "--manifest", tmp_path / "m.jsonl").output
    assert named.startswith("handbook: changed docs/returns.md\n")


@pytest.mark.parametrize(("name", "said"), [("manual", "'manual' is no index"), (None, "name one index")])
def test_build_asks_for_the_name_of_an_index_where_it_cannot_know(repository, name, said):
    other = '  faq: {engine: bm25, corpus: ["README.md"]}\ntargets:'
    repository.write({"llmgate.yaml": written(RETRIEVAL.replace("targets:", other))})
    done = index(repository, "build", *filter(None, [name]))
    assert said in done.exception.message
    assert done.exception.remedy == "indexes: faq, handbook"


def test_lock_of_one_index_leaves_the_others_as_they_are(repository):
    other = '  faq: {engine: bm25, corpus: ["README.md"]}\ntargets:'
    repository.write({"llmgate.yaml": written(RETRIEVAL.replace("targets:", other))})
    index(repository, "lock")
    before = locked(repository)
    repository.write({"docs/returns.md": "Gone.", "README.md": "Another shop."})
    index(repository, "lock", "faq")
    after = locked(repository)
    assert after["handbook"] == before["handbook"]
    assert after["faq"]["digest"] != before["faq"]["digest"]


def test_without_an_index_there_is_nothing_to_lock(repository):
    repository.write({"llmgate.yaml": project.config(ORIGIN)})
    assert "no index to lock" in index(repository, "lock").exception.message


def test_a_lock_that_is_a_link_out_of_the_repository_is_not_written_through(repository, tmp_path):
    outside = tmp_path / "precious"
    outside.write_text("mine")
    (repository.path / lock.PATH).symlink_to(outside)
    assert "is a symbolic link" in index(repository, "lock").exception.message
    assert outside.read_text() == "mine"


# Stores


def in_store(*chunks, asked="live", name="handbook-7"):
    entry = RetrievalEntry.model_validate({"engine": "qdrant", "index": asked, "embedding": {"model": "e-1"}})
    return of_store(entry, Collection(name=name, asked=asked, settings={"dimension": 3}, chunks=iter(chunks)))


def test_a_store_is_fingerprinted_with_its_names_and_what_it_tells_of_itself():
    chunk = Chunk(id="p-1", document="returns.md", sha256="a" * 64)
    built = in_store(chunk)
    assert (built.asked, built.name) == ("live", "handbook-7")
    assert built.manifest.header.value() == {
        "embedding": {"model": "e-1"},
        "metric": None,
        "splitter": {},
        "store": {"dimension": 3},
    }
    assert built.manifest.hashes == {"p-1": "a" * 64}


def test_the_order_in_which_a_store_gives_its_chunks_changes_nothing():
    chunks = [Chunk(id=f"p-{number}", document="d", sha256="a" * 64) for number in range(3)]
    assert in_store(*chunks).manifest.digest == in_store(*chunks[::-1]).manifest.digest


def test_a_store_that_the_policy_does_not_have_is_not_reached(repository):
    entry = 'retrieval:\n  kb: {engine: qdrant, index: live, options: {url: "http://127.0.0.1:9"}}\ntargets:'
    repository.write({"llmgate.yaml": written(entry)})
    assert "the store at '127.0.0.1' is not in policy.retrieval_hosts" in index(repository, "lock").exception.message


def test_hosts_can_be_taken_from_the_policy_of_another_revision(repository):
    entry = 'retrieval:\n  kb: {engine: qdrant, index: live, options: {url: "http://127.0.0.1:9"}}\ntargets:'
    hosts = '  retrieval_hosts: {kb: {host: "http://127.0.0.1:9", key: KB_KEY}}\n'
    repository.write({"llmgate.yaml": written(entry, policy=hosts)})
    own = index(repository, "build", KB_KEY="")
    other = index(repository, "build", "--policy", "HEAD", KB_KEY="")
    assert "KB_KEY is not set" in own.exception.message
    assert "not in policy.retrieval_hosts" in other.exception.message


# check


def test_check_says_that_nothing_holds_an_index_until_it_is_locked(repository):
    assert "nothing holds the index 'handbook'" in program.run("check", "--repository", repository.path).output
    index(repository, "lock")
    assert "nothing holds" not in program.run("check", "--repository", repository.path).output


def test_check_would_block_a_drift_and_names_its_documents(repository):
    index(repository, "lock")
    repository.write({"docs/returns.md": "Gone."})
    done = program.run("check", "--repository", repository.path)
    assert done.exit_code == 1
    assert (
        "block: llmgate.lock:1: the index 'handbook' differs from llmgate.lock: changed docs/returns.md" in done.output
    )


def test_check_names_fixtures_whose_documents_are_elsewhere(repository):
    index(repository, "lock")
    context = "context:\n  index: {name: handbook}\n"
    repository.write({"fixtures/case-000.yaml": project.case(0).replace("context:\n", context)})
    assert "fixture 'case-000' and the index 'handbook': 'returns.md#1' is now 'docs/returns.md#1'" in (
        program.run("check", "--repository", repository.path).output
    )


def test_check_tells_a_live_fixture_that_has_nothing_to_search_in(repository):
    repository.write({"fixtures/case-000.yaml": project.case(0, extra="retrieval: live\n")})
    done = program.run("check", "--repository", repository.path)
    assert "its target 'support' has no retrieval" in str(done.exception)
