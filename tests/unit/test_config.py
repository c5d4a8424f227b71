import re

import pytest

from llmgate import config
from llmgate.config import Rule
from llmgate.errors import ConfigurationError

EXAMPLE = """\
version: 1
surface:                                  # files that bear model behaviour; formats are recognised by content
  prompts:   ["prompts/**"]
  models:    ["config/models.yaml"]       # besides this file
  retrieval: ["retrieval/**"]
  exclude:   ["**/README.md"]
models:
  answerer: {provider: openai, model: gpt-4.1-2025-04-14, params: {temperature: 0.3, max_tokens: 300, seed: 7}}
retrieval:
  handbook: {engine: fts5, corpus: ["docs/**/*.md"], chunk: {size: 800, overlap: 100}, top_k: 4}
targets:
  support: {kind: prompt, prompt: prompts/support.jinja, model: answerer, retrieval: handbook}
suite:
  fixtures: ["fixtures/**/*.yaml"]
policy:                                   # read from the base commit, always
  alpha: 0.05
  margin: 0.05                            # largest tolerated drop of the suite's pass rate
  fixture_margin: 0.10
  screen: auto                            # samples per fixture; see reference/statistics.md §6, §9
  on_inconclusive: warn                   # warn | block
  pins: block                             # floating or retired model ids: block | warn | off
  index: block                            # retrieval index differs from llmgate.lock
  coverage: block                         # a changed artefact that no fixture exercises
  suite_changes: block                    # fixtures removed or loosened without an approver's label
  max_error_share: 0.10
  budget: {calls: 4000, usd: 5.00, minutes: 30}
  providers: {openai: {host: api.openai.com, key: OPENAI_API_KEY}}
taxonomy: {extends: default}              # rename, add sub-categories, owners
telemetry: {content: false}
"""


def read(text):
    return config.read(text.encode())


def faults(text):
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    assert all(fault.file == config.PATH and fault.remedy for fault in caught.value.faults)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def with_policy(line):
    return f"version: 1\npolicy:\n  {line}\n"


def host(spelling, name="openai"):
    quoted = spelling.replace("\\", "\\\\").replace('"', '\\"')
    return with_policy(f'providers: {{{name}: {{host: "{quoted}"}}}}')


def test_the_designs_example_parses_as_written():
    read_config = read(EXAMPLE)
    assert read_config.models["answerer"].params == {"temperature": 0.3, "max_tokens": 300, "seed": 7}
    assert read_config.targets["support"].retrieval == "handbook"
    assert read_config.policy.budget.usd == 5.0
    assert read_config.policy.providers["openai"].host == "https://api.openai.com"
    assert read_config.policy.pins is Rule.BLOCK


def test_defaults_are_those_of_the_example():
    policy = read(EXAMPLE).policy
    assert read("version: 1\n").policy == policy.model_copy(update={"providers": {}})


def test_all_faults_are_told_at_once_in_order_with_lines():
    found = faults("version: 2\nsurfaces: {}\nmodels:\n  a: {provider: openai}\npolicy:\n  alpha: 7\n  pin: off\n")
    assert [line for line, _ in found] == [1, 2, 4, 6, 7]
    assert "surfaces" in found[1][1]
    assert "model' is missing" in found[2][1]


@pytest.mark.parametrize("text", ["", "[]", "- version: 1", "version", "version: 1\npolicy:\n", "version: '1'\n"])
def test_what_is_no_configuration_is_refused(text):
    assert faults(text)


