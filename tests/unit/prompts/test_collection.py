"""Every prompt that the given paths hold or reach."""

from llmgate.errors import ConfigurationError, Fault, NotEvaluated
from llmgate.prompts import Facet, Format, collection


def wanted(*paths):
    return collection.Wanted(declared=frozenset(paths))


def collected(files, *paths, oid=lambda _: None):
    return collection.collect(wanted(*paths), {name: text.encode() for name, text in files.items()}.get, oid)


def test_what_a_template_includes_is_collected_wherever_it_stands():
    found = collected({"p/a.jinja": "{% include 'lib/b.md' %}", "lib/b.md": "b"}, "p/a.jinja")
    assert list(found) == ["lib/b.md", "p/a.jinja"]


def test_a_markdown_file_that_is_included_is_read_by_jinja():
    found = collected(
        {"a.jinja": "{% include 'b.md' %}", "b.md": "{# note #}b", "c.md": "{# sent #}"}, "a.jinja", "b.md", "c.md"
    )
    assert found["b.md"].format is Format.JINJA
    assert found["c.md"].format is Format.MARKDOWN


def test_a_file_that_is_not_there_is_a_prompt_with_a_fault():
    found = collected({}, "a.jinja")
    assert "no such file" in found["a.jinja"].fault.message


def test_a_file_that_cannot_be_read_differs_when_its_identity_does():
    def load(path):
        raise NotEvaluated("a symbolic link", id="worker-failed")

    one = collection.collect(wanted("a"), load, lambda _: "1")["a"]
    other = collection.collect(wanted("a"), load, lambda _: "2")["a"]
    assert "symbolic link" in one.fault.message
    assert one.digest != other.digest


def test_an_opaque_prompt_depends_on_every_other_prompt_and_can_render_any():
    files = {"a.jinja": "{% include name %}", "b.jinja": "b", "c.txt": "c"}
    before = collected(files, *files)["a.jinja"]
    assert before.dependencies == ("b.jinja", "c.txt")
    assert before.sources == {"a.jinja": "{% include name %}", "b.jinja": "b", "c.txt": "c"}
    after = collected({**files, "c.txt": "changed"}, *files)["a.jinja"]
    assert before.digests[Facet.DEPENDENCIES] != after.digests[Facet.DEPENDENCIES]
    assert before.digest == after.digest


def test_an_opaque_prompt_may_read_the_variables_of_every_other():
    files = {"a.jinja": "{% include name %}", "b.jinja": "{{ b }}", "c.txt": "{{ c }}"}
    assert collected(files, *files)["a.jinja"].variables == ("b", "c", "name")


def searched(path, load):
    (found,) = collection.collect(
        collection.Wanted(declared=frozenset(), searched=frozenset({path})), load, lambda _: "1"
    ).values()
    return found


def unreadable(path):
    raise ConfigurationError(
        [
            Fault(
                file=path,
                line=1,
                message="is a symbolic link, not a regular file",
                remedy="Commit the content itself.",
                id="not-a-regular-file",
            )
        ]
    )


def test_a_link_with_the_name_of_a_prompt_is_found_by_that_name():
    found = searched("prompts/bot.md", unreadable)
    assert (found.rule.id, found.format, found.gated) == ("name.folder", Format.MARKDOWN, True)


def test_a_link_to_instructions_for_a_developers_tool_is_not_gated():
    found = searched("CLAUDE.md", unreadable)
    assert (found.rule.id, found.format, found.gated) == ("instructions.name", Format.INSTRUCTIONS, False)


def test_what_cannot_be_read_is_said_once_and_with_its_own_remedy():
    fault = searched("prompts/bot.md", unreadable).fault
    assert str(fault) == (
        "prompts/bot.md:1: is a symbolic link, not a regular file (Commit the content itself.) [not-a-regular-file]"
    )
