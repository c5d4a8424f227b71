"""A pull request that breaks every fixture, with one tamper each: it stays blocked, and the report names the tamper."""

import re

import pytest

from tests import judging, modelserver, project, tampers
from tests.stories import Story, judged
from tests.tampers import CHECK, EXCEPTIONS, FIXTURES, LENIENT, PROMPT, RULE, Tamper

CASES = [f"fixtures/case-{number:03d}.yaml" for number in range(FIXTURES)]
LOOSER = "an assertion is removed or changed"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'b' * 64}\nsize 10\n"


def swapped(text, old, new):
    assert old in text, old
    return text.replace(old, new)


def fixtures(old, new):
    """Edit every fixture."""
    return lambda files: {path: swapped(files[path], old, new) for path in CASES}


def added(line):
    """Add a line to every fixture."""
    return fixtures("target: support\n", f"target: support\n{line}\n")


def settings(old, new, **more):
    return lambda files: {"llmgate.yaml": swapped(files["llmgate.yaml"], old, new), **more}


def models(old, new):
    return lambda files: {"config/models.yaml": swapped(files["config/models.yaml"], old, new)}


def hashed_otherwise(files):
    return {"llmgate.lock": re.sub("sha256:[0-9a-f]{8}", "sha256:00000000", files["llmgate.lock"])}


def easy_target(files):
    target = "targets:\n  easy: {kind: prompt, prompt: prompts/easy.jinja, model: answerer}\n"
    edits = settings("targets:\n", target)(files) | fixtures("target: support", "target: easy")(files)
    return {**edits, "prompts/easy.jinja": project.prompt()}


def renamed_model(files):
    return {**models("answerer:", "replier:")(files), **settings("model: answerer", "model: replier")(files)}


def many_edits(files):
    """Bury an edit of the policy under edits that sort before it."""
    hosts = "".join(f"    a{number}: {{host: https://a{number}.example}}\n" for number in range(30))
    text = swapped(files["llmgate.yaml"], "suite_changes: block", f"retrieval_hosts:\n{hosts}  suite_changes: off")
    return {"llmgate.yaml": swapped(text, "map: {", f"map: {{{', '.join(f'a{n}: grounding' for n in range(90))}, ")}


def quarantined(files):
    entries = (
        f"  - {{fixture: case-{n:03d}, reason: flaky, owner: bo, expires: {tampers.SOON}}}\n"
        for n in range(FIXTURES - 1)
    )
    return {EXCEPTIONS: f"{files[EXCEPTIONS]}quarantined:\n{''.join(entries)}"}


def exceptions(old, new):
    return lambda files: {EXCEPTIONS: swapped(files[EXCEPTIONS], old, new)}


def linked(path):
    def does(checkout):
        (checkout.path / path).unlink()
        (checkout.path / path).symlink_to("../README.md")
        checkout.commit()

    return does


def submodule(checkout):
    checkout("rm", "-q", PROMPT)
    checkout("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{PROMPT}")
    (checkout.path / PROMPT).mkdir(parents=True)
    checkout.commit()


