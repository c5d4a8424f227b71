import datetime as dt
from dataclasses import replace

import pytest

from llmgate import documents, findings
from llmgate.approval import Approvals, Label
from llmgate.config import Policy, Rule
from llmgate.pins import Stage, deployments, mcp, registry
from llmgate.pins.asked import Asked
from llmgate.prompts import discovery
from llmgate.surface import Surface
from llmgate.trial import Arm, Served
from llmgate.verdict import Severity
from tests import stories
from tests.unit.sampling import fakes

EDIT = {"prompts/p.md": "Answer better: {{ question }}\n"}
NO_MATTER = {"block": Severity.BLOCK, "warn": Severity.WARN, "off": None}

UNCOVERED = {"prompts/other.md": "hello"}
STORIES = {
    "coverage": {**EDIT, **UNCOVERED},
    "suite_changes": {**EDIT, "fixtures/a.yaml": None},
}


def base(policy=""):
    return fakes.files(policy=policy)


def found(rule, head, policy=""):
    material = fakes.inspected(base(policy), head)
    return [item for item in material.findings if item.rule == rule]


@pytest.mark.parametrize("does", NO_MATTER)
@pytest.mark.parametrize("rule", ["coverage", "suite_changes"])
def test_a_rule_does_what_the_base_says(rule, does):
    severities = [item.severity for item in found(rule, STORIES[rule], f"  {rule}: '{does}'\n")]
    assert severities == ([NO_MATTER[does]] if NO_MATTER[does] else [])


def pinned(model):
    return {"llmgate.yaml": fakes.config().replace("house, model: m-2026-01-15", f"openai, model: {model}")}


@pytest.mark.parametrize("does", NO_MATTER)
def test_a_pin_that_can_move_does_what_the_policy_says(does):
    severities = [item.severity for item in found("pins", pinned("gpt-4.1"), f"  pins: '{does}'\n")]
    assert severities == ([NO_MATTER[does]] if NO_MATTER[does] else [])


def test_an_end_that_is_announced_warns_and_does_not_block():
    assert {item.severity for item in found("pins", pinned("gpt-4.1-2025-04-14"))} <= {Severity.WARN}


@pytest.mark.parametrize("does", NO_MATTER)
def test_a_corpus_that_changed_is_said_unless_the_rule_is_off_and_never_blocks_by_itself(does):
    severities = [item.severity for item in found("index", {"docs/returns.md": "x"}, f"  index: '{does}'\n")]
    assert severities == ([] if does == "off" else [Severity.WARN])


def test_a_head_cannot_loosen_a_rule():
    loose = fakes.config(policy="  coverage: 'off'\n")
    assert [item.severity for item in found("coverage", {**STORIES["coverage"], "llmgate.yaml": loose})] == [
        Severity.BLOCK
    ]


def test_a_finding_says_where_and_what_to_do():
    (item,) = found("coverage", STORIES["coverage"])
    assert (item.file, item.line) == ("prompts/other.md", 1)
    assert item.message == "no fixture exercises the change of prompt prompts/other.md"
    assert "surface.exclude" in item.remedy


def test_a_change_whose_fixtures_are_all_drafts_names_the_drafts_to_end():
    drafts = {f"fixtures/{name}.yaml": fakes.case(name, extra="draft: true\n") for name in "abc"}
    material = fakes.inspected({**base(), **drafts}, EDIT)
    (item,) = [each for each in material.findings if each.rule == "coverage"]
    assert item.remedy == "end one of these drafts on the base: 'a', 'b', 'c'"


def test_where_the_fixtures_of_a_change_no_longer_fit_the_drafts_are_not_what_helps():
    drafts = {"fixtures/d.yaml": fakes.case("d", extra="draft: true\n")}
    head = {"prompts/p.md": "Answer for {{ country }}: {{ question }}\n"}
    material = fakes.inspected({**base(), **drafts}, head)
    remedies = [each.remedy for each in material.findings if each.message.startswith("no fixture exercises")]
    assert remedies == ["mend the fixtures that no longer fit: 'a', 'b', 'c'"]


