"""Stories of pull requests: a repository, what the change does and how the model answers → the verdict, and why.

Real git and real HTTP, judged in this process. `tests/e2e/test_verdicts.py` has the stories of each verdict.
"""

import pytest

from tests import modelserver, project
from tests.stories import Story, assert_ends_as_told, judged

EDIT = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
PARAMS = "params: {temperature: 0.3"
TOOL = "tools:\n  definitions: [{name: look, description: DESCRIPTION, parameters: {type: object}}]\n"
LABEL = "llmgate: suite approved"
YML = """model: house/house-model-2026-01-15
messages:
  - {role: system, content: "Answer from the documents and cite them.EXTRA {{context}}"}
  - {role: user, content: "{{question}}"}
"""
INCLUDING = project.PROMPT.replace("{rule}", "{{% include 'prompts/rules.jinja' %}}").format()
ROUTER = "targets:\n  router: {kind: prompt, prompt: prompts/route.md, model: answerer}\n"


def routed(number):
    return project.case(number).replace("target: support", "target: router")


def openai(origin, model):
    """The house's server under OpenAI's name, so that OpenAI's rules of naming hold."""
    text = project.config(origin, model=model).replace("provider: house", "provider: openai")
    return {"llmgate.yaml": text.replace("providers: {house: {", "providers: {openai: {key: HOUSE_KEY, ")}


def settings(old, new):
    return lambda origin: {"llmgate.yaml": project.config(origin).replace(old, new)}


def with_corpus(origin):
    retrieval = 'retrieval:\n  handbook: {engine: fts5, corpus: ["docs/**"]}\ntargets:'
    text = project.config(origin).replace("targets:", retrieval).replace("answerer}", "answerer, retrieval: handbook}")
    return {"llmgate.yaml": text, "docs/returns.md": "Within 14 days."}


def with_yml(origin):
    text = project.config(origin).replace("prompts/support.jinja", "prompts/support.prompt.yml")
    return {"llmgate.yaml": text, "prompts/support.prompt.yml": YML.replace("EXTRA", "")}


def yml(extra="", more=""):
    return lambda _: {"prompts/support.prompt.yml": YML.replace("EXTRA", extra) + more}


def renamed(origin):
    text = project.config(origin).replace("prompts/support.jinja", "prompts/help.jinja")
    return {"llmgate.yaml": text, "prompts/help.jinja": project.prompt(), "prompts/support.jinja": None}