TAMPERS = {
    "a fixture is deleted": Tamper(does=lambda _: {CASES[3]: None}, named="'case-003' may ask less"),
    "all fixtures are deleted": Tamper(does=lambda _: dict.fromkeys(CASES), named="it is removed"),
    "fixtures get a name that no pattern matches": Tamper(
        does=lambda files: {**dict.fromkeys(CASES), **{f"{path}.off": files[path] for path in CASES}},
        named="it is removed",
    ),
    "fixtures get other ids": Tamper(does=fixtures("id: case-", "id: other-"), named="it is removed"),
    "fixtures are disabled": Tamper(does=added("enabled: false"), named="it is disabled"),
    "fixtures become drafts": Tamper(does=added("draft: true"), named="it is made a draft"),
    "fixtures are said to hang on other state": Tamper(
        does=added("completeness: {depends_on: [a clock]}"), named="it is said to depend on state outside it"
    ),
    "an assertion is removed": Tamper(does=fixtures('  - {type: contains, value: "14 days"}\n', ""), named=LOOSER),
    "the expected answer is edited": Tamper(does=fixtures('value: "14 days"', 'value: "30 days"'), named=LOOSER),
    "an assertion is negated": Tamper(does=fixtures("type: contains", "type: not-contains"), named=LOOSER),
    "a negation is taken away": Tamper(does=fixtures("type: not-contains", "type: contains"), named=LOOSER),
    "an assertion weighs nothing": Tamper(does=fixtures('"14 days"}', '"14 days", weight: 0}'), named=LOOSER),
    "an assertion's threshold is lowered": Tamper(does=fixtures("threshold: 0.9}", "threshold: 0.1}"), named=LOOSER),
    "a fixture's threshold is lowered": Tamper(
        does=fixtures("threshold: 0.9\n", "threshold: 0.1\n"), named="its threshold is lowered"
    ),
    "a fixture's threshold is diluted": Tamper(
        does=fixtures("assert:\n", "assert:\n" + "  - {type: contains, value: i}\n" * 40),
        named="which dilutes its threshold",
    ),
    "fixtures are no longer critical": Tamper(does=fixtures("critical: true\n", ""), named="it is no longer critical"),
    "weights are lowered": Tamper(does=fixtures("weight: 2.0", "weight: 0.001"), named="its weight is lowered"),
    "a weight is zero": Tamper(
        does=fixtures("weight: 2.0", "weight: 0"), verdict="not_evaluated", named="'weight': Input should be greater"
    ),
    "fixtures get another category": Tamper(
        does=fixtures("category: grounding", "category: tool_use"), named="'case-000' (grounding → tool_use)"
    ),
    "seeds are changed": Tamper(does=fixtures("seed: 7", "seed: 8"), named="its seed is changed"),
    "the question tells the answer": Tamper(
        does=fixtures("May I return", "Within 14 days. May I return"), named="its input is changed"
    ),
    "recorded documents are edited": Tamper(
        does=fixtures("free within 14 days", "free within 30 days"), named="its documents are changed"
    ),
    "recorded results of tools are edited": Tamper(
        does=fixtures("result: sent", "result: 14 days"), named="its tools are changed"
    ),
    "documents are searched for instead of replayed": Tamper(
        does=added("retrieval: live"), named="searched for instead of replayed"
    ),
    "fixtures get an easy target": Tamper(does=easy_target, named="its target is changed"),
    "a fixture becomes a link": Tamper(
        before=linked(CASES[0]), verdict="not_evaluated", named=f"is a symbolic link, not a regular file {CASES[0]}"
    ),
    "a fixture is kept elsewhere": Tamper(
        does=lambda _: {CASES[0]: POINTER}, verdict="not_evaluated", named=f"its content is elsewhere {CASES[0]}"
    ),
    "the pattern of fixtures matches none": Tamper(does=settings("fixtures/**/*.yaml", "x/**"), named="it is removed"),
    "there is no pattern of fixtures": Tamper(
        does=settings('["fixtures/**/*.yaml"]', "[]"), verdict="not_evaluated", named="'suite.fixtures'"
    ),
    "the surface excludes the prompt": Tamper(
        does=settings("prompts/archive/**", "prompts/**"),
        named="looks at fewer files: surface.exclude prompts/archive/** → prompts/**",
    ),
    "the surface has other prompts": Tamper(
        does=settings('["prompts/**"]', '["lib/**"]'), named="looks at fewer files: surface.prompts prompts/** → lib/**"
    ),
    "the surface has no prompts": Tamper(
        does=settings('["prompts/**"]', "[]"), named="looks at fewer files: surface.prompts prompts/** → none"
    ),
    "the surface has no models": Tamper(
        does=settings('["config/models.yaml"]', "[]"), verdict="not_evaluated", named="there is no model 'answerer'"
    ),
    "alpha is lowered": Tamper(does=settings("alpha: 0.05", "alpha: 0.000001"), named="alpha 0.05 → 1e-06"),
    "alpha is not a number": Tamper(
        does=settings("alpha: 0.05", "alpha: .nan"), verdict="not_evaluated", named=".nan is not a finite number"
    ),
    "the margin is raised": Tamper(does=settings("  margin: 0.05", "  margin: 0.99"), named="margin 0.05 → 0.99"),
    "the fixtures' margin is raised": Tamper(
        does=settings("fixture_margin: 0.1", "fixture_margin: 0.99"), named="fixture_margin 0.1 → 0.99"
    ),
    "fewer samples are drawn": Tamper(does=settings("screen: auto", "screen: 1"), named="screen auto → 1"),
    "more errors are borne": Tamper(does=settings("share: 0.1", "share: 0.99"), named="max_error_share 0.1 → 0.99"),
    "the budget is cut": Tamper(does=settings("calls: 4000", "calls: 1"), named="budget.calls 4000 → 1"),
    "the budget is raised": Tamper(does=settings("calls: 4000", "calls: 400000"), named="budget.calls 4000 → 400000"),
    "pins do not block": Tamper(does=settings("pins: block", "pins: off"), named="pins block → off"),
    "the index does not block": Tamper(does=settings("index: block", "index: off"), named="index block → off"),
    "coverage does not block": Tamper(does=settings("coverage: block", "coverage: off"), named="coverage block → off"),
    "a weakened suite does not block": Tamper(
        does=settings("suite_changes: block", "suite_changes: off", **{CASES[3]: None}),
        named="suite_changes block → off",
    ),
    "an edit of the policy is buried under others": Tamper(does=many_edits, named="suite_changes block → off"),
    "a gated category is not gated": Tamper(
        does=settings("{grounding: block}", "{grounding: off}"), named="categories.grounding block → off"
    ),
    "another label approves": Tamper(
        does=settings("  alpha", "  approval_label: ok\n  alpha"), named="approval_label llmgate: suite approved → ok"
    ),
    "a provider answers elsewhere": Tamper(
        does=lambda files: {"llmgate.yaml": re.sub('host: "[^"]+"', "host: https://a.example", files["llmgate.yaml"])},
        named="→ https://a.example",
    ),
    "another judge": Tamper(does=settings("judge-model", "lenient"), named="→ lenient-2026-01-15"),
    "no judge": Tamper(does=settings(judging.POLICY, ""), named="judge {"),
    "other labels of the judge": Tamper(does=lambda _: {judging.LABELS: "[]"}, named="the labels of the judge"),
    "another embedder": Tamper(does=settings("embed-2026", "lenient-2026"), named="→ lenient-2026-01-15"),
    "the taxonomy maps otherwise": Tamper(
        does=settings("{misread: grounding}", "{misread: tool_use}"), named="taxonomy.map.misread grounding → tool_use"
    ),
    "there is no configuration": Tamper(does=lambda _: {"llmgate.yaml": None}, named="llmgate.yaml is removed"),
    "the configuration becomes a link": Tamper(
        before=linked("llmgate.yaml"), verdict="not_evaluated", named="symbolic link, not a regular file llmgate.yaml"
    ),
    "the configuration cannot be read": Tamper(
        does=settings("version: 1", "version: ["), verdict="not_evaluated", named="not YAML"
    ),
    "fixtures are quarantined": Tamper(does=quarantined, named="may ask less than on the base: it is quarantined"),
    "a regression is accepted": Tamper(
        does=exceptions("fixture: case-007", "fixture: case-000"),
        named="'case-000' may ask less than on the base: its re",
    ),
    "an exception lasts longer": Tamper(
        does=exceptions(str(tampers.SOON), str(tampers.LATER)), named="its exception lasts longer"
    ),
    "an exception is for another request": Tamper(
        does=exceptions("a" * 64, "b" * 64), named="'case-007' may ask less than on the base: its exception is edited"
    ),
    "an exception is somebody else's": Tamper(does=exceptions("by: ana", "by: bo"), named="its exception is edited"),
    "nobody answers for an exception": Tamper(
        does=exceptions("by: ana, ", ""), verdict="not_evaluated", named=f"'accepted.0.by' is missing {EXCEPTIONS}"
    ),
    "the exceptions become a link": Tamper(
        before=linked(EXCEPTIONS), verdict="not_evaluated", named=f"symbolic link, not a regular file {EXCEPTIONS}"
    ),
    "code that grades is edited": Tamper(does=lambda _: {CHECK: LENIENT}, named="edits the assertion 'within'"),
    "code that grades is removed": Tamper(does=lambda _: {CHECK: None}, named="removes the assertion 'within'"),
    "other code grades": Tamper(
        does=settings(CHECK, "checks/b.py", **{"checks/b.py": LENIENT}), named="edits the assertion 'within'"
    ),
    "the lock is edited": Tamper(does=hashed_otherwise, named="the index 'handbook' differs from llmgate.lock"),
    "the lock is removed": Tamper(does=lambda _: {"llmgate.lock": None}, named="llmgate.lock is removed"),
    "the corpus is edited": Tamper(does=lambda _: {"docs/returns.md": "x"}, named="changed docs/returns.md"),
    "a target is renamed": Tamper(
        does=settings("  support: {", "  desk: {"), verdict="not_evaluated", named="there is no target 'support'"
    ),
    "a model is renamed": Tamper(
        does=models("answerer:", "replier:"), verdict="not_evaluated", named="there is no model 'answerer'"
    ),
    "a model is renamed with its target": Tamper(does=renamed_model, named='"answerer" → "replier"'),
    "another model answers": Tamper(does=models("house-model", "house-cheap"), named="house-cheap-2026-01-15"),
    "the prompt moves": Tamper(
        does=settings(PROMPT, "prompts/a.jinja", **{PROMPT: None, "prompts/a.jinja": tampers.WORSE}),
        named=f'"{PROMPT}" → "prompts/a.jinja"',
    ),
    "the prompt moves out of sight, and its old text stays": Tamper(
        does=settings(PROMPT, "lib/a.jinja", **{PROMPT: project.prompt(), "lib/a.jinja": tampers.WORSE}),
        named="lib/a.jinja",
    ),
    "the prompt becomes a link": Tamper(
        before=linked(PROMPT),
        breaks=False,
        verdict="not_evaluated",
        named=f"is a symbolic link, not a regular file {PROMPT}",
    ),
    "the prompt becomes a submodule": Tamper(
        before=submodule, breaks=False, verdict="not_evaluated", named=f"is a submodule, not a regular file {PROMPT}"
    ),
    "the prompt is kept elsewhere": Tamper(
        does=lambda _: {PROMPT: POINTER}, verdict="not_evaluated", named=f"its content is elsewhere {PROMPT}"
    ),
}