def test_a_corpus_needs_no_coverage():
    assert found("coverage", {"docs/returns.md": "x"}) == []


def test_a_change_of_retrieval_is_not_covered_by_frozen_documents():
    head = {"llmgate.yaml": fakes.config().replace("top_k: 4", "top_k: 9")}
    assert [item.severity for item in found("coverage", head)] == [Severity.BLOCK]


def test_fixtures_that_no_longer_fit_are_found_one_by_one():
    items = found("coverage", {"prompts/p.md": "{{ question }} {{ country }}"})
    assert [item.file for item in items if "no longer fits" in item.message] == [
        f"fixtures/{name}.yaml" for name in "abc"
    ]


def test_each_weakened_fixture_is_named_with_what_it_lost():
    heads = {"fixtures/a.yaml": None, "fixtures/b.yaml": fakes.case("b", extra="enabled: false\n")}
    messages = [item.message for item in found("suite_changes", EDIT | heads)]
    assert messages == [
        "fixture 'a' may ask less than on the base: it is removed",
        "fixture 'b' may ask less than on the base: it is disabled",
    ]


def test_a_weakened_suite_is_found_though_no_model_is_sent_anything_new():
    assert found("suite_changes", {"fixtures/a.yaml": None})


@pytest.mark.parametrize(("labels", "count"), [((), 1), (("llmgate: suite approved",), 0), (("other",), 1)])
def test_an_approvers_label_lets_the_configuration_go(labels, count):
    material = fakes.inspected(base(), {"llmgate.yaml": None}, approvals=stories.approvals(*labels))
    assert len([item for item in material.findings if item.rule == "suite_changes"]) == count


def test_a_label_that_does_not_count_is_told_where_there_is_something_to_approve():
    old = Approvals(labels=(Label(name="llmgate: suite approved", by="grace", void="it is too old"),))
    removed, said = fakes.inspected(base(), {"llmgate.yaml": None}, approvals=old).findings
    assert (removed.severity, said.severity, said.rule) == (Severity.BLOCK, Severity.WARN, "suite_changes")
    assert said.message == "the label 'llmgate: suite approved' does not count: it is too old"
    assert fakes.inspected(base(), {"README.md": "x"}, approvals=old).findings == []


# The model that answers


def served(asked, answered, arm=Arm.HEAD, provider="openai", **policy):
    one = Served(provider=provider, asked=asked, answered=answered)
    return list(findings.served({arm: {one}}, Policy(**policy)))


