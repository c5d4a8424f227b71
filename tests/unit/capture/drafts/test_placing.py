"""Placing is tried on a real repository, with the renderer that the gate uses."""

import pytest

from llmgate import config, git, sides
from llmgate.capture.drafts import placing
from llmgate.capture.drafts.placement import Sent
from llmgate.targets.rendering import Renderer
from tests import gitserver
from tests.unit.capture.simple import answered, called, said

CONFIG = """version: 1
models:
  m: {provider: house, model: house-1, params: {}}
targets:
  asked: {kind: prompt, prompt: prompts/asked.jinja, model: m}
  system: {kind: prompt, prompt: prompts/system.txt, model: m, role: system}
  shown: {kind: prompt, prompt: prompts/shown.jinja, model: m}
  parted: {kind: prompt, prompt: prompts/parted.prompt.yml, model: m}
  cited: {kind: prompt, prompt: prompts/cited.jinja, model: m}
  looped: {kind: prompt, prompt: prompts/looped.jinja, model: m}
policy: {providers: {house: {host: "http://127.0.0.1:9"}}}
"""
FILES = {
    "llmgate.yaml": CONFIG,
    "prompts/asked.jinja": "Answer {{ name }} in {{ language }}.\nQuestion: {{ question }}",
    "prompts/system.txt": "You are the support bot.",
    "prompts/shown.jinja": "Documents:\n{{ context }}\n\nQuestion: {{ question }}",
    "prompts/parted.prompt.yml": (
        'messages:\n  - role: system\n    content: "Be {{tone}}."\n  - role: user\n    content: "Q: {{question}}"\n'
    ),
    "prompts/cited.jinja": "{% for d in documents %}[{{ d.id }}] {{ d.text }}\n{% endfor %}Q: {{ question }}",
    "prompts/looped.jinja": "{% for document in documents %}<{{ document.text }}>{% endfor %} {{ question }}",
}


@pytest.fixture(scope="module")
def side(tmp_path_factory):
    folder = tmp_path_factory.mktemp("placing")
    gitserver.init(folder / "r").commit(FILES, "base")
    history = git.Repository.open(folder / "r", scratch=folder / "side")
    commit = history.resolve("HEAD")
    with Renderer() as renderer:
        yield sides.of(history, commit, config.read(history.read(commit, config.PATH)), renderer.render)


def place(side, target, *messages, **sent):
    return placing.place(target, side, Sent(messages=messages, **sent))


def test_values_are_read_out_of_the_text_that_was_sent(side):
    text = "Answer Ada Lovelace in French.\nQuestion: Is it\nopen?"

    found = place(side, "asked", said("system", "Be kind."), said("user", text))

    assert found.exact, found.difference
    assert found.variables == {"name": "Ada Lovelace", "language": "French", "question": "Is it\nopen?"}
    assert found.turns == (said("system", "Be kind."),)
    assert found.rendered == (said("user", text),)


def test_values_that_the_source_has_are_used_as_they_are(side):
    text = "Answer Ada in French.\nQuestion: Answer Ada in French.\nQuestion: x"

    found = place(side, "asked", said("user", text), variables={"language": "French", "name": "Ada"})

    assert found.exact, found.difference
    assert found.variables["question"] == "Answer Ada in French.\nQuestion: x"


def test_the_systems_text_is_the_prompts_and_the_turns_are_the_fixtures(side):
    turns = (
        said("user", "Where is A1?"),
        called(("c1", "lookup", {"id": "A1"}), ("c2", "lookup", {"id": "A2"})),
        answered("c1", "sent"),
        answered("c2", "lost"),
    )

    found = place(side, "system", said("system", "You are the support bot."), *turns)

    assert (found.exact, found.turns) == (True, turns)


def test_a_prompt_that_has_changed_since_is_told_with_the_place(side):
    found = place(side, "system", said("system", "You are the helpful bot."), said("user", "Hi"))

    assert not found.exact
    assert found.difference == "message 1, the system's, differs from character 13 on"
    assert found.turns == (said("user", "Hi"),)