STORIES = {
    "a pin is moved to a name that can move": Story(
        base=lambda origin: openai(origin, "gpt-4.1-2025-04-14"),
        does=lambda origin: openai(origin, "gpt-4.1"),
        verdict="rejected",
        code=1,
        said="gpt-4.1",
        rules=("pins",),
    ),
    "a parameter alone changes and nothing breaks": Story(
        does=settings(PARAMS, "params: {temperature: 0.4"), verdict="passed", code=0, fixtures=30
    ),
    "a parameter alone changes and everything breaks": Story(
        does=settings(PARAMS, "params: {temperature: 1.9"),
        verdict="regressed",
        code=1,
        answer=lambda asked: "14 days" if asked.body["temperature"] < 1 else "who knows",
    ),
    "a fixture's tool definitions are edited": Story(
        base=lambda _: {"fixtures/tool.yaml": project.case(99) + TOOL.replace("DESCRIPTION", "looks")},
        does=lambda _: {**EDIT, "fixtures/tool.yaml": project.case(99) + TOOL.replace("DESCRIPTION", "destroys")},
        verdict="rejected",
        code=1,
        said="its tools are changed",
        rules=("suite_changes",),
    ),
    "the tools in a prompt file are edited, and the model is offered them": Story(
        base=with_yml,
        does=yml("", "tools: [{type: function, function: {name: look}}]\n"),
        answer=lambda asked: "Who knows?" if "tools" in asked.body else "Within 14 days.",
        verdict="regressed",
        code=1,
    ),
    "the format of the answer is changed in a prompt file, and the model is told": Story(
        base=with_yml,
        does=yml("", "responseFormat: json_object\n"),
        answer=lambda asked: (
            "{}" if asked.body.get("response_format") == {"type": "json_object"} else "Within 14 days."
        ),
        verdict="regressed",
        code=1,
    ),
    "a prompt with roles is edited and nothing breaks": Story(
        base=with_yml, does=yml(" Be kind."), verdict="passed", code=0, fixtures=30
    ),
    "a prompt with roles loses its rule": Story(
        base=with_yml,
        does=lambda _: {"prompts/support.prompt.yml": YML.replace(project.GOOD_RULE, "Be brief.").replace("EXTRA", "")},
        verdict="regressed",
        code=1,
    ),
    "what a prompt with roles is for is told otherwise, which no model sees": Story(
        base=with_yml, does=yml(more="description: for the shop\n"), verdict="not_applicable", code=0
    ),
    "a prompt is renamed and nothing else": Story(does=renamed, verdict="not_applicable", code=0),
    "a prompt is renamed and loses its rule": Story(
        does=lambda origin: {**renamed(origin), "prompts/help.jinja": project.prompt("Be brief.")},
        verdict="regressed",
        code=1,
    ),
    "an included file loses the rule": Story(
        base=lambda _: {"prompts/support.jinja": INCLUDING, "prompts/rules.jinja": project.GOOD_RULE},
        does=lambda _: {"prompts/rules.jinja": "Be brief."},
        verdict="regressed",
        code=1,
        said="prompts/rules.jinja",
    ),
    "a prompt comes with its target and its fixture": Story(
        does=lambda origin: {
            "llmgate.yaml": project.config(origin).replace("targets:\n", ROUTER),
            "prompts/route.md": f"{project.GOOD_RULE} Route {{{{ question }}}}",
            "fixtures/route.yaml": routed(50),
        },
        verdict="inconclusive",
        code=0,
        said="they have nothing to be compared with",
    ),
    "a label approves that a fixture goes": Story(
        does=lambda _: {**EDIT, "fixtures/case-003.yaml": None},
        labels=(LABEL,),
        verdict="passed",
        code=0,
        fixtures=30,
    ),
    "another label approves nothing": Story(
        does=lambda _: {**EDIT, "fixtures/case-003.yaml": None},
        labels=("approved",),
        verdict="rejected",
        code=1,
        rules=("suite_changes",),
    ),
    "only the corpus changes": Story(
        base=with_corpus,
        does=lambda _: {"docs/returns.md": "Within 30 days."},
        verdict="inconclusive",
        code=0,
        said="only retrieval changed",
        rules=("index",),
    ),
    "a setting of retrieval changes, which frozen documents do not show": Story(
        base=with_corpus,
        does=lambda origin: {
            "llmgate.yaml": with_corpus(origin)["llmgate.yaml"].replace("fts5,", "fts5, top_k: 9,"),
            **EDIT,
        },
        verdict="rejected",
        code=1,
        rules=("coverage",),
    ),
    "a broken fixture is buried under new ones": Story(
        does=lambda _: {
            "prompts/support.jinja": project.prompt("Be brief."),
            **{f"fixtures/new-{number}.yaml": project.case(number, expected="30") for number in range(100, 160)},
        },
        verdict="regressed",
        code=1,
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_story(tmp_path, name):
    assert_ends_as_told(tmp_path, STORIES[name])


def test_new_fixtures_leave_the_others_as_many_trials_as_they_had(tmp_path):
    trials = []
    for number, count in enumerate((0, 60)):
        new = {f"fixtures/new-{each}.yaml": project.case(each) for each in range(100, 100 + count)}
        story = Story(does=lambda _, new=new: {**EDIT, **new}, verdict="", code=0, fixtures=30)
        (tmp_path / str(number)).mkdir()
        with modelserver.serve(project.obedient) as server:
            found = judged(tmp_path / str(number), server, story)
        trials.append({item.id: item.head.trials for item in found.fixtures if item.tier != "new"})
    assert trials[0] == trials[1]


@pytest.mark.trust("tamper")
@pytest.mark.parametrize("labels", [(), (LABEL,)])
def test_what_the_suite_loses_is_listed_with_its_lines_and_with_who_let_it(tmp_path, labels):
    looser = project.case(4, expected="a")
    changed = {**EDIT, "fixtures/case-003.yaml": None, "fixtures/case-004.yaml": looser}
    with modelserver.serve(project.obedient) as server:
        found = judged(tmp_path, server, Story(does=lambda _: changed, verdict="", code=0, labels=labels))
    gone, less = found.suite_changes
    assert (gone.fixture, gone.losses, {line.sign for line in gone.lines}) == ("case-003", ("it is removed",), {"-"})
    assert (less.fixture, less.losses) == ("case-004", ("an assertion is removed or changed",))
    assert {(line.sign, line.text.partition(":")[0]) for line in less.lines} == {("-", "assert"), ("+", "assert")}
    assert [entry.approved for entry in found.suite_changes] == [bool(labels)] * 2