TAMPERS |= {
    "the gate's step may fail": Tamper(
        does=lambda _: {tampers.WORKFLOW: f"{tampers.GATE}        continue-on-error: true\n"},
        named=f"edits '{tampers.WORKFLOW}' (+ continue-on-error: true)",
    ),
    "the gate is another action": Tamper(
        does=lambda _: {tampers.WORKFLOW: swapped(tampers.GATE, "@" + "1" * 40, "@" + "6" * 40)},
        named=f"+ - uses: llmgate/llmgate@{'6' * 40}; - - uses: llmgate/llmgate@{'1' * 40}",
    ),
    "the workflow runs for some paths only, and nobody owns it": Tamper(
        does=lambda _: {
            tampers.WORKFLOW: swapped(tampers.GATE, "{pull_request: {", "{pull_request: {paths: [docs/**], "),
            "CODEOWNERS": "/docs/ @acme/owners\n",
        },
        named="edits who owns which files: 'CODEOWNERS' (+ /docs/ @acme/owners; - /.github/ @acme/owners)",
    ),
}

OF_PROGRAMS = {
    "a program's files are fewer": Tamper(
        does=settings("app/**", "app/bot.py"), named='files: ["app/**"] → ["app/bot.py"]'
    ),
    "a program may ask more models": Tamper(
        does=settings("[answerer]", "[answerer, spare]"), named='models: ["answerer"] → ["answerer", "spare"]'
    ),
}


