"""promptfoo's suites: how defaults, scenarios, lists, files and rows become cases, and what is told of the rest."""

import pytest

from llmgate.capture.suites.promptfoo import expected
from llmgate.errors import ConfigurationError
from tests.unit.capture.suites import reading


def test_defaults_are_merged_and_checks_add_up():
    found = reading.promptfoo(
        """
defaultTest:
  vars: {question: a, tone: kind}
  threshold: 0.5
  metadata: {team: x}
  assert: [{type: contains, value: d}]
tests:
  - {vars: {question: b}, metadata: {topic: y}, assert: [{type: contains, value: t}]}
  - {vars: {question: c}, threshold: 0.9, options: {disableDefaultAsserts: true}, assert: [{type: contains, value: t}]}
"""
    )
    first, second = found.cases
    assert first.variables == {"question": "b", "tone": "kind"}
    assert [check["value"] for check in first.checks] == ["d", "t"]
    assert (first.threshold, second.threshold) == (0.5, 0.9)
    assert first.metadata == {"team": "x", "topic": "y"}
    assert [check["value"] for check in second.checks] == ["t"]


def test_a_scenario_is_each_of_its_data_with_each_of_its_tests():
    found = reading.promptfoo(
        """
scenarios:
  - config: [{vars: {l: de}, assert: [{type: contains, value: data}]}, {vars: {l: en}}]
    tests: [{vars: {question: a}}, {vars: {question: b, l: fr}}]
  - config: [{vars: {l: it}}]
"""
    )
    assert [dict(case.variables) for case in found.cases] == [
        {"l": "de", "question": "a"},
        {"l": "fr", "question": "b"},
        {"l": "en", "question": "a"},
        {"l": "fr", "question": "b"},
        {"l": "it"},
    ]
    assert [len(case.checks) for case in found.cases] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("variables", "count"),
    [
        ("{a: [x, y], b: [u, v, w]}", 6),
        ("{a: [1, 2]}", 1),
        ("{a: [{k: 1}]}", 1),
        ("{a: []}", 1),
        ("{a: 'file://data/*.txt'}", 2),
    ],
)
def test_lists_of_texts_and_files_stand_for_a_case_each(variables, count):
    files = {"evals/data/1.txt": "one\n", "evals/data/2.txt": "two", "evals/data/3.md": "no"}
    assert len(reading.promptfoo(f"tests: [{{vars: {variables}}}]", files).cases) == count


def test_lists_stay_lists_where_expansion_is_off():
    found = reading.promptfoo("tests: [{vars: {a: [x, y]}, options: {disableVarExpansion: true}}]")
    assert [dict(case.variables) for case in found.cases] == [{"a": ["x", "y"]}]


def test_variables_are_read_from_files_and_filled_with_each_other():
    files = {"evals/v.yaml": "name: Ada\n", "evals/t.txt": "Dear {{ name }}\n", "evals/d.yaml": "k: [1]\n"}
    found = reading.promptfoo(
        "tests: [{vars: {name: '{{ first }}', first: Ada, t: file://t.txt, d: file://d.yaml}}, {vars: file://v.yaml}]",
        files,
    )
    assert dict(found.cases[0].variables) == {"name": "Ada", "first": "Ada", "t": "Dear Ada", "d": '{"k":[1]}'}
    assert dict(found.cases[1].variables) == {"name": "Ada"}


def test_tests_are_read_from_files_of_every_kind():
    files = {
        "evals/a.yaml": "- {vars: {question: yaml}}\n",
        "evals/b.json": '{"vars": {"question": "json"}}',
        "evals/c.jsonl": '{"vars": {"question": "one"}}\n\n{"vars": {"question": "two"}}\n{broken\n',
        "evals/d.csv": "question,__expected\ncsv,equals: x\n",
    }
    found = reading.promptfoo("tests: [file://a.yaml, b.json, file://c.jsonl, {path: file://d.csv}]", files)
    assert [case.variables["question"] for case in found.cases] == ["yaml", "json", "one", "two", "csv"]
    assert [(case.file, case.line) for case in found.cases][-2:] == [("evals/c.jsonl", 3), ("evals/d.csv", 2)]
    assert len(found.lost) == 1
    assert reading.told(found)[0].startswith("evals/c.jsonl:4: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tests: file://make.py:cases", "evals/promptfooconfig.yaml:3: the tests that the program"),
        ("tests: https://example.com/a", "the tests at"),
        ("tests: [3]", "a test that is no mapping"),
        ("tests: [{vars: {a: 1}, provider: openai:x}]", "`provider` of the test"),
        ("tests: [{vars: {a: 1}, options: {transform: x}}]", "`options.transform` of the test"),
        ("tests: [{vars: {a: 1}, assertScoringFunction: file://f.js}]", "`assertScoringFunction` of the test"),
        ("tests: [{vars: {a: file://v.py}}]", "the variable 'a': the program"),
        ("tests: [{vars: {a: '{{ b }}', b: '{{ a }}'}}]", "names itself"),
        ("tests: [{assert: [{$ref: '#/assertionTemplates/none'}]}]", "leads nowhere"),
        ("tests: [{vars: {a: 1}, threshold: 0}]", "the threshold '0'"),
        ("tests: [{vars: {a: 1}, providerOutput: x}]", "`providerOutput`"),
        ("extensions: [file://hook.js:f]", "`extensions`"),
        ("defaultTest: file://gone.yaml", "`defaultTest`"),
        ("derivedMetrics: [{name: f1, value: a/b}]", "evals/promptfooconfig.yaml:3: `derivedMetrics`"),
        ("evaluateOptions: {repeat: 3}", "evals/promptfooconfig.yaml:3: `evaluateOptions.repeat`"),
        ("env: {A: b}", "evals/promptfooconfig.yaml:3: `env`"),
        ("scenarios: [file://s.yaml]", "the scenario"),
    ],
)
def test_what_is_not_imported_is_told(text, told):
    assert any(told in line for line in reading.told(reading.promptfoo(text)))


