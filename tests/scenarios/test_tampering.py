"""What a pull request could do so that a regression comes out green, and what comes of it instead."""

import pytest

from tests import modelserver, project
from tests.stories import Story, assert_ends_as_told

KIND = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
MODELS = """answerer: {provider: house, model: house-model-2026-01-15}
spare: {provider: house, model: house-cheap-2026-01-15}
"""
INCLUDING = project.PROMPT.replace("{rule}", "{{% include ['override.jinja', 'rule.jinja'] %}}").format()
BRANCHING = project.PROMPT.replace(
    "{rule}", project.GOOD_RULE + "{{% if vip %}}{{% include 'vip.jinja' %}}{{% endif %}}"
)
ROOT = "surface:\n  template_root: prompts\n"


def by_model(asked):
    return "Within 14 days [returns.md#1]." if asked.model == "house-model-2026-01-15" else "Who knows?"


def with_models(origin):
    text = project.config(origin).replace("surface:\n", 'surface:\n  models: ["config/models.yaml"]\n')
    line = next(line for line in text.splitlines() if "answerer: {provider" in line)
    return {"llmgate.yaml": text.replace("models:\n" + line + "\n", ""), "config/models.yaml": MODELS}


def rooted(origin, **settings):
    return {"llmgate.yaml": project.config(origin, **settings).replace("surface:\n", ROOT)}


def hinted(origin):
    hint = 'question: "May I return order {}?", hint: "fact: within 14 days"'
    cases = {
        f"fixtures/case-{n:03d}.yaml": project.case(n).replace(f'question: "May I return order {n}?"', hint.format(n))
        for n in range(30)
    }
    return {"prompts/support.jinja": project.prompt("Be brief. {{ hint }}"), **cases}


def guessing(asked):
    return "Within 14 days." if "fact: within 14 days" in asked.prompt else project.obedient(asked)


def with_vip(origin):
    target = "targets:\n  vip: {kind: prompt, prompt: prompts/vip.jinja, model: answerer}\n"
    text = project.config(origin).replace("targets:\n", target)
    return {"llmgate.yaml": text, "prompts/vip.jinja": project.prompt()}


def picky(number):
    return project.case(number).replace("question:", "vip: true, question:")


TOOLS = "tools: {results: [{name: look, arguments: {id: A1}, result: x}]}\n"
ATTACHED = "attached: {after: [{type: uri, modality: image, uri: 'https://a.example/14-days.png'}]}"
COUNT = "{revision: abcdef0, passed: %d, trials: 10}"
FORGED = (
    "origin: {kind: production}\nhypothesis: {statement: x}\nobserved: {output: Within 14 days}\n"
    f"proven: {{separates: true, p_value: 0.001, repeats: 10, fails_at: {COUNT % 0}, passes_at: {COUNT % 10}, "
    f"date: 2026-10-01, fixture: 'sha256:{'0' * 64}'}}\n"
)


def altered(extra):
    return {f"fixtures/case-{number:03d}.yaml": project.case(number, extra=extra) for number in range(8)}


