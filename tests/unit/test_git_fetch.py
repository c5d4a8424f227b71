"""Commits over smart HTTP: what arrives, who gets the token, and how it ends when it goes wrong."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import traceback

import pygit2
import pytest

from llmgate import git
from llmgate.errors import NotEvaluated, UsageError
from tests import gitserver

TOKEN = "canary-token-3f9a"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A pull request's repository, `base` on main, `head` on top of the fork point, `merge` of both; and what
    actions/checkout makes of it: the merge commit alone."""
    folder = tmp_path_factory.mktemp("made")
    work = gitserver.init(folder / "served" / "origin")
    fork = work.commit({f"many/{number}": f"{number}" * 500 for number in range(50)})
    base = work.commit({"base": "base"})
    work("switch", "--quiet", "--create", "topic", fork)
    work.commit({"head": "head"})
    work("switch", "--quiet", "--detach", "main")
    work("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    work("update-ref", "refs/pull/7/merge", "HEAD")
    work("switch", "--quiet", "main")
    assert work("rev-parse", "refs/pull/7/merge^1") == base
    checkout = gitserver.init(folder / "checkout")
    checkout("fetch", "--quiet", gitserver.DEPTH, f"file://{work.path}", "refs/pull/7/merge")
    checkout("checkout", "--quiet", "--detach", "FETCH_HEAD")
    return folder


@pytest.fixture
def origin(made, tmp_path):
    shutil.copytree(made / "served", tmp_path / "served")
    return gitserver.Checkout(tmp_path / "served" / "origin")


@pytest.fixture
def server(origin):
    with gitserver.serving(origin.path.parent) as server:
        yield server


@pytest.fixture
def shallow(made, tmp_path):
    shutil.copytree(made / "checkout", tmp_path / "checkout", symlinks=True)
    return gitserver.Checkout(tmp_path / "checkout")


@pytest.fixture
def repository(shallow, tmp_path):
    return git.Repository.open(shallow.path, scratch=tmp_path / "scratch")


def base_of(repository):
    return repository.parents(repository.resolve("HEAD"))[0]


@pytest.mark.trust("shallow")
@pytest.mark.parametrize("token", [None, TOKEN])
def test_a_checkout_of_depth_1_gets_its_base_by_id(server, shallow, repository, token):
    server.faults.token = token
    base = base_of(repository)
    assert not repository.has(base)
    with gitserver.untouched(shallow.path):
        assert repository.fetch(server.url("origin/.git"), wants=[base], token=token) == (base,)
    assert repository.has(base)
    assert [change.path for change in repository.changed(base, repository.resolve("HEAD"))] == ["head"]
    assert repository.read(base, "base") == b"base"


def test_the_parent_of_a_cut_off_commit_is_no_revision(repository):
    with pytest.raises(UsageError, match=r"HEAD\^1"):
        repository.resolve("HEAD^1")


def test_files_that_are_here_already_are_not_sent_again(server, repository):
    repository.fetch(server.url("origin/.git"), wants=[base_of(repository)])
    assert server.sent_bytes < 3000


def test_a_reference_is_fetched_by_its_full_name(origin, server, repository):
    merge = origin("rev-parse", "refs/pull/7/merge")
    main = origin("rev-parse", "main")
    wants = ["refs/pull/7/merge", "refs/heads/main", main]
    assert repository.fetch(server.url("origin/.git"), wants=wants) == (merge, main, main)


def test_a_reference_that_moved_is_fetched_anew(origin, server, repository):
    repository.fetch(server.url("origin/.git"), wants=["refs/heads/main"])
    moved = origin.commit({"moved": "moved"})
    assert repository.fetch(server.url("origin/.git"), wants=["refs/heads/main"]) == (moved,)


def test_an_annotated_tag_gives_its_commit(origin, server, repository):
    origin("tag", "--annotate", "v1", "--message", "v1", "main")
    assert repository.fetch(server.url("origin/.git"), wants=["refs/tags/v1"]) == (origin("rev-parse", "main"),)


def test_the_whole_history_gives_a_merge_base(origin, server, repository):
    head = repository.resolve("HEAD")
    base, topic = repository.parents(head)
    repository.fetch(server.url("origin/.git"), wants=[base, topic])
    assert repository.merge_base(base, topic) is None
    repository.fetch(server.url("origin/.git"), wants=[base, topic], depth=50)
    assert repository.merge_base(base, topic) == origin("merge-base", base, topic)


def test_a_partial_clone_counts_a_commit_as_here_only_when_fetched_whole(origin, server, tmp_path):
    url = server.url("origin/.git")
    clone = gitserver.clone(url, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    repository = git.Repository.open(clone.path, scratch=tmp_path / "scratch")
    commit = repository.resolve("HEAD")
    assert not repository.has(commit)
    with pytest.raises(NotEvaluated, match="not in this clone"):
        repository.read(commit, "base")
    with gitserver.untouched(clone.path):
        repository.fetch(url, wants=[commit])
    assert repository.has(commit)
    assert repository.read(commit, "base") == b"base"


def test_the_token_is_sent_only_when_the_server_asks(server, repository):
    repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=TOKEN)
    assert {request.authorization for request in server.requests} == {None}


@pytest.mark.parametrize("given", [None, "", "wrong-canary"])
def test_a_missing_or_refused_token_is_not_evaluated_and_stays_secret(server, repository, given):
    server.faults.token = TOKEN
    with pytest.raises(NotEvaluated, match="token") as caught:
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=given)
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert "fetch-depth: 0" in caught.value.remedy
    assert len([request for request in server.requests if request.authorization]) == bool(given)


