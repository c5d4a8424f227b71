"""Which model ids, deployments and tools of a revision are looked at, declared or not."""

import pytest

from llmgate import config, surface

BICEP = """resource chat 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = {
  parent: account
  name: 'chat'
  properties: {
    model: { format: 'OpenAI', name: 'gpt-4o', version: '2024-08-06' }
    versionUpgradeOption: 'NoAutoUpgrade'
  }
}
"""
MCP = '{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@acme/files@latest"]}}}'
AZURE = "models:\n  chat: {provider: azure, model: chat}\n"


def read(files, *, settings="", differing=None):
    data = {"llmgate.yaml": f"version: 1\n{settings}", **files}
    seen = []

    def load(path):
        seen.append(path)
        return data[path].encode()

    selection = surface.Selection(differing=None if differing is None else frozenset(differing))
    found = surface.of(config.read(data["llmgate.yaml"].encode()), data, load, selection=selection)
    return found, seen


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("deploy/values.yaml", "llm:\n  model: gpt-4o\n", [("openai", "gpt-4o")]),
        (
            "app.toml",
            '[llm]\nprovider = "anthropic"\nmodel = "claude-sonnet-4-6"\n',
            [("anthropic", "claude-sonnet-4-6")],
        ),
        (
            "settings.json",
            '{"chat": {"model": "bedrock/anthropic.claude-v2:1"}}',
            [("bedrock", "anthropic.claude-v2:1")],
        ),
        ("cars.yaml", "cars:\n- {make: vw, model: golf}\n", []),
        ("train.yaml", "model: resnet50\nepochs: 3\n", []),
        ("tests/values.yaml", "model: gpt-4o\n", []),
        ("notes.txt", "model: gpt-4o\n", []),
        ("bench/benchmark_results/2026-07-04.json", '{"run": {"model": "gpt-4o"}}', []),
        ("api/cassettes/chat.yaml", "request: {model: gpt-4o}\n", []),
        ("schema/.acme-generated/vectors.json", '{"input": {"model": "gpt-4o"}}', []),
        ("resulting/values.yaml", "model: gpt-4o\n", [("openai", "gpt-4o")]),
    ],
)
def test_without_a_list_only_ids_that_a_provider_gives_are_taken(path, text, expected):
    found, _ = read({path: text})
    assert [(one.provider, one.model) for one in found.asked] == expected
    assert bool(found.units) is bool(expected)


def test_a_found_id_has_its_file_line_and_what_stands_beside_it():
    found, _ = read({"a.yaml": "x: 1\nllm:\n  provider: huggingface\n  model: acme/small\n  revision: main\n"})
    (one,) = found.asked
    assert (one.path, one.line, one.settings["revision"]) == ("a.yaml", 2, "main")


def test_with_a_list_nothing_is_looked_for():
    found, seen = read({"a.yaml": "model: gpt-4o\n"}, settings="surface: {models: [], prompts: [], retrieval: []}\n")
    assert found.asked == ()
    assert "a.yaml" not in seen


def test_files_that_do_not_differ_are_not_read():
    _, seen = read({"a.yaml": "model: gpt-4o\n", "b.yaml": "model: gpt-4o\n"}, differing={"b.yaml"})
    assert {*seen} == {"llmgate.yaml", "b.yaml"}


def test_the_model_of_a_prompt_file_is_looked_at_though_no_target_uses_it():
    prompt = "model: openai/gpt-4o\nmessages:\n- {role: user, content: Hi}\n"
    found, _ = read({"a.prompt.yml": prompt, "b/a.prompt.yml": prompt})
    assert [(one.name, one.model) for one in found.asked] == [("a.prompt.yml", "gpt-4o"), ("b/a.prompt.yml", "gpt-4o")]


def test_a_deployment_is_found_wherever_a_model_is_asked_by_it():
    found, _ = read({"infra/main.bicep": BICEP}, settings=AZURE, differing=set())
    assert found.deployments["chat"].version == "2024-08-06"
    assert list(found.units) == ["model:chat"]


def test_a_deployment_that_differs_is_a_unit_and_another_version_a_change_that_nothing_sends():
    found, _ = read({"infra/main.bicep": BICEP}, differing={"infra/main.bicep"})
    unit = found.units["model:infra/main.bicep#chat"]
    assert (unit.path, unit.line) == ("infra/main.bicep", 1)
    assert unit.value["version"] == "2024-08-06"
    assert {"model", "version", "upgrade"} == unit.unsent


def test_without_a_model_of_azure_no_template_is_read_that_does_not_differ():
    _, seen = read({"infra/main.bicep": BICEP}, differing=set())
    assert seen == ["llmgate.yaml"]


@pytest.mark.parametrize(
    ("path", "count"), [(".mcp.json", 1), (".vscode/mcp.json", 1), ("app/mcp.json", 1), ("x.json", 0)]
)
def test_an_mcp_server_that_moves_is_found(path, count):
    found, _ = read({path: MCP})
    assert [tool.server for tool in found.tools] == ["files"] * count


RAG = "retriever:\n  top_k: 5\n  chunk_size: 800\n  chunk_overlap: 100\n"


def test_retrieval_settings_that_nothing_declares_are_units_with_their_rule():
    found, _ = read({"config/rag.yaml": RAG, "deploy.yaml": "replicas: 3\n"})
    (unit,) = found.units.values()
    assert (unit.kind, unit.path, unit.value["chunk_size"]) == (surface.UnitKind.RETRIEVAL, "config/rag.yaml", 800)
    assert unit.rule is not None
    assert unit.rule.id.startswith("retrieval.")


def test_a_migration_that_makes_a_vector_index_is_retrieval():
    text = "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops) WITH (m = 16);\n"
    found, _ = read({"db/1.sql": text, "db/2.sql": "CREATE INDEX ON users (email);\n"})
    assert [unit.path for unit in found.units.values()] == ["db/1.sql"]


def test_with_a_list_of_retrieval_files_no_other_is_looked_at():
    found, _ = read({"config/rag.yaml": RAG}, settings="surface: {retrieval: []}\n")
    assert not found.units


def test_a_model_beside_a_prompt_is_that_of_the_prompt_and_others_of_the_file_are_found():
    text = """judge: {model: gpt-4o-mini}
bot:
  model: gpt-4o
  temperature: 0
  system_prompt: You answer in Dutch.
  fallback: {model: gpt-4.1}
"""
    found, _ = read({"conf/app.yaml": text})
    assert list(found.units) == [
        "model:conf/app.yaml#bot.fallback",
        "model:conf/app.yaml#judge",
        "prompt:conf/app.yaml#bot.system_prompt",
    ]
    assert [(one.name, one.model) for one in found.asked] == [
        ("judge", "gpt-4o-mini"),
        ("conf/app.yaml#bot.system_prompt", "gpt-4o"),
        ("bot.fallback", "gpt-4.1"),
    ]


def test_a_description_that_is_no_prompt_keeps_no_model_from_being_found():
    text = "system_prompt: You answer in Dutch.\njudge:\n  model: gpt-4o\n  description: It reads all of the answers.\n"
    found, _ = read({"conf/app.yaml": text})
    assert "model:conf/app.yaml#judge" in found.units
