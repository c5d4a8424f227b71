"""Laws of the template formats, on texts and settings that nobody would think of."""

import json
import string

from hypothesis import given
from hypothesis import strategies as st

from llmgate.prompts import Facet, templates
from llmgate.prompts.syntaxes import handlebars, mustache, semantic_kernel
from tests import reading

words = st.text(string.ascii_letters + " .,'\n", min_size=1, max_size=20).map(lambda text: f"x{text}x")
settings = st.dictionaries(st.sampled_from(["temperature", "topP", "seed"]), st.integers(0, 9), min_size=1, max_size=3)
FORMATS = {
    "a.prompt": ("config", "{{! %s }}", "{{name}}"),
    "a.prompty": ("options", "{# %s #}", "{{ name }}"),
    "prompts/a.hbs": ("", "{{!-- %s --}}", "{{name}}"),
    "prompts/a.mustache": ("", "{{! %s }}", "{{name}}"),
}
paths = st.sampled_from(sorted(FORMATS))


def written(path, text, values, note="", *, flow=False):
    """A file of a format: the settings in either of YAML's two styles, and a comment wherever one can stand."""
    key, comment, slot = FORMATS[path]
    body = f"{comment % note if note else ''}{text}{slot}"
    if not key:
        return body
    lines = [f"  {name}: {value}" for name, value in values.items()]
    inner = f" {json.dumps(values)}" if flow else "\n" + "\n".join(lines)
    head = f"{key}:{inner}" if key == "config" else f"model:\n  id: 'm'\n  {key}: {json.dumps(values)}"
    return f"---\n{'# ' + note if note else ''}\n{head}\n---\n{body}"


def read(path, source):
    return reading.one(path, source.encode(), lambda _: None)


def differing(before, after):
    return {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}


@given(paths, words, settings, st.text(string.ascii_letters + " ", min_size=1, max_size=10), st.randoms())
def test_comments_key_order_and_style_change_nothing(path, text, values, note, random):
    """An edit that no model sees is no change."""
    items = list(values.items())
    random.shuffle(items)
    before, after = written(path, text, values), written(path, text, dict(items), note, flow=True)
    assert differing(read(path, before), read(path, after)) == set()


@given(paths, words, words, settings)
def test_an_edit_of_the_text_changes_the_text_alone(path, old, new, values):
    """Another literal piece is another text, and nothing else."""
    found = differing(read(path, written(path, old, values)), read(path, written(path, new, values)))
    assert found == ({Facet.TEXT} if old != new else set())


PIECES = [
    "a", " ", "\n", "{{x}}", "{{{x}}}", "{{#x}}", "{{^x}}", "{{/x}}", "{{! c }}", "{{> p}}", "{{#if x}}", "{{/if}}",
    "{{else}}", "{{else if y}}", "{{~x~}}", "{{$x}}", "{{'v'}}", "{{f $x}}", "}}", "{{", '"', "\\", "{{=| |=}}", "|x|",
]  # fmt: skip
templates_of = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(templates_of, st.sampled_from([mustache, handlebars, semantic_kernel]))
def test_a_template_is_read_or_refused_with_a_line_in_it(text, syntax):
    """`scan` raises nothing, and a refusal names a line of the text."""
    refusal = syntax.scan(text).refusal
    assert refusal is None or 1 <= refusal.line <= text.count("\n") + 1


@given(templates_of, templates_of, st.sampled_from(["prompts/a.mustache", "prompts/a.hbs", "d/skprompt.txt"]))
def test_templates_that_render_otherwise_differ_in_a_digest(one, other, path):
    """Equal digests give equal texts, whatever the values are."""
    before, after = read(path, one), read(path, other)
    if before.fault or after.fault or differing(before, after):
        return
    for values in ({"x": "v", "y": True}, {"x": [1, 2], "y": None}, {"x": None, "y": 1}):
        assert rendered(before, values) == rendered(after, values)


def rendered(prompt, values):
    try:
        return templates.fill(prompt, values)[0].text
    except templates.RenderError:
        return None