TAMPERING = {
    "keys of a file of models change places": Story(
        base=with_models,
        does=lambda _: {
            "config/models.yaml": MODELS.replace("answerer", "x").replace("spare", "answerer").replace("x:", "spare:")
        },
        answer=by_model,
        verdict="regressed",
        code=1,
    ),
    "a file is renamed so that an include finds it first": Story(
        base=lambda origin: {
            **rooted(origin),
            "prompts/support.jinja": INCLUDING,
            "prompts/rule.jinja": project.GOOD_RULE,
            "prompts/archive/old.jinja": "Be brief.",
        },
        does=lambda _: {"prompts/archive/old.jinja": None, "prompts/override.jinja": "Be brief."},
        verdict="regressed",
        code=1,
    ),
    "a target is renamed, and its fixtures have none": Story(
        does=lambda origin: {"llmgate.yaml": project.config(origin).replace("  support: {", "  helpdesk: {")},
        verdict="not_evaluated",
        code=3,
        said="no longer fits the head",
    ),
    "the answer is put into a new variable": Story(
        does=hinted,
        answer=guessing,
        fixtures=30,
        verdict="rejected",
        code=1,
        said="may hold the answer",
        rules=("suite_changes",),
    ),
    "new fixtures use up the budget": Story(
        base=lambda origin: {"llmgate.yaml": project.config(origin, policy="  budget: {calls: 400}\n")},
        does=lambda _: {**WORSE, **{f"fixtures/new-{n}.yaml": project.case(n) for n in range(100, 140)}},
        fixtures=12,
        verdict="regressed",
        code=1,
    ),
    "a broken prompt brings its own trivial fixture": Story(
        base=with_vip,
        does=lambda _: {
            **KIND,
            "prompts/vip.jinja": project.prompt("Be brief."),
            "fixtures/vip.yaml": project.case(99, expected="i").replace("target: support", "target: vip"),
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="no fixture exercises the change of prompt prompts/vip.jinja",
        rules=("coverage",),
    ),
    "a broken include hides behind a harmless edit of what includes it": Story(
        base=lambda origin: {
            **rooted(origin),
            "prompts/support.jinja": BRANCHING.format(),
            "prompts/vip.jinja": "Be generous.",
            **{
                f"fixtures/case-{n:03d}.yaml": project.case(n).replace("question:", "vip: false, question:")
                for n in range(30)
            },
        },
        does=lambda _: {
            "prompts/support.jinja": BRANCHING.format().replace(project.GOOD_RULE, project.GOOD_RULE + " Be kind."),
            "prompts/vip.jinja": "Insult the customer.",
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="no fixture exercises the change of prompt prompts/vip.jinja",
        rules=("coverage",),
    ),
    "fixtures that the base could not send are broken by the head": Story(
        base=lambda _: {
            "prompts/support.jinja": project.prompt() + "{{ needed }}",
            **{
                f"fixtures/case-{n:03d}.yaml": project.case(n).replace("question:", "needed: x, question:")
                for n in range(20)
            },
        },
        does=lambda _: KIND,
        fixtures=30,
        verdict="inconclusive",
        code=0,
        said="the base cannot render",
    ),
    "a corpus changes beside a harmless edit": Story(
        base=lambda origin: {
            "docs/a.md": "Within 14 days.",
            "llmgate.yaml": project.config(origin)
            .replace("targets:", 'retrieval:\n  handbook: {engine: fts5, corpus: ["docs/**"]}\ntargets:')
            .replace("answerer}", "answerer, retrieval: handbook}"),
        },
        does=lambda _: {**KIND, "docs/a.md": "Within 30 days."},
        fixtures=30,
        verdict="inconclusive",
        code=0,
        said="an index changed",
    ),
    "a fixture that cannot be read on the base is removed": Story(
        base=lambda _: {"fixtures/broken.yaml": "id: [\n"},
        does=lambda _: {**KIND, "fixtures/broken.yaml": None},
        fixtures=30,
        verdict="passed",
        code=0,
        rules=("suite_changes",),
    ),
    "fixtures are said to depend on state outside them": Story(
        does=lambda _: {**WORSE, **altered("completeness: {depends_on: [a clock]}\n")},
        verdict="regressed",
        code=1,
        said="it is said to depend on state outside it",
        rules=("suite_changes",),
    ),
    "fixtures become drafts again": Story(
        does=lambda _: {**WORSE, **altered("draft: true\n")},
        verdict="regressed",
        code=1,
        said="it is made a draft",
        rules=("suite_changes",),
    ),
    "fixtures get another origin and a proof that nobody made": Story(
        does=lambda _: {**WORSE, **altered(FORGED)},
        verdict="regressed",
        code=1,
    ),
    "the context gets a text of its own, with the answer in it": Story(
        does=lambda _: {
            **KIND,
            **{
                name: text.replace("context:\n", 'context:\n  text: "within 14 days"\n')
                for name, text in project.cases(30).items()
            },
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="its documents are changed",
        rules=("suite_changes",),
    ),
    "documents get metadata that the prompt could read": Story(
        does=lambda _: {
            **KIND,
            **{
                name: text.replace('days."}]', 'days.", metadata: {hint: 14 days}}]')
                for name, text in project.cases(30).items()
            },
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="its documents are changed",
        rules=("suite_changes",),
    ),
    "a recorded result fits any arguments": Story(
        base=lambda _: {name: text.replace("context:", TOOLS + "context:") for name, text in project.cases(30).items()},
        does=lambda _: {
            **KIND,
            **{
                name: text.replace("context:", TOOLS.replace("result: x", "result: x, match: subset") + "context:")
                for name, text in project.cases(30).items()
            },
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="its tools are changed",
        rules=("suite_changes",),
    ),
    "an address is attached": Story(
        does=lambda _: {
            **KIND,
            **{name: text.replace('?"}}', '?"}, ' + ATTACHED + "}") for name, text in project.cases(30).items()},
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="its input is changed",
        rules=("suite_changes",),
    ),
}


@pytest.mark.trust("tamper")
@pytest.mark.parametrize("name", TAMPERING)
def test_tampering(tmp_path, name):
    assert_ends_as_told(tmp_path, TAMPERING[name])


@pytest.mark.trust("bad-day")
def test_a_baseline_of_a_bad_day_hides_no_break(tmp_path):
    """Yesterday a third failed on the base; today the base passes, and the head fails that very third."""
    today = {"now": False}

    def answer(asked):
        odd = any(f"order {number}?" in asked.prompt for number in range(10))
        bad = odd and (not today["now"] or "Be quick." in asked.prompt)
        return "Who knows?" if bad else "Within 14 days."

    with modelserver.serve(answer) as server:
        shop = project.Project.create(tmp_path / "repository", project.files(server.url, fixtures=30))
        shop.pull(KIND)
        project.gate(shop, tmp_path)
        today["now"] = True
        shop.pull({"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be quick.")})
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("regressed", 1)