@pytest.fixture(scope="module")
def served():
    with modelserver.serve(judging.both()) as server:
        yield server


def gated(folder, server, base, broken, tamper):
    """Judge the break with the tamper on top."""
    edits = {**(broken if tamper.breaks else {}), **tamper.does(base(server.url))}
    return judged(
        folder, server, Story(base=base, does=lambda _: edits, verdict="", code=0, fixtures=0, before=tamper.before)
    )


def told(found):
    """What the report says of the change: broken rules with their files, and what changed."""
    rules = [f"{finding.message.removesuffix(f' [{finding.id}]')} {finding.file}" for finding in found.findings]
    changes = [
        f"{change.unit} {[(each.key, each.base, each.head) for each in change.details]}" for change in found.changes
    ]
    return "\n".join(rules + changes)


NOTHING = Tamper(named="")
BREAK = {PROMPT: tampers.WORSE}


@pytest.fixture(scope="module")
def untampered(tmp_path_factory, served):
    return gated(tmp_path_factory.mktemp("plain"), served, tampers.shop, BREAK, NOTHING)


@pytest.mark.trust("budget", "tamper")
@pytest.mark.parametrize("name", TAMPERS)
def test_a_break_stays_blocked_and_the_tamper_is_named(tmp_path, served, untampered, name):
    tamper = TAMPERS[name]
    found = gated(tmp_path, served, tampers.shop, BREAK, tamper)
    assert (found.verdict, found.exit_code != 0) == (tamper.verdict, True), told(found)
    assert tamper.named in told(found)
    assert tamper.named not in told(untampered)


@pytest.mark.trust("tamper")
@pytest.mark.parametrize("name", OF_PROGRAMS)
def test_a_broken_program_stays_blocked_and_the_tamper_is_named(tmp_path, served, name):
    tamper = OF_PROGRAMS[name]
    found = gated(tmp_path, served, tampers.desk, {RULE: "Be brief."}, tamper)
    assert (found.verdict, found.exit_code) == (tamper.verdict, 1), told(found)
    assert tamper.named in told(found)
