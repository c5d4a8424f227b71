"""Providers asked for their lists of models, over real HTTP on loopback."""

import pytest

from llmgate.config import ProviderEntry
from llmgate.pins.live import Style
from llmgate.providers import listing
from llmgate.providers.pace import Limits
from tests import modelserver
from tests.unit.providers import fakes


def ask(declared, environment=None, used=None, **limits):
    manner = listing.Manner(pace=fakes.FakeTime().pace, limits=Limits(**{"timeout_s": 5.0, **limits}))
    return listing.ask(declared, environment or {"KEY": fakes.KEY}, used or declared, manner)


def entry(server, **more):
    return ProviderEntry(**{"host": server.url, "key": "KEY", **more})


def serving(*answers):
    return modelserver.serve(plan=[modelserver.json_body(answer) for answer in answers])


def ids(found):
    return [item.get("id", item.get("name")) for item in found.items]


def test_openais_list_is_one_page_at_its_own_address():
    with serving({"data": [{"id": "a"}, {"id": "b"}]}) as server:
        (found,) = ask({"openai": entry(server)})
    assert (found.provider, found.style, ids(found)) == ("openai", Style.OPENAI, ["a", "b"])
    assert found.source == f"GET {server.url}/v1/models"
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.query, seen.key) == ("GET", "/v1/models", {}, fakes.KEY)


def test_anthropics_list_is_read_page_by_page():
    first = {"data": [{"id": "a"}], "has_more": True, "last_id": "a&limit=1"}
    with serving(first, {"data": [{"id": "b"}], "has_more": False}) as server:
        (found,) = ask({"anthropic": entry(server, api="anthropic-messages")})
    assert ids(found) == ["a", "b"]
    assert [seen.query for seen in server.seen] == [{"limit": "1000"}, {"limit": "1000", "after_id": "a&limit=1"}]
    assert {(seen.path, seen.headers["x-api-key"], seen.headers["anthropic-version"]) for seen in server.seen} == {
        ("/v1/models", fakes.KEY, "2023-06-01")
    }


@pytest.mark.parametrize(
    ("path", "asked"), [("", "/v1beta/models"), ("/v1beta/openai", "/v1beta/models"), ("/v1", "/v1/models")]
)
def test_geminis_list_is_read_page_by_page_with_the_key_in_a_header(path, asked):
    first = {"models": [{"name": "models/a"}], "nextPageToken": "t"}
    with serving(first, {"models": [{"name": "models/b"}]}) as server:
        (found,) = ask({"gemini": entry(server, path=path)})
    assert ids(found) == ["models/a", "models/b"]
    assert [seen.query for seen in server.seen] == [{"pageSize": "1000"}, {"pageSize": "1000", "pageToken": "t"}]
    assert {(seen.path, seen.headers["x-goog-api-key"]) for seen in server.seen} == {(asked, fakes.KEY)}
    assert all("authorization" not in seen.headers for seen in server.seen)


def test_mistrals_list_and_one_behind_a_path_are_asked_there():
    with serving({"data": [{"id": "a"}]}) as server:
        (found,) = ask({"mistral": entry(server, path="/api/v1")})
    assert (found.style, server.seen[0].path) == (Style.MISTRAL, "/api/v1/models")


def test_a_server_without_a_key_is_asked_without_one():
    with serving({"data": [{"id": "a"}]}) as server:
        (found,) = ask({"house": ProviderEntry(host=server.url)})
    assert ids(found) == ["a"]
    assert server.seen[0].key is None


def unasked(plan, **more):
    with modelserver.serve(plan=plan) as server:
        (found,) = ask({"openai": entry(server)}, **more)
    assert isinstance(found, listing.Unasked)
    return found, server


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (modelserver.status(401), "answered 401"),
        (modelserver.status(404), "answered 404"),
        (modelserver.garbage(), "unreadable"),
        (modelserver.json_body({"error": "no"}), "no list of models"),
        (modelserver.json_body({"data": []}), "is empty"),
        (modelserver.redirect("http://127.0.0.1:9/v1/models"), "redirects"),
        (modelserver.gzip_bomb(), "compressed"),
        (modelserver.endless(), "longer than"),
        (modelserver.hang(), "in time"),
        (modelserver.reset(), "broke"),
    ],
)
def test_whoever_gives_no_list_is_named_with_the_reason(fault, message):
    found, _ = unasked(lambda _asked: fault, timeout_s=1.0, deadline_s=2.0)
    assert (found.provider, message in found.message) == ("openai", True), found


def test_a_redirect_is_not_followed_and_takes_no_key_along():
    with modelserver.serve() as elsewhere:
        unasked([modelserver.redirect(f"{elsewhere.url}/v1/models")])
    assert elsewhere.seen == []


def test_a_key_that_comes_back_in_an_error_is_not_shown():
    found, _ = unasked([modelserver.echo_key()])
    assert fakes.KEY not in found.message


def test_a_transient_fault_is_tried_again():
    with modelserver.serve(plan=[modelserver.status(503), modelserver.json_body({"data": [{"id": "a"}]})]) as server:
        (found,) = ask({"openai": entry(server)})
    assert ids(found) == ["a"]


def test_a_list_without_an_end_is_given_up():
    def page(asked):
        return modelserver.json_body({"data": [{"id": "a"}], "has_more": True, "last_id": "a"})

    with modelserver.serve(plan=page) as server:
        (found,) = ask({"anthropic": entry(server, api="anthropic-messages")})
    assert "more than 20 pages" in found.message
    assert len(server.seen) == listing.MAX_PAGES


def test_without_its_key_nobody_is_asked():
    with modelserver.serve() as server:
        (found,) = ask({"openai": entry(server)}, {"KEY": ""})
    assert "KEY is not set or empty" in found.message
    assert server.seen == []


def test_a_provider_that_the_policy_does_not_name_is_not_asked():
    (found,) = ask({}, used=["mistral"])
    assert "no such provider in policy.providers: mistral" in found.message


def test_a_provider_whose_names_are_in_no_list_is_not_asked():
    with modelserver.serve() as server:
        (found,) = ask({"azure": entry(server)})
    assert "no list of the names" in found.message
    assert server.seen == []


def test_one_that_fails_does_not_keep_the_others_from_being_asked():
    with serving({"data": [{"id": "a"}]}) as good, modelserver.serve(plan=[modelserver.status(401)]) as bad:
        first, second = ask({"bad": entry(bad), "good": entry(good)})
    assert isinstance(first, listing.Unasked)
    assert ids(second) == ["a"]