@pytest.mark.parametrize("arm", Arm)
@pytest.mark.parametrize(
    ("provider", "asked", "answered"),
    [
        ("openai", "gpt-4.1", "gpt-4.1-2025-04-14"),
        ("bedrock", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022"),
        ("vertex_ai", "claude-opus-4-5@20251101", "claude-opus-4-5-20251101"),
        ("google", "models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("openrouter", "openai/gpt-4o:nitro", "gpt-4o-2024-08-06"),
        ("house", "m-1", "m-1-2026-01-15"),
    ],
)
def test_a_provider_may_spell_the_same_model_in_its_own_way_on_either_arm(arm, provider, asked, answered):
    assert served(asked, answered, arm, provider) == []


@pytest.mark.parametrize("arm", Arm)
@pytest.mark.parametrize(
    ("provider", "asked", "answered"),
    [
        ("openai", "gpt-4.1-2025-04-14", "gpt-4.1-2025-05-01"),
        ("bedrock", "us.anthropic.claude-sonnet-4-6", "claude-haiku-4-5"),
        ("house", "m-1", "m-1-mini"),
    ],
)
def test_any_other_name_is_another_model_on_either_arm(arm, provider, asked, answered):
    (item,) = served(asked, answered, arm, provider)
    assert (item.rule, item.severity) == ("pins", Severity.BLOCK)
    assert item.message == f"on the {arm}, the provider served {answered!r} where {asked!r} was asked for"


CHAT = deployments.Deployment(
    name="chat",
    model="gpt-4o",
    version="2024-08-06",
    upgrade=deployments.Upgrade.NONE,
    file="infra/main.bicep",
    line=3,
)


@pytest.mark.parametrize(("answered", "count"), [("gpt-4o-2024-08-06", 0), ("gpt-4o", 0), ("gpt-4o-2024-11-20", 1)])
def test_a_deployment_answers_as_what_it_is_declared_to_run(answered, count):
    by_arm = {Arm.BASE: {Served(provider="azure", asked="chat", answered=answered)}}
    assert len(list(findings.served(by_arm, Policy(), deployments={Arm.BASE: {"chat": CHAT}}))) == count


def test_who_answers_matters_as_much_as_the_policy_of_pins_says():
    assert [item.severity for item in served("m", "n", pins="warn")] == [Severity.WARN]
    assert served("m", "n", pins="off") == []


# What a pin comes to


def entry(provider, model, deployed, **beside):
    one = Asked(name="a", provider=provider, model=model, settings=beside, path="models.yaml", line=4)
    return Surface(units={}, prompts={}, models={}, targets={}, asked=(one,), deployments=deployed)


TODAY = dt.date(2026, 11, 26)
LONG_AGO = TODAY - dt.timedelta(days=61)


def told(**facts):
    return [registry.Record(**{"id": "x-2026-01-01", "provider": "openai", "source": "a list", **facts})]


def judged(provider, model, *, known=(), lists=None, deployed=None, rule=Rule.BLOCK, **beside):
    made = registry.build(known, lists)
    policy = Policy(pins=rule)
    surface = entry(provider, model, deployed or {}, **beside)
    return list(findings.pinning(surface, policy, today=TODAY, registry=made))


ENDED = told(retires=TODAY, checked=TODAY)
STALE = told(retires=TODAY, checked=LONG_AGO)
ENDING = told(retires=TODAY + dt.timedelta(days=1), checked=TODAY)
OVERDUE = told(retires=LONG_AGO, stage=Stage.RETIRING, checked=TODAY)
MOVES = {"chat": replace(CHAT, upgrade=deployments.Upgrade.EXPIRED)}
OPEN = {"chat": replace(CHAT, version="", unresolved=("model.version is the expression version",))}

WEIGHTS = {
    "pinned": ({"provider": "openai", "model": "x-2026-01-01"}, None),
    "retired": ({"provider": "openai", "model": "x-2026-01-01", "known": ENDED}, Severity.BLOCK),
    "retired, learned long ago": ({"provider": "openai", "model": "x-2026-01-01", "known": STALE}, Severity.WARN),
    "retiring": ({"provider": "openai", "model": "x-2026-01-01", "known": ENDING}, Severity.WARN),
    "overdue": ({"provider": "openai", "model": "x-2026-01-01", "known": OVERDUE}, Severity.WARN),
    "floating": ({"provider": "openai", "model": "x-latest"}, Severity.BLOCK),
    "router": ({"provider": "openrouter", "model": "openrouter/auto"}, Severity.BLOCK),
    "preview": ({"provider": "openai", "model": "x-preview"}, Severity.WARN),
    "undated": ({"provider": "openai", "model": "gpt-6-luna"}, None),
    "unknown": ({"provider": "acme", "model": "x"}, None),
    "local": ({"provider": "vllm", "model": "./x"}, None),
    "deployment": ({"provider": "azure", "model": "chat"}, Severity.WARN),
    "deployment that is pinned": ({"provider": "azure", "model": "chat", "deployed": {"chat": CHAT}}, None),
    "deployment that moves": ({"provider": "azure", "model": "chat", "deployed": MOVES}, Severity.BLOCK),
    "deployment that is left open": ({"provider": "azure", "model": "chat", "deployed": OPEN}, Severity.WARN),
    "not listed": ({"provider": "openai", "model": "x-2026-01-01", "lists": {"openai": frozenset()}}, Severity.BLOCK),
    "a tag": ({"provider": "ollama", "model": "llama3"}, Severity.BLOCK),
    "a tag with its digest": ({"provider": "ollama", "model": "llama3", "digest": "a" * 64}, None),
}


@pytest.mark.parametrize("case", WEIGHTS)
@pytest.mark.parametrize("rule", Rule)
def test_a_pin_weighs_what_its_two_axes_come_to(case, rule):
    arguments, weight = WEIGHTS[case]
    expected = {Rule.BLOCK: weight, Rule.WARN: weight and Severity.WARN, Rule.OFF: None}[rule]
    assert [item.severity for item in judged(**arguments, rule=rule)] == ([expected] if expected else [])


def test_a_finding_names_both_axes_the_source_and_its_date():
    (item,) = judged("openai", "x-2026-01-01", known=told(retires=TODAY, checked=TODAY, replacement="y"))
    assert item.message == (
        "model 'x-2026-01-01' of 'a' is pinned and retired on 2026-11-26: the date names one snapshot"
        " (a list, checked 2026-11-26)"
    )
    assert (item.remedy, item.file, item.line) == ("Move to y.", "models.yaml", 4)


def test_where_nothing_is_known_of_a_life_no_source_is_named():
    (item,) = judged("openai", "x-latest")
    assert (
        item.message == "model 'x-latest' of 'a' is floating and of unknown lifecycle: it is repointed to newer models"
    )


def test_what_was_learned_too_long_ago_says_so():
    (item,) = judged("openai", "x-2026-01-01", known=STALE)
    assert "checked 2026-09-26, too long ago to block on" in item.message


def test_a_model_that_its_provider_does_not_list_says_so():
    (item,) = judged("openai", "x-2026-01-01", lists={"openai": frozenset({"y"})})
    assert "is not in its provider's own list" in item.message


@pytest.mark.parametrize(("rule", "count"), [(Rule.BLOCK, 1), (Rule.WARN, 1), (Rule.OFF, 0)])
def test_an_mcp_server_whose_version_moves_warns_and_never_blocks(rule, count):
    text = b'{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@acme/files@latest"]}}}'
    tools = mcp.read(documents.read(".mcp.json", text))
    found = list(findings.moving_tools(tools, Policy(pins=rule)))
    assert [(item.severity, item.file) for item in found] == [(Severity.WARN, ".mcp.json")] * count


def test_a_model_entry_is_judged_once_however_many_names_it_has():
    twice = pinned("gpt-4.1")["llmgate.yaml"].replace(
        "targets:\n", "targets:\n  u: {kind: prompt, prompt: prompts/p.md, model: answerer}\n"
    )
    assert len(found("pins", {"llmgate.yaml": twice})) == 1


# Prompts in registries


def registered(path, source, today=TODAY, rule=Rule.BLOCK):
    prompts = {prompt.reference: prompt for prompt in discovery.read(path, source.encode(), lambda _: None)}
    return list(
        findings.pinning(Surface(units={}, prompts=prompts, models={}, targets={}), Policy(pins=rule), today=today)
    )


MLFLOW = "import mlflow\n\nprompt = mlflow.genai.load_prompt('prompts:/support{}')\n"
LANGFUSE = "import {{ Langfuse }} from 'langfuse'\nconst p = await new Langfuse().getPrompt('support'{})\n"
OPENAI = (
    "from openai import OpenAI\n\nOpenAI().responses.create(prompt={'id': 'pmpt_0123456789abcdef', 'version': '2'})\n"
)


@pytest.mark.parametrize(
    ("path", "source", "severities"),
    [
        ("src/a.py", MLFLOW.format("/3"), []),
        ("src/a.py", MLFLOW.format("@production"), [Severity.BLOCK]),
        ("src/a.ts", LANGFUSE.format(", 3"), []),
        ("src/a.ts", LANGFUSE.format(""), [Severity.BLOCK]),
        ("settings.yaml", "prompt: prompts:/support@live\n", [Severity.BLOCK]),
    ],
)
def test_a_prompt_in_a_registry_is_held_by_its_version(path, source, severities):
    found = registered(path, source)
    assert [item.severity for item in found] == severities
    assert {item.file for item in found} <= {path}


@pytest.mark.parametrize(
    ("today", "severity"), [(dt.date(2026, 11, 29), Severity.WARN), (dt.date(2026, 11, 30), Severity.BLOCK)]
)
def test_prompts_of_a_registry_that_ends_warn_and_on_its_last_day_block(today, severity):
    (item,) = registered("src/a.py", OPENAI, today)
    assert item.severity is severity
    assert "retired in openai" in item.message


def test_where_pins_are_off_registries_are_not_judged():
    assert registered("src/a.py", MLFLOW.format("@production"), rule=Rule.OFF) == []


def test_what_stands_beside_a_found_model_has_a_remedy_that_can_be_done():
    files = {**base(), "task.json": '{"model": "gpt-4.1-2025-04-14", "sections": 3}'}
    head = {"task.json": '{"model": "gpt-4.1-2025-04-14", "sections": 4}'}
    (item,) = [each for each in fakes.inspected(files, head).findings if each.rule == "coverage"]
    assert item.remedy.endswith("or exclude the file on the base (surface.exclude)")


def test_a_model_in_code_is_told_by_its_name_in_the_file_that_is_told_with_it():
    one = Asked(name="app/bot.py#MODEL", provider="openai", model="gpt-4.1", settings={}, path="app/bot.py", line=3)
    surface = Surface(units={}, prompts={}, models={}, targets={}, asked=(one,))
    (item,) = findings.pinning(surface, Policy(), today=TODAY)
    assert (item.file, item.line) == ("app/bot.py", 3)
    assert item.message.startswith("model 'gpt-4.1' of 'MODEL' is floating")


def test_a_listed_file_of_code_that_differs_elsewhere_is_a_warning():
    code = 'SYSTEM_PROMPT = "You are a helpful agent. Answer the question of the customer."\n'
    listed = fakes.config().replace('prompts: ["prompts/**"]', 'prompts: ["prompts/**", "src/*.py"]')
    assert "src/*.py" in listed
    start = {**base(), "llmgate.yaml": listed, "src/a.py": code}
    items = [
        item
        for item in fakes.inspected(start, EDIT | {"src/a.py": code + "x = 1\n"}).findings
        if item.file == "src/a.py"
    ]
    assert [(item.rule, item.severity) for item in items] == [("coverage", Severity.WARN)]


# Fixtures that hang on what they do not hold


def incomplete(name, what="the orders database"):
    return {f"fixtures/{name}.yaml": fakes.case(name, extra=f"completeness: {{depends_on: [{what}]}}\n")}


def test_a_fixture_that_depends_on_state_outside_it_is_told_with_its_place_and_does_not_run():
    material = fakes.inspected({**base(), **incomplete("left")}, EDIT)
    (item,) = [item for item in material.findings if item.rule == "incomplete"]
    assert "'left' does not run: it depends on 'the orders database'" in item.message
    assert (item.severity, item.file, item.line) == (Severity.WARN, "fixtures/left.yaml", 1)
    assert [planned.id for planned in material.plan.runs] == ["a", "b", "c"]


def test_several_are_one_finding():
    left = {path: text for name in "defgh" for path, text in incomplete(name).items()}
    (item,) = [item for item in fakes.inspected({**base(), **left}, EDIT).findings if item.rule == "incomplete"]
    assert "5 fixtures do not run" in item.message
    assert "'d', 'e', 'f' and 2 more" in item.message


def test_where_nothing_relevant_changed_they_are_not_told():
    material = fakes.inspected({**base(), **incomplete("left")}, {"fixtures/a.yaml": fakes.case("a") + "title: x\n"})
    assert [item.rule for item in material.findings] == []


def test_they_cover_no_change():
    only = {name: text for name, text in base().items() if not name.startswith("fixtures/")}
    material = fakes.inspected({**only, **incomplete("left")}, EDIT)
    assert {item.rule for item in material.findings} == {"coverage", "incomplete"}
    assert material.plan.exercised == ((),)


def test_a_fixture_that_the_head_makes_incomplete_runs_in_its_base_form_and_is_told_as_weakened():
    material = fakes.inspected(base(), {**EDIT, **incomplete("a")})
    assert {item.rule for item in material.findings} == {"suite_changes"}
    assert "a" in [planned.id for planned in material.plan.compared]
