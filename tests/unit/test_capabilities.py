from dataclasses import replace

import pytest

from llmgate import capabilities
from llmgate.config import Policy
from llmgate.message import ToolDefinition
from llmgate.verdict import Severity
from tests.unit.sampling import fakes

PERPLEXITY = {"type": "perplexity", "threshold": 2}


def planned(name="a", *, seed=None, provider="main", model="m-1", asserted=(), **params):
    item = fakes.planned(name, **({"assert": [*asserted]} if asserted else {}))
    made = fakes.prepared("hello", seed=seed)
    asked = replace(made.request, provider=provider, model=model, params=params)
    return replace(item, base=replace(made, request=asked), head=replace(made, request=asked))


def told(api, *items):
    policy = Policy(providers={"main": {"host": "example.com", "api": api}})
    return [finding.message for finding in capabilities.ignored(items, policy)]


@pytest.mark.parametrize("api", ["openai-chat", "gemini", "mistral", "cohere", "ollama", "azure-openai"])
def test_a_seed_is_no_matter_where_the_api_has_one(api):
    assert told(api, planned(seed=7)) == []


@pytest.mark.parametrize("api", ["anthropic-messages", "openai-responses"])
def test_a_seed_that_is_ignored_is_told_once_for_each_provider(api):
    [message] = told(api, planned("a", seed=7), planned("b", seed=8))
    assert message == f"the provider 'main' speaks {api}, which has no place for a seed: what is asked for is ignored"


def test_it_warns_and_says_what_to_do():
    policy = Policy(providers={"main": {"host": "example.com", "api": "openai-responses"}})
    [finding] = capabilities.ignored([planned(seed=7)], policy)
    assert (finding.rule, finding.severity) == ("capabilities", Severity.WARN)
    assert "docs/providers.md" in finding.remedy


def test_a_model_on_vertex_has_what_its_own_api_has():
    assert told("vertex", planned(seed=7, model="gemini-2.5-flash")) == []
    assert len(told("vertex", planned(seed=7, model="claude-sonnet-4"))) == 1


def test_json_without_a_schema_is_told_where_there_is_no_place_for_it():
    asked = planned(seed=7, response_format={"type": "json_object"})
    [message] = told("anthropic-messages", asked)
    assert "a seed and an answer in JSON without a schema" in message
    with_schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    assert told("anthropic-messages", planned(response_format=with_schema)) == []


@pytest.mark.parametrize(
    "asserted",
    [PERPLEXITY, {"type": "perplexity-score"}, {"type": "assert-set", "assert": [PERPLEXITY]}],
    ids=lambda one: one["type"],
)
def test_a_perplexity_that_nobody_can_judge_is_told_with_its_fixtures(asserted):
    items = [planned(name, asserted=[asserted]) for name in "abcde"]
    [message] = told("anthropic-messages", *items)
    assert "fixtures 'a', 'b', 'c' and 2 more cannot be judged" in message
    assert told("openai-chat", *items) == []


def test_a_new_fixture_is_looked_at_on_the_head_alone():
    assert len(told("openai-responses", replace(planned(seed=7), base=None))) == 1


def test_a_provider_that_the_policy_does_not_have_is_another_rules_matter():
    assert told("openai-responses", planned(seed=7, provider="other")) == []


def test_tools_are_no_matter_to_any_api_that_is_there():
    tool = ToolDefinition(name="now")
    item = planned()
    asked = replace(item.head.request, tools=(tool,))
    assert told("cohere", replace(item, base=None, head=replace(item.head, request=asked))) == []


def test_the_gate_tells_it_before_anything_is_asked():
    base = fakes.files(params="{seed: 7}")
    base["llmgate.yaml"] = base["llmgate.yaml"].replace("{host: model.example}", "{host: model.example, api: cohere}")
    silent = fakes.inspected(base, {"prompts/p.md": "Other: {{ question }}"})
    spoken = {"llmgate.yaml": base["llmgate.yaml"].replace("api: cohere", "api: openai-responses")}
    told_of = fakes.inspected({**base, **spoken}, {"prompts/p.md": "Other: {{ question }}"})
    found = [[one.rule for one in material.findings].count("capabilities") for material in (silent, told_of)]
    assert found == [0, 1]