@pytest.mark.parametrize(
    "line",
    [
        "alpha: 0",
        "alpha: -0.05",
        "alpha: 0.51",
        "alpha: .nan",
        "alpha: nan",
        "alpha: 'nan'",
        "alpha: .inf",
        "alpha: 1e999",
        "margin: 0",
        "margin: 1",
        "margin: -0.1",
        "margin: .nan",
        "margin: inf",
        "fixture_margin: -0.01",
        "fixture_margin: 1",
        "fixture_margin: NaN",
        "max_error_share: 1",
        "max_error_share: -1",
        "max_error_share: .NAN",
        "screen: 0",
        "screen: 51",
        "screen: never",
        "on_inconclusive: off",
        "on_inconclusive: pass",
        "pins: ignore",
        "suite_changes: false",
        "categories: {tool_use: ignore}",
        "categories: [tool_use]",
        "categories: {'': block}",
        "budget: {calls: 0}",
        "budget: {usd: .inf}",
        "budget: {usd: 0}",
        "budget: {minutes: nan}",
        "concurrency: 0",
        "timeout_s: 601",
        "unknown: 1",
        "providers: {openai: {hosts: x}}",
        "providers: {openai: null}",
        "providers: {openai: {key: openai_api_key}}",
        'providers: {openai: {key: "A\\n"}}',
        'providers: {openai: {path: "/v1/../x"}}',
        'providers: {openai: {path: "v1"}}',
        'providers: {openai: {path: "/v1?x=1"}}',
        'providers: {openai: {path: "/v1@evil.com"}}',
    ],
)
def test_a_policy_value_out_of_range_is_a_fault_on_its_line(line):
    assert {number for number, _ in faults(with_policy(line))} == {3}


@pytest.mark.parametrize(
    ("spelling", "origin"),
    [
        ("api.openai.com", "https://api.openai.com"),
        ("api.openai.com:8443", "https://api.openai.com:8443"),
        ("https://api.openai.com", "https://api.openai.com"),
        ("https://api.openai.com/", "https://api.openai.com"),
        ("llm-proxy", "https://llm-proxy"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("127.0.0.1.nip.io", "https://127.0.0.1.nip.io"),
        ("localhost.evil.com", "https://localhost.evil.com"),
        ("localhost", "https://localhost"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://[::1]:65535", "http://[::1]:65535"),
    ],
)
def test_a_plain_host_is_an_origin(spelling, origin):
    assert read(host(spelling)).policy.providers["openai"].host == origin


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        " ",
        "api.openai.com ",
        " api.openai.com",
        "api.openai.com\\n",
        "api.ope\\tnai.com",
        "API.openai.com",
        "api.openai.com.",
        ".openai.com",
        "api..openai.com",
        "-api.openai.com",
        "api-.openai.com",
        "a" * 64 + ".com",
        "a." * 127 + "com",
        "api.openai.com@evil.com",
        "@api.openai.com",
        "https://@api.openai.com",
        "https://key:secret@api.openai.com",
        "api.openai.com\\\\@evil.com",
        "evil.com\\\\.openai.com",
        "api.openai.com/v1",
        "api.openai.com?",
        "api.openai.com?x",
        "api.openai.com#",
        "api.openai.com:",
        "api.openai.com:0",
        "api.openai.com:65536",
        "api.openai.com:99999",
        "api.openai.com:443:443",
        "api.openai.com:abc",
        "api.openai.com:+443",
        "//api.openai.com",
        "ftp://api.openai.com",
        "https:api.openai.com",
        "https:///api.openai.com",
        "bücher.example",
        "\N{FULLWIDTH LATIN SMALL LETTER A}pi.openai.com",
        "api。openai。com",
        "api.openai.com%2eevil.com",
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "http://0.0.0.0",
        "2130706433",
        "http://2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "http://127.1",
        "0177.0.0.1",
        "127.0.0.01",
        "evil.0x1",
        "[::2]",
        "[fe80::1%25eth0]",
        "[::ffff:127.0.0.1]",
        "http://[::ffff:127.0.0.1]",
        "http://[0:0:0:0:0:0:0:1]",
        "http://localhost.evil.com",
        "http://127.0.0.1.nip.io",
        "http://evil.localhost",
        "http://localhost@evil.com",
        "http://localhost\\\\.evil.com",
        "http://api.openai.com",
        "HTTP://localhost",
    ],
)
def test_a_host_that_is_not_plain_is_a_fault_on_its_line(spelling):
    text = with_policy(f'providers: {{openai: {{host: "{spelling}"}}}}')
    assert {line for line, _ in faults(text)} == {3}


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini", "mistral", "cohere"])
def test_a_known_provider_that_a_model_names_need_not_be_declared(name):
    text = f"version: 1\nmodels: {{answerer: {{provider: {name}, model: m}}}}\n"
    entry = read(text).policy.providers[name]
    assert entry.key == config.KNOWN_PROVIDERS[name]["key"]
    assert read(with_policy(f"providers: {{{name}: {{}}}}")).policy.providers[name] == entry


