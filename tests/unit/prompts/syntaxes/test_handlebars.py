"""Handlebars: what handlebars.js 4 makes of the same templates with `noEscape`, and what a change of a template is."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts.syntaxes import blocks, handlebars
from llmgate.prompts.syntaxes.expressions import MAX_NESTING
from llmgate.prompts.syntaxes.filling import MAX_STEPS, Template
from llmgate.prompts.syntaxes.tree import MAX_DEPTH

DATA = {
    "name": "Ada",
    "yes": True,
    "no": False,
    "zero": 0,
    "empty": "",
    "none": None,
    "list": ["p", "q"],
    "person": {"first": "A", "last": "L", "pet": {"name": "Rex"}},
    "docs": [{"id": "d1", "tags": ["x", "y"]}, {"id": "d2", "tags": []}],
}


def filled(text, variables=DATA, *, limit=10_000, helpers=frozenset(), **partials):
    sources = {f"p/{name}.hbs": source for name, source in partials.items()}
    template = Template(path="p/a.hbs", text=text, limit=limit, sources=sources, helpers=helpers, marker="\x02m:")
    return handlebars.fill(template, variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{name}} {{{name}}} {{&name}}", "Hi Ada Ada Ada"),
        ("{{person.first}} {{person/last}} {{this.name}} {{./name}}", "A L Ada Ada"),
        ("{{person.pet.name}} {{list.[1]}} {{list.length}} {{[name]}}", "Rex q 2 Ada"),
        ("{{none}}|{{no}}|{{zero}}", "|false|0"),
        ('{"a": {{zero}}}', '{"a": 0}'),
        (r"\{{name}} {{name}}", "{{name}} Ada"),
        (r"\\{{name}}", r"\Ada"),
        ("{{! {{name}} }}", " }}"),
        ("{{!-- {{name}} --}}x{{~!-- a --~}}  y", "xy"),
    ],
)
def test_expressions(text, expected):
    assert filled(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{#if yes}}a{{else}}b{{/if}}", "a"),
        ("{{#if no}}a{{else}}b{{/if}}", "b"),
        ("{{#if zero}}a{{^}}b{{/if}}", "b"),
        ("{{#if zero includeZero=true}}a{{else}}b{{/if}}", "a"),
        ("{{#if missing}}a{{else if yes}}b{{else}}c{{/if}}", "b"),
        ("{{#if missing}}a{{else if no}}b{{else}}c{{/if}}", "c"),
        ("{{#unless empty}}a{{else}}b{{/unless}}", "a"),
        ("{{#each list}}{{@index}}{{this}}{{#if @first}}!{{/if}}{{#unless @last}},{{/unless}}{{/each}}", "0p!,1q"),
        ("{{#each person.pet}}{{@key}}={{.}};{{/each}}", "name=Rex;"),
        ("{{#each missing}}a{{else}}none{{/each}}", "none"),
        ("{{#each docs as |doc place|}}{{place}}{{doc.id}}{{name}}{{/each}}", None),
        ("{{#each docs as |doc place|}}{{place}}{{doc.id}}{{../name}} {{/each}}", "0d1Ada 1d2Ada "),
        ("{{#each docs}}{{#each tags}}{{../id}}{{this}}{{../../name}} {{/each}}{{/each}}", "d1xAda d1yAda "),
        ("{{#each docs}}{{@root.name}}{{/each}}", "AdaAda"),
        ("{{#with person}}{{first}}{{#if last}}{{last}}{{../name}}{{/if}}{{/with}}", "ALAda"),
        ("{{#with zero}}{{this}}{{else}}none{{/with}}", "0"),
        ("{{#with missing}}a{{else}}none{{/with}}", "none"),
        ("{{#list}}{{this}}{{/list}}{{#yes}}{{name}}{{/yes}}{{^no}}n{{/no}}", "pqAdan"),
        ("{{#person}}{{first}}{{/person}}{{#missing}}a{{else}}b{{/missing}}", "Ab"),
        ("{{lookup person 'first'}}{{lookup list 1}}{{log name}}", "Aq"),
        ("{{#if (lookup person 'pet')}}has{{/if}}", "has"),
    ],
)
def test_blocks_and_built_in_helpers(text, expected):
    if expected is None:
        with pytest.raises(RenderError, match="'name' has no value"):
            filled(text)
    else:
        assert filled(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n{{#if yes}}\nb\n{{/if}}\nc\n", "a\nb\nc\n"),
        ("a\n  {{#if no}}\n  b\n  {{else}}\n  c\n  {{/if}}\nd", "a\n  c\nd"),
        ("a {{#if yes}}\nb\n{{/if}} c", "a \nb\n c"),
        ("a  {{~name~}}  b", "aAdab"),
        ("a\n{{~#if yes~}}\n b \n{{~/if~}}\nc", "abc"),
        ("{{#each list~}}\n  - {{this}}\n{{~/each}}x", "- p- qx"),
        # the indentation of a tag that closes a chain stays, as handlebars.js leaves it
        ("{{#if no}}\na\n{{else if yes}}\n  b\n  {{/if}}\nc", "  b\n  c"),
    ],
)
def test_white_space_is_that_of_handlebars(text, expected):
    assert filled(text) == expected


def test_a_tilde_in_a_long_chain_is_refused_and_still_compared():
    text = "{{#if a}}1{{else if b}}2{{else~}} 3{{/if}}"
    assert handlebars.scan(text).refusal is None
    with pytest.raises(RenderError, match="not imitated"):
        filled(text)


@pytest.mark.parametrize(
    ("text", "partial", "expected"),
    [
        ("<{{> x}}>", "{{name}}", "<Ada>"),
        ("<{{> 'x'}}>", "{{name}}", "<Ada>"),
        ("<{{> x person}}>", "{{first}}", "<A>"),
        ("<{{> x name='Bo' greeting=person.first}}>", "{{greeting}} {{name}}", "<A Bo>"),
        ("{{#each docs}}{{> x}}{{/each}}", "{{id}}", "d1d2"),
        (">\n  {{> x}}\n<", "a\n\n{{name}}\n", ">\n  a\n  \n  Ada\n<"),
        (">\n  {{~> x}}\n<", "a\n", ">a\n<"),
    ],
)
def test_partials(text, partial, expected):
    assert filled(text, x=partial) == expected


def test_the_helpers_of_dotprompt_are_known_where_the_format_has_them():
    text = "{{role 'model'}}{{json list}}{{json person.pet indent=2}}{{#ifEquals name 'Ada'}}same{{/ifEquals}}"
    expected = '\x02m:assistant\x03["p","q"]{\n  "name": "Rex"\n}same'
    assert filled(text, helpers=blocks.DOTPROMPT) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(1, 1, True), (1, "1", False), (1, True, False), (None, None, True), ([1], [1], False), ("a", "a", True)],
)
def test_equality_is_that_of_javascript(one, other, same):
    text = "{{#ifEquals a b}}same{{else}}other{{/ifEquals}}{{#unlessEquals a b}}!{{/unlessEquals}}"
    found = filled(text, {"a": one, "b": other}, helpers=blocks.DOTPROMPT)
    assert found == ("same" if same else "other!")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{missing}}", r"p/a\.hbs:2: the variable 'missing' has no value"),
        ("{{list}}", "'list' is a list or a mapping"),
        ("{{uppercase name}}", "the helper 'uppercase' is not known"),
        ("{{#repeat 3}}a{{/repeat}}", "the helper 'repeat' is not known"),
        ("{{#if yes no}}a{{/if}}", "the helper 'if' is not known, or not with what it is given"),
        ("{{#if (eq name 'x')}}a{{/if}}", "the helper 'eq' is not known"),
        ("{{json name}}", "the helper 'json' is not known"),
        ("{{role 'user'}}", "the helper 'role' is not known"),
        ("{{@user.name}}", "@user.name comes from the program"),
        ("{{> gone}}", "the partial 'gone' is not found"),
        ("{{> (lookup person 'first')}}", "the name of a partial is computed"),
        ("{{#each list}}{{../../../x}}{{/each}}", "has no value"),
    ],
)
def test_what_is_not_imitated_is_an_error_that_names_it(text, message):
    with pytest.raises(RenderError, match=message):
        filled(text)


@pytest.mark.parametrize("name", ["media url=name", "section 'intro'"])
def test_what_is_no_text_is_told_so(name):
    with pytest.raises(RenderError, match="llmgate sends text only"):
        filled(f"{{{{{name}}}}}", helpers=blocks.DOTPROMPT)


@pytest.mark.parametrize("role", ["'tool'", "none", "list"])
def test_a_role_that_no_request_has_is_refused(role):
    with pytest.raises(RenderError, match="must be one of"):
        filled(f"{{{{role {role}}}}}", helpers=blocks.DOTPROMPT)


def test_a_value_is_never_a_template_and_never_a_role():
    assert filled("{{a}}", {"a": "{{role 'system'}}"}, helpers=blocks.DOTPROMPT) == "{{role 'system'}}"


def test_partials_that_include_one_another_without_end_are_refused():
    with pytest.raises(RenderError, match=f"deeper than {MAX_DEPTH} levels"):
        filled("{{> x}}", x="{{#if yes}}{{> y}}{{/if}}", y="{{> x}}")


@pytest.mark.parametrize(
    "text", ["{{#each a}}{{#each ../a}}{{#each ../../a}}{{/each}}{{/each}}{{/each}}", "{{> big}}" * 900]
)
def test_work_without_end_is_refused(text):
    with pytest.raises(RenderError, match=f"more than {MAX_STEPS:,} steps"):
        filled(text, {"a": list(range(300))}, big="{{!" + "x" * 60_000 + "}}")


def test_what_exceeds_the_limit_is_refused():
    with pytest.raises(RenderError, match="exceeds"):
        filled("{{#each a}}{{../b}}{{/each}}", {"a": [1] * 100, "b": "x" * 200}, limit=1000)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\n{{#if a}}", 2, "{{#if a}} is not closed"),
        ("{{#if a}}\n{{/each}}", 2, "closes nothing; {{#if a}} of line 1 is open"),
        ("{{else}}", 1, "stands in no block"),
        ("{{#if a}}{{else}}{{else}}{{/if}}", 1, "for the second time"),
        ("{{^a}}{{else}}{{/a}}", 1, "stands in no block, in one of {{^…}}"),
        ("a\n{{b", 2, "a tag is not closed"),
        ("{{b 'c}}", 1, "a tag is not closed"),
        ("{{!-- a }}", 1, "a comment is not closed"),
        ("{{! a", 1, "a comment is not closed"),
        ("{{{{raw}}}}{{{{/raw}}}}", 1, "raw blocks"),
        ("{{#> layout}}{{/layout}}", 1, "partial blocks"),
        ('{{#*inline "x"}}{{/inline}}', 1, "inline partials"),
        ("{{a b=}}", 1, "where a name is expected"),
        ("{{a (b}}", 1, "parenthesis"),
        ("{{a*b}}", 1, "is no name"),
        ("{{a/../b}}", 1, "is no name"),
        ("{{#each a as |b}}{{/each}}", 1, "between bars"),
        ("{{" + "a (" * (MAX_NESTING + 2) + "b" + ")" * (MAX_NESTING + 2) + "}}", 1, "nest deeper"),
        ("{{#a}}" * (MAX_DEPTH + 1) + "{{/a}}" * (MAX_DEPTH + 1), 1, "nest deeper"),
    ],
)
def test_what_is_no_template_is_refused_at_its_line(text, line, reason):
    refusal = handlebars.scan(text).refusal
    assert refusal is not None
    assert (refusal.line, reason in refusal.reason) == (line, True), refusal


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hi {{name}}", "Hi {{ name }}"),
        ("Hi {{name}}", "Hi {{! note }}{{name}}"),
        ("a\nb", "a\n{{!-- alone --}}\nb"),
        ("{{json a indent=2}}", "{{json  a  indent=2}}"),
        ("{{role 'user'}}", '{{role "user"}}'),
        ("{{#if a}}x{{else}}y{{/if}}", "{{#if  a}}x{{^}}y{{/if}}"),
        ("a {{~b}}", "a{{~b}}"),
    ],
)
def test_what_fills_to_the_same_is_the_same(before, after):
    assert handlebars.scan(before) == handlebars.scan(after)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("Be kind {{name}}", "Be curt {{name}}", "pieces"),
        ("a {{b}}", "a {{~b}}", "pieces"),
        ("{{a}}", "{{b}}", "names"),
        ("{{json a}}", "{{json b}}", "names"),
        ("{{#each a}}{{b}}{{/each}}", "{{#each a}}{{c}}{{/each}}", "names"),
        ("{{a}}", "{{json a}}", "logic"),
        ("{{#if a}}x{{/if}}", "{{#unless a}}x{{/unless}}", "logic"),
        ("{{#if a}}x{{else}}y{{/if}}", "{{#if a}}x{{/if}}y", "logic"),
        ("{{role 'user'}}", "{{role 'system'}}", "logic"),
        ("{{#each a}}x{{/each}}", "{{#each a as |b|}}x{{/each}}", "logic"),
        ("{{#if a}}{{b}}{{/if}}{{c}}", "{{#if a}}{{b}}{{c}}{{/if}}", "logic"),
        ("{{> a}}", "{{> b}}", "logic"),
        ("{{> a}}", "{{> a b=1}}", "logic"),
    ],
)
def test_what_fills_otherwise_differs_in_that_part(before, after, part):
    assert getattr(handlebars.scan(before), part) != getattr(handlebars.scan(after), part)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{a.b}} {{json c}} {{#if d}}{{e}}{{/if}}", {"a", "c", "d", "e"}),
        ("{{#each docs}}{{id}}{{../name}}{{@root.who}}{{@index}}{{/each}}", {"docs", "name", "who"}),
        ("{{#each docs}}{{#each tags}}{{../../name}}{{../id}}{{/each}}{{/each}}", {"docs", "name"}),
        ("{{#each docs}}{{id}}{{else}}{{none}}{{/each}}", {"docs", "none"}),
        ("{{#each docs as |doc|}}{{doc.id}}{{/each}}", {"docs"}),
        ("{{#vip}}{{name}}{{/vip}}", {"vip", "name"}),
        ("{{> doc item who=name}}", {"item", "name"}),
        ("{{#if (eq a 'x')}}{{/if}}", {"a"}),
    ],
)
def test_variables_are_the_names_that_come_from_outside(text, expected):
    assert handlebars.scan(text).variables == expected


def test_partials_are_references_and_a_computed_one_has_no_name():
    scanned = handlebars.scan("{{> a}}\n{{#if on}}{{> b/c}}{{/if}}{{> (lookup x y)}}")
    found = [(each.names, each.line, each.always) for each in scanned.references]
    assert found == [(("a",), 1, True), (("b/c",), 2, False), (None, 2, True)]