_GRADED = "defaultTest: {{options: {{provider: openai:gpt-4o, rubricPrompt: x}}}}\ntests: [{{assert: [{}]}}]"


@pytest.mark.parametrize(
    "check",
    [
        "{type: llm-rubric, value: x}",
        "{type: not-factuality, value: x}",
        "{type: assert-set, assert: [{type: model-graded-closedqa, value: x}]}",
    ],
)
def test_who_grades_and_by_which_prompt_is_told_where_somebody_grades(check):
    assert reading.told(reading.promptfoo(_GRADED.format(check))) == [
        "evals/promptfooconfig.yaml:3: `options.provider` of the test",
        "evals/promptfooconfig.yaml:3: `options.rubricPrompt` of the test",
    ]


def test_who_would_grade_is_no_loss_where_nobody_grades():
    assert not reading.told(reading.promptfoo(_GRADED.format("{type: contains, value: x}")))


def test_a_prompt_that_only_nunjucks_understands_is_told_of():
    text = "prompts: ['{{ x | dump }}', file://p.js]\nproviders: [{id: 'openai:gpt-4o', transform: output}]\n"
    found = reading.told(reading.suite("promptfoo", "promptfooconfig.yaml", text))
    assert any("'| dump' means something to Nunjucks" in line for line in found)
    assert any("its text is in" in line for line in found)
    assert any("`transform` of the provider" in line for line in found)


@pytest.mark.parametrize("name", ["prompts/*", "prompts/g_*.*", "prompts/**/*", "prompts/", "prompts/support.txt:x"])
def test_a_path_that_is_not_read_is_told_of_and_makes_no_text_of_its_own(name):
    text = f"providers: ['openai:gpt-4o-2024-08-06']\nprompts:\n  - {name}\n"
    found = reading.suite("promptfoo", "promptfooconfig.yaml", text, {"prompts/support.txt": "Help {{ q }}"})
    assert [sender.inline for sender in found.senders] == [None]
    (told,) = reading.told(found)
    assert told.startswith(f"promptfooconfig.yaml:3: the prompt: its text is in {name}, which llmgate does not read")


def test_providers_become_models_without_keys_and_addresses():
    text = """prompts: [a]
providers:
  - id: openai:chat:gpt-4o-2024-08-06
    config:
      temperature: 0.5
      apiKey: sk-123
      apiBaseUrl: https://example.com
      response_format: {type: json_schema, json_schema: {name: x, schema: {type: object}}}
      tools: [{type: function, function: {name: look, parameters: {type: object, properties: {}}}}]
"""
    found = reading.suite("promptfoo", "promptfooconfig.yaml", text)
    (sender,) = found.senders
    assert sender.model == {
        "provider": "openai",
        "model": "gpt-4o-2024-08-06",
        "params": {
            "temperature": 0.5,
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
        },
    }
    assert [tool["name"] for tool in sender.tools] == ["look"]
    assert reading.told(found) == [
        "promptfooconfig.yaml:3: `config.apiBaseUrl`: see `policy.providers` in llmgate.yaml"
    ]


def test_a_parameter_that_is_a_template_is_told_of_and_not_taken():
    text = """prompts: [{raw: a, config: {top_p: '{{ top }}'}}]
providers: [{id: 'openai:gpt-4o-2024-08-06', config: {temperature: '{{ env.T }}', stop: ['{{ x }}'], seed: 3}}]
"""
    found = reading.suite("promptfoo", "promptfooconfig.yaml", text)
    assert [sender.model["params"] for sender in found.senders] == [{"seed": 3}]
    assert reading.told(found) == [
        f"promptfooconfig.yaml:{line}: `config.{key}`: it is a template; write its value under `models`"
        for line, key in ((2, "stop"), (2, "temperature"), (1, "top_p"))
    ]


