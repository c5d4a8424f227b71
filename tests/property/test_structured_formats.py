"""What holds for prompts in other tools' YAML and JSON, whatever they say and however they are written."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.prompts import Facet, Format, catalogue, discovery
from llmgate.prompts.prompt import DECLARED, File

WORDS = "answer the customer kindly in short words über 12 no – yes"
words = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=6)
texts = words.map(" ".join)


def promptfoo(text):
    return "promptfooconfig.yaml", {
        "description": "d",
        "prompts": [{"label": "a", "raw": f"{text}. {{{{ q }}}} End."}, {"label": "b", "raw": "Other {{ q }}."}],
        "providers": [{"id": "openai:gpt-4o", "config": {"temperature": 0.5, "tools": [{"name": "t"}]}}],
        "tests": [{"vars": {"q": "x"}}],
    }


def langchain(text):
    return "a.yaml", {"_type": "prompt", "input_variables": ["q"], "template": f"{text}. {{q}} End."}


def haystack(text):
    builder = {"type": "haystack.components.builders.prompt_builder.PromptBuilder"}
    model = {"type": "haystack.components.generators.chat.openai.OpenAIChatGenerator"}
    return "a.yaml", {
        "components": {
            "b": {**builder, "init_parameters": {"template": f"{text}. {{{{ q }}}} End.", "variables": None}},
            "m": {**model, "init_parameters": {"model": "gpt-4o", "generation_kwargs": {"temperature": 0.5}}},
        }
    }


def crewai(text):
    return "config/agents.yaml", {
        "a": {"role": "R", "goal": f"{text}. {{q}} End.", "backstory": "B", "llm": "gpt-4o", "tools": ["t"]},
        "b": {"role": "R2", "goal": "G2", "backstory": "B2"},
    }


def llamaindex(text):
    return "a.yaml", {"text_qa_template": f"{text}. {{context_str}} End.", "other": {"a": 1}}


def rasa(text):
    component = {"name": "CompactLLMCommandGenerator", "prompt": f"{text}. {{{{ q }}}} End."}
    return "config.yml", {"pipeline": [{"name": "NLUCommandAdapter"}, component], "language": "en"}


def settings_of(text):
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "About {{ q }}"}]
    return "a.yaml", {
        "llm": {"model": "gpt-4o", "temperature": 0.5, "voice": "calm", "system_prompt": f"{text}. {{q}} In the end."},
        "prompts": messages,
    }


FORMATS = pytest.mark.parametrize("made", [promptfoo, langchain, haystack, crewai, llamaindex, rasa, settings_of])


def digests(path, source):
    found = catalogue.read(path, source.encode(), lambda _: None)
    assert not any(prompt.fault for prompt in found)
    assert {prompt.format for prompt in found} & {*Format} - {Format.TEXT}
    return {prompt.reference: dict(prompt.digests) for prompt in found}


def turned(value, flip):
    """The same value with the keys of each mapping in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        return {key: turned(item, flip) for key, item in (items[::-1] if flip else sorted(items))}
    return [turned(item, flip) for item in value] if isinstance(value, list) else value


@FORMATS
@given(
    text=texts,
    flip=st.booleans(),
    quote=st.sampled_from([None, '"', "'"]),
    flow=st.sampled_from([None, True, False]),
    width=st.integers(20, 200),
)
@settings(max_examples=30)
def test_layout_quotes_comments_and_the_order_of_keys_are_no_difference(made, text, *, flip, quote, flow, width):
    """A file that says the same in other YAML has the same prompts with the same digests."""
    path, value = made(text)
    plain = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000)
    other = yaml.dump(
        turned(value, flip),
        Dumper=yaml.SafeDumper,
        sort_keys=False,
        default_style=None if flow else quote,
        default_flow_style=False if flow is None else flow,
        width=width,
    )
    found = digests(path, plain)
    commented = "# a comment\n" + plain.replace("\n", "  # another\n", 1) + "\n# the end\n"
    assert digests(path, commented) == found
    form = catalogue.recognise(path, plain)[0]
    again = catalogue.of(form).read(File(path=path, source=other, load=lambda _: None), DECLARED)
    assert {prompt.reference: dict(prompt.digests) for prompt in again} == found