@pytest.mark.parametrize("name", ["gemini", "mistral", "cohere"])
def test_a_known_provider_with_a_host_of_its_own_may_speak_chat_completions_there(name):
    entry = read(host("compatible.example", name)).policy.providers[name]
    assert (entry.api, entry.key) == ("openai-chat", config.KNOWN_PROVIDERS[name]["key"])


def test_a_known_provider_that_nothing_names_is_not_there():
    assert read("version: 1\nmodels: {a: {provider: openai, model: m}}\n").policy.providers.keys() == {"openai"}


@pytest.mark.parametrize("name", ["HOUSE", "FIRST", "PATH"])
def test_a_variable_that_is_not_named_as_a_secret_is_a_fault_on_its_line(name):
    text = with_policy(f"providers: {{house: {{host: h.example.com, key: {name}}}}}")
    assert {line for line, _ in faults(text)} == {3}


@pytest.mark.parametrize("name", ["mcp_servers", "plugins", "container", "web_search_options", "tools", "conversation"])
def test_a_parameter_that_would_reach_further_hosts_is_a_fault(name):
    text = f"version: 1\nmodels: {{a: {{provider: openai, model: m, params: {{{name}: x}}}}}}\n"
    assert any(name in message for _, message in faults(text))


def test_a_known_provider_can_be_overridden_in_part():
    entry = read(host("proxy.example:8443", "anthropic")).policy.providers["anthropic"]
    assert (entry.host, entry.key, entry.api) == (
        "https://proxy.example:8443",
        "ANTHROPIC_API_KEY",
        "anthropic-messages",
    )


def test_an_unknown_provider_needs_a_host_of_its_own():
    assert faults(with_policy("providers: {mine: {key: MY_KEY}}")) == [(3, "'policy.providers.mine.host' is missing")]
    assert read(host("llm.example", "mine")).policy.providers["mine"].key is None


@pytest.mark.parametrize(
    "pattern",
    ["/etc/passwd", "../x", "a/../b", "a/..", "..", "./a", "a/./b", "a//b", "a\\\\b", "", "/", "a\\nb", "a\\u202eb"],
)
def test_a_pattern_that_leaves_the_repository_or_can_match_nothing_is_a_fault(pattern):
    assert {line for line, _ in faults(f'version: 1\nsurface:\n  prompts: ["ok/**",\n    "{pattern}"]\n')} == {4}


@pytest.mark.parametrize("pattern", ["prompts/**", "prompts/", "*.jinja", "a/..b/*", "**/README.md", "a b/ü.txt"])
def test_a_plain_pattern_is_kept_as_written(pattern):
    assert read(f'version: 1\nsurface:\n  prompts: ["{pattern}"]\n').surface.prompts == (pattern,)


@pytest.mark.parametrize("name", sorted(config.RESERVED_PARAMS))
def test_a_parameter_that_llmgate_sets_is_a_fault(name):
    text = f"version: 1\nmodels:\n  a:\n    provider: openai\n    model: m\n    params: {{{name}: x}}\n"
    ((line, message),) = faults(text)
    assert (line, name in message) == (6, True)


def test_a_retrieval_that_is_not_there_is_a_fault_with_what_is():
    ((line, message),) = faults(re.sub("retrieval: handbook", "retrieval: handbok", EXAMPLE))
    assert line == 12
    assert "handbok" in message


@pytest.mark.parametrize("name", ["a b", "", "-a", "a\\nb", "../a", "a" * 81])
def test_a_name_that_is_not_plain_is_a_fault_on_its_line(name):
    assert {line for line, _ in faults(f'version: 1\nmodels:\n  "{name}": {{provider: p, model: m}}\n')} == {3}


def test_yes_no_on_and_off_are_not_numbers_or_rules_by_accident():
    assert read(with_policy("pins: off")).policy.pins is Rule.OFF
    assert {line for line, _ in faults(with_policy("pins: no"))} == {3}


def test_a_name_that_leads_nowhere_is_told_beside_an_unknown_key():
    text = (
        "version: 1\nsurface: {promts: [a]}\npolicy: {alhpa: 1}\n"
        "targets:\n  support:\n    {kind: prompt, prompt: a.md, model: m, retrieval: nowhere}\n"
    )
    assert [line for line, _ in faults(text)] == [2, 3, 6]


def with_rules(*rules):
    return "version: 1\nredaction:\n  rules:\n" + "".join(f"    - {rule}\n" for rule in rules)


