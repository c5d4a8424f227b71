"""Assertions on embeddings through the installed program: one loopback server plays the bot and the embedder."""

import pytest

from tests import embedding, modelserver, project

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
SAME_SENSE = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}


@pytest.fixture
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


def ended(folder, server, change, **settings):
    shop = project.Project.create(folder / "repository", embedding.files(server.url, **settings))
    shop.pull(change)
    return shop, project.gate(shop, folder)


def told(done, rule="embedder"):
    return [item["message"] for item in done.report["findings"] if item["rule"] == rule]


def embedded(server):
    return [text for asked in server.seen if asked.embeds for text in asked.body["input"]]


@pytest.mark.parametrize("kind", ["similar", "similar:euclidean"])
def test_an_answer_that_is_no_longer_like_the_expected_one_is_blocked(tmp_path, served, kind):
    _, done = ended(tmp_path, served, WORSE, kind=kind)
    assert (done.report["verdict"], done.code, told(done)) == ("regressed", 1, [])


def test_an_answer_that_is_like_the_expected_one_passes(tmp_path, served):
    _, done = ended(tmp_path, served, SAME_SENSE, fixtures=30)
    assert (done.report["verdict"], done.code) == ("passed", 0)


def test_each_text_is_embedded_once_and_a_second_run_asks_nothing(tmp_path, served):
    shop, first = ended(tmp_path, served, WORSE)
    texts = embedded(served)
    assert sorted(texts) == sorted(set(texts)) == [embedding.GOOD, "Within 30 days, I believe."]
    assert {asked.body["dimensions"] for asked in served.seen if asked.embeds} == {128}
    assert first.report["calls"]["made"] + first.report["diagnosis"]["calls"] == len(served.seen)
    count = len(served.seen)
    second = project.gate(shop, tmp_path)
    assert (len(served.seen), second.report["calls"]["made"], second.report["diagnosis"]["calls"]) == (count, 0, 0)
    assert second.report["fixtures"] == first.report["fixtures"]


def test_without_an_embedder_in_the_policy_nothing_is_judged(tmp_path, served):
    _, done = ended(tmp_path, served, WORSE, policy="")
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3)
    assert "no policy.embedder on the base" in told(done)[0]
    assert embedded(served) == []


GARBAGE = {
    "other dimensions": lambda _text, dimensions: [1.0] * (dimensions - 1),
    "zeros": lambda _text, dimensions: [0.0] * dimensions,
    "null": lambda _text, dimensions: [None] * dimensions,
    "not a number": lambda _text, dimensions: [float("nan")] * dimensions,
    "infinity": lambda _text, dimensions: [float("inf")] * dimensions,
    "beyond 32 bits": lambda _text, dimensions: [1e300] * dimensions,
    "nothing": lambda _text, _dimensions: [],
    "a text": lambda _text, _dimensions: "AACAPwAAgD8=",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_an_embedder_that_answers_garbage_gives_missing_data_and_never_a_pass(tmp_path, kind):
    with modelserver.serve(project.obedient, embed=GARBAGE[kind]) as server:
        asserted = {"kind": "not-similar", "value": "No such text."}
        _, done = ended(
            tmp_path, server, SAME_SENSE, fixtures=1, policy=embedding.POLICY + "  timeout_s: 5\n", **asserted
        )
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3)
    assert all(item["head"]["passed"] == 0 for item in done.report["fixtures"])
    assert "embedder" in done.report["reasons"][0]["message"]


def test_an_embedder_whose_answer_does_not_end_is_missing_data(tmp_path):
    def plan(asked):
        return modelserver.endless() if asked.embeds else modelserver.OK

    with modelserver.serve(project.obedient, plan=plan) as server:
        _, done = ended(tmp_path, server, SAME_SENSE, fixtures=2)
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3)
    assert "the provider's answer is longer than" in done.report["reasons"][0]["message"]


