"""The gate on prompts that stand in an application's own files, with nothing declared but the targets."""

import pytest

from tests import modelserver, project

AGENT = '''"""The shop's agent."""

from openai import OpenAI

SYSTEM_PROMPT = """You are the support bot of a shop.
{rule}"""


def ask(client: OpenAI, question: str, context: str) -> str:
    answer = client.chat.completions.create(
        model="house-model-2026-01-15",
        messages=[
            {{"role": "system", "content": SYSTEM_PROMPT}},
            {{"role": "user", "content": f"{{context}}\\nQuestion: {{question}}"}},
        ],
    )
    return answer.choices[0].message.content
'''
CREW = """support:
  role: Support agent of a shop
  goal: >
    {rule}
  backstory: You answer the questions of customers.
"""
STORIES = {
    "Python": ("src/agent.py", AGENT, "src/agent.py#ask:chat.completions.create", "prompt:src/agent.py#SYSTEM_PROMPT"),
    "CrewAI": ("config/agents.yaml", CREW, "config/agents.yaml#support", "prompt:config/agents.yaml#support"),
}


def config(origin, prompt):
    return (
        project.config(origin)
        .replace('surface:\n  prompts: ["prompts/**"]\n', "")
        .replace("prompts/support.jinja", f'"{prompt}"')
    )


@pytest.fixture
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


def made(tmp_path, server, story):
    path, text, prompt, unit = STORIES[story]
    files = {**project.cases(12), "llmgate.yaml": config(server.url, prompt), path: text.format(rule=project.GOOD_RULE)}
    if story == "CrewAI":
        files = {
            name: text.replace("input: {", "input: {messages: [{role: user, content: May I?}], ")
            for name, text in files.items()
        }
    return project.Project.create(tmp_path / "repository", files), path, text, unit


@pytest.mark.parametrize("story", STORIES)
def test_a_prompt_that_loses_its_rule_is_regressed_and_named(tmp_path, served, story):
    shop, path, text, unit = made(tmp_path, served, story)
    shop.pull({path: text.format(rule="Be brief.")})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("regressed", 1), ended.stdout
    changed = {change["unit"]: change for change in ended.report["changes"]}
    assert unit in changed
    assert changed[unit]["facets"] == ["text"]
    assert len(changed[unit]["fixtures"]) == 12


@pytest.mark.parametrize("story", STORIES)
def test_an_edit_that_sends_nothing_else_asks_nobody(tmp_path, served, story):
    shop, path, text, _ = made(tmp_path, served, story)
    shop.pull({path: "# reviewed\n" + text.format(rule=project.GOOD_RULE)})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("not_applicable", 0), ended.stdout
    assert served.seen == []
