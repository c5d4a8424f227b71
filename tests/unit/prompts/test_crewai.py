"""CrewAI's agents and tasks."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Turn, catalogue, discovery, templates

AGENTS = """\
# the crew
researcher:
  role: "{topic} Researcher"
  goal: Uncover {topic}
  backstory: 'You keep JSON such as {"a": 1} as it is.'
  llm: openai/gpt-4o
  tools: [search]
  verbose: true

analyst:
  role: Analyst
  goal: Analyse
  backstory: You analyse.
  llm: {model: gpt-4o-mini, provider: openai, temperature: 0.1, api_key: x}
"""
TASKS = """\
research:
  description: Research {topic}.
  expected_output: A list
  agent: researcher
report:
  description: Report.
  expected_output: A text
  agent: nobody
alone:
  description: Think.
  expected_output: A thought
"""


def read(source, path="config/agents.yaml", files=()):
    found = discovery.read(path, source.encode(), dict(files).get)
    assert all(prompt.format is Format.CREWAI for prompt in found)
    return {prompt.name: prompt for prompt in found}


def tasks(source=TASKS, agents=AGENTS):
    return read(source, "config/tasks.yaml", {"config/agents.yaml": agents.encode()})


def test_an_agent_is_its_system_message_with_values_in_single_braces():
    researcher = read(AGENTS)["researcher"]
    assert templates.fill(researcher, {"topic": "AI"}) == (
        Turn(
            "system",
            'You are AI Researcher. You keep JSON such as {"a": 1} as it is.\nYour personal goal is: Uncover AI',
        ),
    )
    assert researcher.line == 2


def test_an_agent_has_its_model_its_parameters_and_the_names_of_its_tools():
    found = read(AGENTS)
    assert (found["researcher"].model, found["researcher"].tools) == ("openai/gpt-4o", {"names": ["search"]})
    assert (found["analyst"].model, dict(found["analyst"].params)) == ("openai/gpt-4o-mini", {"temperature": 0.1})


def test_a_task_is_sent_after_the_system_message_of_its_agent():
    research = tasks()["research"]
    system, user = templates.fill(research, {"topic": "AI"})
    assert system == Turn(
        "system", 'You are AI Researcher. You keep JSON such as {"a": 1} as it is.\nYour personal goal is: Uncover AI'
    )
    assert user == Turn(
        "user",
        "\nCurrent Task: Research AI.\n\nThis is the expected criteria for your final answer: A list\n"
        "you MUST return the actual complete content as the final answer, not a summary.\n\n"
        "Provide your complete response:",
    )
    assert research.dependencies == ("config/agents.yaml",)


@pytest.mark.parametrize(("old", "new", "changed"), [("Uncover", "Find", True), ("Analyse", "Count", False)])
def test_a_task_depends_on_its_own_agent(old, new, changed):
    before, after = tasks()["research"], tasks(agents=AGENTS.replace(old, new))["research"]
    differing = {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}
    assert differing == ({Facet.DEPENDENCIES} if changed else set())


def test_agents_and_tasks_may_stand_in_one_file():
    found = read(AGENTS + TASKS, "crew.yaml")
    assert list(found) == ["researcher", "analyst", "research", "report", "alone"]
    assert templates.fill(found["research"], {"topic": "AI"})[0].role == "system"
    assert found["research"].dependencies == ()


@pytest.mark.parametrize(
    ("name", "words"), [("report", "is not in the file of agents beside it"), ("alone", "the task names no agent")]
)
def test_a_task_whose_agent_is_not_known_is_not_rendered(name, words):
    prompt = tasks()[name]
    assert prompt.fault is None
    with pytest.raises(RenderError, match=words):
        templates.fill(prompt, {})


@pytest.mark.parametrize(
    "key", ["system_template: x", "inject_date: true", "reasoning: true", "use_system_prompt: false", "memory: true"]
)
def test_what_makes_crewai_send_something_else_is_not_rendered(key):
    agents = AGENTS.replace("  verbose: true", f"  {key}")
    word = key.partition(":")[0]
    for prompt in (read(agents)["researcher"], tasks(agents=agents)["research"]):
        with pytest.raises(RenderError, match=f"does not imitate what CrewAI makes of `{word}`"):
            templates.fill(prompt, {"topic": "x"})


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("Uncover", "Find", {Facet.TEXT}),
        ("Uncover {topic}", "Uncover {subject}", {Facet.VARIABLES}),
        ("openai/gpt-4o", "openai/gpt-4.1", {Facet.MODEL}),
        ("[search]", "[search, read]", {Facet.TOOLS}),
        ("verbose: true", "verbose: false", set()),
        ("verbose: true", "max_iter: 3", {Facet.STRUCTURE}),
        ("verbose: true", "invented: 3", {Facet.STRUCTURE}),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    assert old in AGENTS
    before, after = read(AGENTS)["researcher"], read(AGENTS.replace(old, new, 1))["researcher"]
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == facets


@pytest.mark.parametrize(
    ("source", "line"),
    [(AGENTS + "x: [\n", 16), (AGENTS + "researcher: {}\n", 15), (AGENTS + "x: *y\n", 15)],
)
def test_a_file_that_is_none_has_a_fault_with_its_line_and_differs_by_bytes(source, line):
    (prompt,) = discovery.read("agents.yaml", source.encode(), lambda _: None)
    assert prompt.fault.line == line
    assert set(prompt.digests) == {Facet.BYTES}


def test_agents_that_cannot_be_read_leave_their_tasks_without_them():
    assert tasks(agents="researcher: [")["research"].unrendered
    assert read(TASKS, "config/tasks.yaml", {"config/agents.yaml": b"\xff"})["research"].unrendered


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("npcs.yaml", AGENTS),
        ("characters/wizard.yml", AGENTS),
        ("agents.yaml", "a:\n  role: admin\n  goal: x\n"),
        ("agents.yaml", "role: admin\ngoal: x\nbackstory: y\n"),
        ("tasks.yaml", "- name: install\n  description: x\n  apt: {name: y}\n"),
        ("tasks/main.yml", "- name: x\n  debug: {msg: expected_output}\n"),
        ("tasks.yaml", "build:\n  description: x\n  cmds: [make]\n"),
        ("user_agents.yaml", "agents:\n  - Mozilla\n"),
        ("agents.json", AGENTS),
        ("agents.py", AGENTS),
        ("todo.yaml", TASKS),
    ],
)
def test_other_files_are_not_taken(path, source):
    assert not any(prompt.format is Format.CREWAI for prompt in discovery.read(path, source.encode(), lambda _: None))


@pytest.mark.parametrize("path", ["agents.yaml", "config/agents.yml", "src/x/config/writer_agents.yaml", "crew.yaml"])
def test_a_rule_says_why_a_file_is_taken(path):
    assert {prompt.rule.id for prompt in read(AGENTS, path).values()} == {"crewai.agents"}


@pytest.mark.parametrize(
    "source",
    [
        "a:\n  role: x\n  goal: y\n  backstory: '" + "{" * 400_000 + "'\n",
        "a:\n  role: x\n  goal: y\n  backstory: '" + "{a}" * 150_000 + "'\n",
        "a:\n  role: x\n  goal: y\n  backstory: " + "[" * 5_000 + "\n",
        "".join(f"a{n}:\n  role: x\n  goal: y\n  backstory: z\n" for n in range(3_000)),
    ],
    ids=["braces", "fields", "depth", "many"],
)
def test_hostile_files_are_read_in_bounded_time(source):
    began = time.monotonic()
    found = catalogue.read("agents.yaml", source.encode(), lambda _: None)
    assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 10