def test_a_server_that_says_the_token_back_is_censored(server, repository):
    said = f"ERR you sent {TOKEN}".encode()
    server.faults.says = b"%04x%s" % (len(said) + 4, said)
    with pytest.raises(NotEvaluated, match=r"you sent \*\*\*") as caught:
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=TOKEN)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("before", [472, 480, 488, 496])
def test_a_long_answer_is_not_cut_within_the_token(server, repository, before):
    said = b"ERR " + b"x" * before + TOKEN.encode()
    server.faults.says = b"%04x%s" % (len(said) + 4, said)
    with pytest.raises(NotEvaluated) as caught:
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=TOKEN)
    assert "ca" not in caught.value.message.partition("xxxx")[2]


@pytest.mark.trust("redirect")
@pytest.mark.parametrize(("asks_first", "other_asks"), [(False, True), (True, False), (True, True)])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_redirect_never_takes_the_token_to_another_server(server, repository, host, asks_first, other_asks):
    with gitserver.serving(server.root) as other:
        server.faults.redirect = other.origin(host)
        server.faults.token = TOKEN if asks_first else None
        other.faults.token = TOKEN if other_asks else None
        with contextlib.suppress(NotEvaluated):
            repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=TOKEN)
        assert any(request.authorization for request in server.requests) == asks_first
        assert {request.authorization for request in other.requests} <= {None}


def test_a_redirect_to_another_host_is_not_followed_at_all(server, repository):
    with gitserver.serving(server.root) as other:
        server.faults.redirect = other.origin("localhost")
        with pytest.raises(NotEvaluated, match="cannot redirect"):
            repository.fetch(server.url("origin/.git"), wants=[base_of(repository)])
        assert other.requests == []


def test_the_users_git_configuration_cannot_send_the_token_elsewhere(origin, server, shallow, tmp_path):
    with gitserver.serving(origin.path.parent) as other:
        other.faults.token = TOKEN
        planted = f'[url "{other.origin()}/"]\n\tinsteadOf = {server.origin()}/\n'
        (tmp_path / ".gitconfig").write_text(planted)
        shallow("config", f"url.{other.origin()}/.insteadOf", f"{server.origin()}/")
        pygit2.settings.search_path[pygit2.enums.ConfigLevel.GLOBAL] = str(tmp_path)
        repository = git.Repository.open(shallow.path, scratch=tmp_path / "scratch")
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=TOKEN)
        assert other.requests == []


def test_an_earlier_fetch_is_not_mistaken_for_the_answer(server, repository):
    repository.fetch(server.url("origin/.git"), wants=["refs/heads/main"])
    with pytest.raises(NotEvaluated, match="no such commit or reference"):
        repository.fetch(server.url("origin/.git"), wants=["refs/heads/gone"])


@pytest.mark.parametrize("want", ["refs/pull/8/merge", "0" * 39 + "1"])
def test_what_the_server_does_not_have_is_not_evaluated(server, repository, want):
    with pytest.raises(NotEvaluated, match="no such commit or reference"):
        repository.fetch(server.url("origin/.git"), wants=[want])


