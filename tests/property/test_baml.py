"""What an edit of a BAML file changes, whatever the texts in it are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.prompts import Facet, discovery

TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"], include_characters=".,:'\""), max_size=40)
CLIENT = ('model "gpt-4o"', "temperature 0.5", "max_tokens 10")


def read(text, *, hashes="#", indent="  ", comment="", options=CLIENT):
    body = "\n".join(indent + line for line in ("Be kind.", text, "Answer {{ question }}."))
    source = (
        f"{comment}\nfunction F(question: string) -> string {{\n{comment}\nclient C\n"
        f'prompt {hashes}"\n{body}\n"{hashes}\n}}\nclient<llm> C {{ provider openai options {{\n'
        + f" {comment}\n".join(options)
        + "\n} }\n"
    )
    return {prompt.name: prompt for prompt in discovery.read("a.baml", source.encode(), lambda _: None)}


@given(TEXTS, st.sampled_from(["#", "##", "###"]), st.sampled_from(["", "    ", "\t"]), st.permutations(CLIENT))
@settings(max_examples=60)
def test_hashes_indentation_comments_and_order_change_no_digest(text, hashes, indent, options):
    """The same texts and options in another notation are the same prompt and the same client."""
    before, after = read(text), read(text, hashes=hashes, indent=indent, comment="// why", options=options)
    assert {name: prompt.digests for name, prompt in before.items()} == {
        name: prompt.digests for name, prompt in after.items()
    }


@given(TEXTS, TEXTS)
@settings(max_examples=60)
def test_an_edit_of_the_text_changes_the_text_alone(before, after):
    """Another text is a change of the text, and of nothing else."""
    old, new = read(before)["F"], read(after)["F"]
    changed = {facet for facet in Facet if old.digests.get(facet) != new.digests.get(facet)}
    assert changed == ({Facet.TEXT} if old.turns != new.turns else set())