def test_an_embedder_that_redirects_is_missing_data_and_nobody_else_is_asked(tmp_path):
    with modelserver.serve() as evil:

        def plan(asked):
            return modelserver.redirect(evil.url) if asked.embeds else modelserver.OK

        with modelserver.serve(project.obedient, plan=plan) as server:
            _, done = ended(tmp_path, server, SAME_SENSE, fixtures=2)
    assert (done.report["verdict"], done.code, evil.connections) == ("not_evaluated", 3, 0)
    assert "redirects" in done.report["reasons"][0]["message"]


def test_an_empty_answer_is_like_nothing_and_is_not_sent(tmp_path):
    with modelserver.serve(lambda _: "") as server:
        _, done = ended(tmp_path, server, SAME_SENSE, fixtures=3)
    assert embedded(server) == []
    assert all(item["head"]["passed"] == 0 < item["head"]["trials"] for item in done.report["fixtures"])


@pytest.mark.trust("judge-edited")
@pytest.mark.parametrize("policy", ["", embedding.POLICY.replace("embed-2026", "lenient-2026")])
def test_a_pull_request_that_edits_the_embedder_does_not_change_its_own_gate(tmp_path, served, policy):
    edited = {"llmgate.yaml": project.config(served.url, policy=policy)}
    _, done = ended(tmp_path, served, WORSE | edited)
    assert (done.report["verdict"], done.code) == ("regressed", 1)
    assert {asked.model for asked in served.seen} == {project.MODEL, embedding.EMBEDDER["model"]}


def test_an_embedder_has_a_provider_and_a_key_of_its_own(tmp_path, served):
    with modelserver.serve() as bench:
        content = embedding.files(served.url)
        content["llmgate.yaml"] = (
            content["llmgate.yaml"]
            .replace("embedder: {provider: house", "embedder: {provider: bench")
            .replace("  providers: {", f'  providers: {{bench: {{host: "{bench.url}", key: BENCH_KEY}}, ')
        )
        shop = project.Project.create(tmp_path / "repository", content)
        shop.pull(WORSE)
        without = project.gate(shop, tmp_path)
        assert (without.report["verdict"], served.seen, bench.seen) == ("not_evaluated", [], [])
        assert "BENCH_KEY" in without.stdout
        done = project.gate(shop, tmp_path, environment={"BENCH_KEY": project.KEY})
        assert done.report["verdict"] == "regressed"
        assert {(one.path, one.key) for one in bench.seen} == {("/v1/embeddings", project.KEY)}
        assert {(one.embeds, one.key) for one in served.seen} == {(False, None)}


def test_another_model_that_answers_for_the_embedder_is_rejected(tmp_path):
    def plan(asked):
        return modelserver.served_model("embed-small-2026-01-15") if asked.embeds else modelserver.OK

    with modelserver.serve(project.obedient, plan=plan) as server:
        _, done = ended(tmp_path, server, SAME_SENSE, fixtures=30)
    assert (done.report["verdict"], done.code) == ("rejected", 1)
    assert "served 'embed-small-2026-01-15'" in told(done, "pins")[0]


def test_requests_for_vectors_count_in_the_budget(tmp_path, served):
    _, done = ended(tmp_path, served, WORSE, policy=embedding.POLICY + "  budget: {calls: 2}\n  concurrency: 1\n")
    assert (done.report["verdict"], done.report["calls"]["made"], len(served.seen)) == ("not_evaluated", 2, 2)


def test_a_captured_case_is_proven_by_embeddings(tmp_path, served):
    about = "origin: {kind: production}\nhypothesis: {statement: it guesses}\n"
    case = embedding.case(0).replace("category: grounding\n", f"category: grounding\n{about}")
    content = embedding.files(served.url, fixtures=0) | {"fixtures/case-000.yaml": case}
    shop = project.Project.create(tmp_path / "repository", content)
    shop.pull(WORSE)
    words = (
        "--fails-at",
        f"pr-{project.NUMBER}",
        "--passes-at",
        "main",
        "--base",
        "main",
        "--store",
        tmp_path / "s.sqlite",
    )
    done = project.command("prove", "fixtures/case-000.yaml", *words, cwd=shop.origin.path)
    assert done.code == 0, done.stdout + done.stderr
    assert len(embedded(served)) == 2