def test_rules_and_kept_texts_of_the_redaction_are_read():
    text = with_rules('{name: order, pattern: "ORD-[0-9]{6}"}') + '  keep: ["support@acme.example"]\n'
    redaction = read(text).redaction
    assert [(rule.name, rule.pattern) for rule in redaction.rules] == [("order", "ORD-[0-9]{6}")]
    assert redaction.keep == ("support@acme.example",)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('{name: order, pattern: "ORD-["}', "not a regular expression"),
        ('{name: order, pattern: "(?=x)"}', "no look-around"),
        ('{name: order, pattern: "[0-9]*"}', "matches the empty text"),
        ('{name: order, pattern: ".{0,1000}x"}', "too large"),
        ("{name: email, pattern: x}", "a kind that llmgate finds itself"),
        ("{name: Order, pattern: x}", "should match pattern"),
    ],
)
def test_a_rule_of_the_redaction_that_cannot_be_used_is_a_fault_at_its_line(rule, said):
    [(line, message)] = faults(with_rules("{name: first, pattern: y}", rule))
    assert line == 5
    assert said in message


def test_two_rules_of_the_redaction_with_one_name_are_a_fault():
    [(_, message)] = faults(with_rules("{name: order, pattern: x}", "{name: order, pattern: y}"))
    assert "order: two rules have this name" in message


GATED = "version: 1\npolicy:\n  categories: {%s}\n"


def test_categories_of_the_taxonomy_can_be_gated_those_of_ones_own_too():
    text = GATED % "tool_use: block, tone: warn, refusal_safety: off" + "taxonomy: {categories: {tone: {}}}\n"
    assert read(text).policy.categories == {"tool_use": "block", "tone": "warn", "refusal_safety": "off"}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tool-use", "which the taxonomy does not have"),
        ("infrastructure", "which says nothing of the model"),
        ("unclassified", "which says nothing of the model"),
    ],
)
def test_a_category_that_cannot_be_gated_is_a_fault_on_its_line_with_those_that_can(name, why):
    with pytest.raises(ConfigurationError) as caught:
        read(GATED % f"{name}: block")
    (fault,) = caught.value.faults
    assert (fault.line, fault.message) == (3, f"policy.categories names {name!r}, {why}")
    assert fault.remedy == "known: retrieval, grounding, reasoning, tool_use, output_format, refusal_safety"


@pytest.mark.parametrize(
    "params",
    [
        "{data_sources: [{type: azure_search}]}",
        "{additionalModelRequestFields: {tools: []}}",
        "{generationConfig: {candidateCount: 8}}",
        "{generationConfig: {seed: 42}}",
        "{generation_config: {seed: 42}}",
        "{options: {seed: 42}}",
        "{random_seed: 42}",
        "{additionalModelRequestFields: {seed: 42}}",
    ],
)
def test_no_parameter_reaches_further_or_fixes_the_seed_of_all_trials_under_another_name(params):
    model = f"models: {{m: {{provider: p, model: x, params: {params}}}}}\n"
    text = f"version: 1\n{model}policy: {{providers: {{p: {{host: h.example}}}}}}\n"
    with pytest.raises(ConfigurationError, match=r"cannot be set as parameters|write `seed`"):
        config.read(text.encode())


def test_a_key_that_stands_in_the_file_is_told_to_be_replaced_by_its_variable():
    text = "version: 1\npolicy:\n  providers:\n    openai: {host: api.openai.com, key: sk-abcdefgh1234}\n"
    with pytest.raises(ConfigurationError, match="expected the name of an environment variable") as caught:
        config.read(text.encode())
    assert "sk-abcdefgh" not in str(caught.value)


def test_a_kind_of_target_that_is_none_is_told_with_those_that_are():
    with pytest.raises(ConfigurationError, match="the value 'promt' of 'kind' is none of 'prompt', 'command'"):
        config.read(b"version: 1\ntargets:\n  support: {kind: promt, prompt: a.jinja, model: m}\n")


def test_a_mistyped_key_of_a_target_is_told_with_the_one_that_was_meant():
    with pytest.raises(ConfigurationError, match="did you mean 'prompt'"):
        config.read(b"version: 1\ntargets:\n  support: {kind: prompt, promt: a.jinja, model: m}\n")