@pytest.mark.parametrize(
    ("cell", "check"),
    [
        ("Paris", {"type": "equals", "value": "Paris"}),
        ("equals: Paris", {"type": "equals", "value": "Paris"}),
        ("not-contains:lost", {"type": "not-contains", "value": "lost"}),
        ("contain: Paris", {"type": "equals", "value": "contain: Paris"}),
        ("is-json", {"type": "is-json"}),
        ("similar(0.9):hello", {"type": "similar", "value": "hello", "threshold": 0.9}),
        ("similar:hello", {"type": "similar", "value": "hello", "threshold": 0.8}),
        ("levenshtein:hello", {"type": "levenshtein", "value": "hello", "threshold": 0.75}),
        ("latency(500)", {"type": "latency", "threshold": 500.0}),
        ("trajectory:tool-used: look", {"type": "trajectory:tool-used", "value": "look"}),
        ("grade: is polite", {"type": "llm-rubric", "value": "is polite"}),
        ("fn: output == 1", {"type": "javascript", "value": "output == 1"}),
        ("python: file://a.py", {"type": "python", "value": "file://a.py"}),
        ("file://a.py", {"type": "python", "value": "file://a.py"}),
    ],
)
def test_a_cell_is_the_check_that_promptfoo_makes_of_it(cell, check):
    assert expected.check(cell) == check


def test_a_case_keeps_its_name_when_others_are_put_before_it():
    before = reading.promptfoo("tests: [{vars: {question: a}}]").cases[0]
    after = reading.promptfoo("tests: [{vars: {question: b}}, {vars: {question: c}}, {vars: {question: a}}]").cases[2]
    assert before.identity("t") == after.identity("t")
    assert before.identity("t") != before.identity("other")


def test_a_suite_that_is_no_mapping_is_refused_with_its_line():
    with pytest.raises(ConfigurationError, match=r"config.yaml:1: promptfoo's configuration must be"):
        reading.suite("promptfoo", "promptfooconfig.yaml", "- a\n")


_PAIRS = """prompts:
  - {label: short, raw: 'S {{ q }}'}
  - {label: 'group:long', raw: 'L {{ q }}'}
  - 'plain {{ q }}'
"""


def paired(text):
    found = reading.suite("promptfoo", "promptfooconfig.yaml", _PAIRS + text)
    return found, [(sender.prompt.partition("#")[2], sender.provider) for sender in found.senders]


def test_a_provider_is_asked_the_prompts_that_it_allows():
    found, pairs = paired("""providers:
  - {id: 'openai:a', prompts: [short, group]}
  - {id: 'openai:b', label: B, prompts: ['gr*']}
  - 'openai:c': {prompts: 'plain {{ q }}'}
  - 'openai:d'
""")
    names = "short", "group:long", "prompts[plain-q]"
    assert pairs == [
        *((names[0], "openai:a"), (names[0], "openai:d")),
        *((names[1], "openai:a"), (names[1], "B"), (names[1], "openai:d")),
        *((names[2], "openai:c"), (names[2], "openai:d")),
    ]
    assert not reading.told(found)


def test_a_provider_that_allows_a_prompt_nobody_knows_is_told_of_and_asked_all():
    found, pairs = paired("providers: [{id: 'openai:a', prompts: [short, gone]}]\n")
    assert len(pairs) == 3
    assert reading.told(found) == ["promptfooconfig.yaml:5: `prompts` of the provider: 'gone' is none that is imported"]


@pytest.mark.parametrize(
    ("test", "count", "told"),
    [
        ("{vars: {q: a}}", None, ""),
        ("{vars: {q: a}, prompts: [short]}", 2, ""),
        ("{vars: {q: a}, providers: ['openai:b']}", 3, ""),
        ("{vars: {q: a}, prompts: [short], providers: ['openai:*']}", 2, ""),
        ("{vars: {q: a}, prompts: [gone]}", None, "`prompts` of the test: 'gone' is none that is imported"),
        ("{vars: {q: a}, providers: [{id: x}]}", None, "`providers` of the test: "),
    ],
)
def test_a_test_is_sent_by_the_pairs_that_it_names(test, count, told):
    found, _ = paired(f"providers: ['openai:a', 'openai:b']\ntests: [{test}]\n")
    (case,) = found.cases
    assert (case.senders and len(case.senders)) == count
    assert told in "".join(reading.told(found))
    assert bool(told) == bool(reading.told(found))