@pytest.mark.parametrize(
    "want", ["main", "", "refs/heads/*", "--upload-pack=x", "refs/heads/a:refs/heads/b", "0" * 39, "HEAD~1", "refs/x y"]
)
def test_only_full_ids_and_full_names_can_be_wanted(server, repository, want):
    with pytest.raises(UsageError, match="cannot fetch"):
        repository.fetch(server.url("origin/.git"), wants=[want])
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/o/r",
        "file:///etc",
        "/etc",
        "ssh://git@example.com/o/r",
        "git@example.com:o/r",
        "git://127.0.0.1/o/r",
        "ext::sh -c id",
        "https://user@example.com/o/r",
        "https://x:y@example.com/o/r",
        "https://example.com/o/r?x",
        "https://example.com/o/r#x",
        "https://example.com:port/o/r",
        "https://[::1/o/r",
        "https://",
        "https://exam ple.com/",
        "https://example.com/\n",
        "http://127.0.0.1.example.com/",
        "http://localhost\\@example.com/",
        "",
    ],
)
def test_only_plain_https_addresses_are_spoken_to(repository, url):
    with pytest.raises(UsageError, match="URL is not an https"):
        repository.fetch(url, wants=["0" * 40], token=TOKEN)


@pytest.mark.parametrize("status", [301, 403, 404, 410, 429, 500, 503])
def test_an_error_of_the_server_is_not_evaluated(server, repository, status):
    server.faults.status = status
    with pytest.raises(NotEvaluated, match="cannot be fetched"):
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)])


@pytest.mark.parametrize("says", [b"garbage", b"0000", b"001e# service=git-upload-pack\n0000", b"ffff" + b"x" * 100])
def test_a_malformed_answer_is_not_evaluated(server, repository, says):
    server.faults.says = says
    with pytest.raises(NotEvaluated, match="cannot be fetched"):
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)])


def test_a_server_that_is_not_there_is_not_evaluated(repository):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NotEvaluated, match="cannot be fetched"):
            repository.fetch(f"http://127.0.0.1:{unused.getsockname()[1]}/x", wants=[base_of(repository)])


@pytest.mark.parametrize(("fault", "value"), [("hang_s", 2), ("drip_s", 0.2)])
def test_a_server_that_hangs_or_drips_does_not_hold_the_gate(server, repository, fault, value):
    setattr(server.faults, fault, value)
    started = time.monotonic()
    with pytest.raises(NotEvaluated, match=r"no end after 0\.3 s"):
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], timeout_s=0.3)
    assert time.monotonic() - started < 1.5


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    command += ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_a_certificate_that_nobody_vouches_for_is_refused(origin, repository, certificate):
    with gitserver.serving(origin.path.parent, tls=certificate) as server:
        with pytest.raises(NotEvaluated, match="certificate"):
            repository.fetch(server.url("origin/.git"), wants=[base_of(repository)], token=TOKEN)
        assert server.requests == []


def test_a_trusted_certificate_is_enough(origin, shallow, repository, certificate, tmp_path):
    """In a process of its own: libgit2 learns whom to trust when it is loaded, and for good."""
    script = """
import sys
from pathlib import Path
from llmgate import git
url, path, scratch, want, token = sys.argv[1:]
print(*git.Repository.open(Path(path), scratch=Path(scratch)).fetch(url, wants=[want], token=token))
"""
    base = base_of(repository)
    with gitserver.serving(origin.path.parent, tls=certificate) as server:
        server.faults.token = TOKEN
        arguments = [server.url("origin/.git"), shallow.path, tmp_path / "other", base, TOKEN]
        environment = {"SSL_CERT_FILE": str(certificate / "certificate.pem"), "PYTHONPATH": ":".join(sys.path)}
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == (base, "")


def test_a_silent_server_ends_the_connection_attempt_too(repository):
    """Beneath the limit for the whole fetch, libgit2 itself gives up on a socket that stays silent."""
    assert pygit2.settings.server_timeout == 30_000
    assert pygit2.settings.server_connect_timeout == 10_000


def test_a_failed_fetch_leaves_the_repository_usable(server, shallow, repository):
    server.faults.status = 500
    with gitserver.untouched(shallow.path), pytest.raises(NotEvaluated):
        repository.fetch(server.url("origin/.git"), wants=[base_of(repository)])
    server.faults.status = None
    repository.fetch(server.url("origin/.git"), wants=[base_of(repository)])
    assert repository.has(base_of(repository))