@FORMATS
@given(texts, texts)
@settings(max_examples=30)
def test_another_literal_text_changes_the_text_of_one_prompt_alone(made, before, after):
    """An edit of a literal piece of a template changes exactly the digest of its text."""
    (path, old), (_, new) = made(before), made(after)
    base, head = digests(path, yaml.safe_dump(old)), digests(path, yaml.safe_dump(new))
    assert base.keys() == head.keys()
    differing = {(name, facet) for name, told in base.items() for facet in told if told[facet] != head[name].get(facet)}
    assert {facet for _, facet in differing} == ({Facet.TEXT} if before != after else set())
    assert len(differing) <= 1


_KEYS = """
    prompts providers targets id label raw config defaultTest options prefix suffix role content file://a.txt tools
    _type template template_path template_format input_variables partial_variables examples example_prompt prefix
    messages prompt llm lc type kwargs first last bound components init_parameters model generation_kwargs
    haystack.components.agents.agent.Agent a.PromptBuilder b.OpenAIChatGenerator system_prompt user_prompt
    goal backstory description expected_output agent template_vars template_str message_templates metadata blocks
    system_prompt instructions contents parts voice judge_prompt
    text_qa_template pipeline policies name prompt_template model_groups models provider responses rephrase_prompt nlg
"""
KEYS = _KEYS.split()
VALUES = [
    *KEYS,
    "prompt",
    "few_shot",
    "chat",
    "llm_chain",
    "f-string",
    "jinja2",
    "rephrase",
    "{q}",
    "{{ q }}",
    "{",
    "",
    "x",
]
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-1, 1) | st.sampled_from(VALUES)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)
NAMES = ["promptfooconfig.json", "a.json", "config/agents.json", "config.json"]


@given(anything, st.sampled_from(NAMES))
@settings(max_examples=300)
def test_a_reader_makes_prompts_or_faults_of_any_document(value, name):
    """Whatever stands where, no reader raises, and each prompt is of the file and has digests."""
    source = json.dumps(value)
    for form in ("promptfoo", "langchain", "haystack", "crewai", "llamaindex", "rasa", "settings"):
        module = catalogue.of(Format(form))
        for prompt in module.read(File(path=name, source=source, load={"a.txt": b"A {{ q }}"}.get), DECLARED):
            assert prompt.path == name
            assert prompt.digests
            assert "#" not in prompt.name


MADE = [made("be kind") for made in (promptfoo, langchain, haystack, crewai, llamaindex, rasa, settings_of)]


def places(value, at=()):
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*at, key))


def put(value, at, item):
    if not at:
        return item
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = put(copy[at[0]], at[1:], item)
    return copy


@given(st.data(), st.sampled_from(MADE), anything)
@settings(max_examples=300)
def test_a_reader_makes_prompts_or_faults_where_any_value_is_another(data, made, item):
    """A file of a format in which one value is anything has prompts or a fault."""
    path, value = made
    at = data.draw(st.sampled_from(list(places(value))))
    module = catalogue.of(catalogue.recognise(path, yaml.safe_dump(value, sort_keys=False))[0])
    source = json.dumps(put(value, at, item))
    for prompt in module.read(File(path=path, source=source, load=lambda _: None), DECLARED):
        assert prompt.digests


@given(st.text(st.sampled_from(list("ab:-_{}[]\"'\n \t#|>&*!")), max_size=200), st.sampled_from(["a.yaml", "a.json"]))
def test_any_text_is_searched_without_an_error(text, name):
    """Discovery of a file that is anything ends in prompts or in none."""
    for prompt in discovery.read(name, text.encode(), lambda _: None):
        assert prompt.digests
