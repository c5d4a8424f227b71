"""What a format found → a prompt: texts of other files, and what is not rendered."""

import time

import pytest

from llmgate.errors import Fault, RenderError
from llmgate.prompts import Facet, File, Format, Syntax, Turn, composition, templates
from llmgate.prompts.composition import Found, compose
from llmgate.targets.rendering import Renderer


def found(*turns, **said):
    return Found(format=Format.RASA, **{"syntax": Syntax.JINJA, "turns": turns, **said})


def file(**files):
    return File(path="a.yml", source="", load={name: text.encode() for name, text in files.items()}.get)


def borrowed(text, **said):
    return compose(file(), found(Turn("system", "Own."), Turn("user", text), borrowed={1: "b.j2"}, **said))


def differing(before, after):
    return {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}


@pytest.mark.parametrize("syntax", [Syntax.JINJA, Syntax.SINGLE_BRACES, Syntax.FORMAT_STRING, Syntax.VERBATIM])
def test_a_borrowed_text_differs_as_a_dependency_in_every_syntax(syntax):
    before, after = borrowed("Say it.", syntax=syntax), borrowed("Tell it.", syntax=syntax)
    assert differing(before, after) == {Facet.DEPENDENCIES}
    assert before.dependencies == ("b.j2",)
    assert before.digest == after.digest


def test_a_comment_in_a_borrowed_template_is_no_difference():
    assert differing(borrowed("Say it."), borrowed("{# c #}Say it.")) == set()


def test_the_role_of_a_borrowed_text_is_the_prompts_own():
    one = compose(file(), found(Turn("system", "x"), borrowed={0: "b"}))
    other = compose(file(), found(Turn("user", "x"), borrowed={0: "b"}))
    assert differing(one, other) == {Facet.STRUCTURE}


def test_a_borrowed_text_is_rendered_and_its_variables_are_needed():
    prompt = borrowed("{{ q }}")
    assert prompt.variables == ("q",)
    with Renderer() as renderer:
        assert renderer.render(prompt, {"q": "Q"}) == (Turn("system", "Own."), Turn("user", "Q"))


def test_a_borrowed_template_that_is_none_has_its_fault_in_its_file():
    prompt = borrowed("\n{% if %}", line=40)
    assert (prompt.fault.file, prompt.fault.line) == ("b.j2", 2)


@pytest.mark.parametrize("syntax", [Syntax.JINJA, Syntax.VERBATIM])
def test_what_is_not_rendered_says_why_and_where(syntax):
    prompt = compose(file(), found(Turn(None, "x"), syntax=syntax, unrendered="nobody knows", line=7))
    with (
        Renderer() as renderer,
        pytest.raises(RenderError, match=r"a\.yml:7: llmgate does not render it: nobody knows"),
    ):
        renderer.render(prompt, {})
    with pytest.raises(RenderError, match="nobody knows"):
        templates.fill(prompt, {})


def test_a_prompt_that_is_refused_differs_by_its_text_and_by_what_stands_beside():
    fault = Fault(file="a.yml", line=1, message="gone", id="not-a-regular-file", remedy="commit it")
    one, two, three = (
        composition.refused(file(), found(*turns, beside=beside, name="n"), fault)
        for turns, beside in (((Turn(None, "x"),), None), ((Turn(None, "y"),), None), ((Turn(None, "x"),), "z"))
    )
    assert {each.reference for each in (one, two, three)} == {"a.yml#n"}
    assert len({each.digest for each in (one, two, three)}) == 3


def test_many_messages_are_composed_in_bounded_time():
    began = time.monotonic()
    prompt = compose(file(), found(*(Turn("user", f"{number}") for number in range(5_000))))
    assert len(prompt.turns) == 5_000
    assert time.monotonic() - began < 10