def test_documents_that_production_joined_in_its_own_way_are_kept_as_it_did(side):
    text = "Documents:\n- a\n- b\n\nQuestion: x"

    found = place(side, "shown", said("user", text), documents=[{"id": "1", "text": "a"}, {"id": "2", "text": "b"}])

    assert (found.exact, found.context) == (True, "- a\n- b")


def test_documents_that_are_joined_as_llmgate_does_need_no_text_of_their_own(side):
    text = "Documents:\n[1] a\n\n[2] b\n\nQuestion: x"

    found = place(side, "shown", said("user", text), documents=[{"id": "1", "text": "a"}, {"id": "2", "text": "b"}])

    assert (found.exact, found.context) == (True, None)


def test_documents_in_a_loop_are_rendered_as_they_are(side):
    found = place(
        side, "looped", said("user", "<a><b> why?"), documents=[{"id": "1", "text": "a"}, {"id": "2", "text": "b"}]
    )

    assert (found.exact, found.variables) == (True, {"question": "why?"})


def test_documents_that_the_source_lacks_are_read_back_out_of_the_prompt(side):
    found = place(side, "cited", said("user", "[a#1] One.\n[b#2] Two\nlines.\n[a#3] \nQ: why?"))

    assert (found.exact, found.variables) == (True, {"question": "why?"})
    assert found.documents == (
        {"id": "a#1", "text": "One."},
        {"id": "b#2", "text": "Two\nlines."},
        {"id": "a#3", "text": ""},
    )


def test_documents_whose_text_nobody_recorded_are_read_back_too(side):
    textless = {"documents": [{"id": "a#1", "text": ""}], "textless": ("a#1",)}

    found = place(side, "cited", said("user", "[a#1] One.\nQ: why?"), **textless)

    assert (found.exact, found.documents) == (True, ({"id": "a#1", "text": "One."},))


def test_documents_whose_ids_the_prompt_does_not_show_are_named_by_their_text(side):
    (found,) = place(side, "cited", said("user", "[a#1] One.\nQ: why?")).documents
    (other,) = place(side, "looped", said("user", "<One.> why?")).documents

    assert found["id"] == "a#1"
    assert other == {"id": placing.named("One."), "text": "One."}


def test_no_documents_are_read_back_where_there_were_none(side):
    found = place(side, "cited", said("user", "Q: why?"))

    assert (found.exact, found.documents) == (True, ())


IMAGE = {
    "type": "blob",
    "modality": "image",
    "mime_type": "image/png",
    "path": "fixtures/blobs/a.png",
    "sha256": "a" * 64,
}


def test_an_image_beside_the_prompts_text_is_attached_to_it(side):
    text = {"type": "text", "content": "<One.> why?"}

    for parts, attached in (([text, IMAGE], {"after": [IMAGE]}), ([IMAGE, text], {"before": [IMAGE]})):
        found = place(side, "looped", {"role": "user", "parts": parts})

        assert (found.exact, found.attached, found.variables) == (True, attached, {"question": "why?"})


def test_texts_with_an_image_between_them_are_no_prompts_text(side):
    texts = [{"type": "text", "content": "<One.> "}, IMAGE, {"type": "text", "content": "why?"}]

    assert not place(side, "looped", {"role": "user", "parts": texts}).exact


def test_a_prompt_of_several_messages_makes_several(side):
    found = place(side, "parted", said("system", "Be kind."), said("user", "Q: why?"))

    assert (found.exact, found.variables, found.turns) == (True, {"tone": "kind", "question": "why?"}, ())


def test_other_roles_than_the_prompt_makes_are_told(side):
    found = place(side, "parted", said("user", "Q: why?"))

    assert (found.exact, found.lacking) == (False, ("question", "tone"))
    assert found.difference == "the roles of its messages are others"


def test_placeholders_that_cannot_be_read_back_are_lacking(side):
    found = place(side, "asked", said("user", "Something else."))

    assert (found.exact, found.lacking) == (False, ("language", "name", "question"))


def test_no_messages_at_all_are_placed_without_a_claim(side):
    assert not place(side, "asked").exact
