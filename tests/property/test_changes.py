"""Laws of change detection, on texts that nobody would think of."""

import string

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from llmgate import changes, config, surface
from llmgate.prompts import wording
from tests import reading

CONFIG = b"""\
version: 1
surface: {prompts: ["prompts/**"], models: ["config/**"], retrieval: ["retrieval/**"]}
models:
  answerer: {provider: openai, model: gpt-4o-2024-08-06}
retrieval:
  handbook: {engine: fts5, corpus: ["docs/**"]}
targets:
  support: {kind: prompt, prompt: prompts/a.jinja, model: answerer, retrieval: handbook}
"""
SETTINGS = config.read(CONFIG)
PATHS = [
    "prompts/a.jinja", "prompts/b.md", "prompts/c.prompt.yml", "prompts/d.txt", "prompts/e/b.j2", "config/m.yaml",
    "config/n.json", "retrieval/r.toml", "retrieval/s.sql", "docs/one.md", "llmgate.lock",
]  # fmt: skip

words = st.text(string.ascii_letters + " .,\n", min_size=1, max_size=20)
pieces = st.lists(
    st.one_of(
        words, st.sampled_from(["{{ name }}", "{{ a.b|upper }}", "{% if x %}", "{% endif %}", "{% include 'b.md' %}"])
    ),
    max_size=6,
)
contents = st.one_of(
    pieces.map("".join).map(str.encode),
    st.binary(max_size=30),
    st.sampled_from(
        [b"a: {model: gpt-4o}", b'{"x": {"model": "gpt-4o", "n": 1}}', b"a: &x 1", b"[a]\nmodel = 'gpt-4o'"]
    ),
)
trees = st.dictionaries(st.sampled_from(PATHS), contents, max_size=6)


def read(files):
    loaded = {"llmgate.yaml": CONFIG, **files}
    return surface.of(SETTINGS, loaded, loaded.__getitem__)


def digest(source):
    return reading.one("a.jinja", source.encode(), lambda _: None).digest


@given(st.lists(words, min_size=1, max_size=5), st.data())
def test_a_comment_anywhere_in_the_text_never_changes_the_digest(texts, data):
    """Jinja comments are not sent, wherever they stand between other things."""
    plain = "{{ x }}".join(texts)
    note = data.draw(st.text(string.ascii_letters + " {}%'\n", max_size=15))
    position = data.draw(st.integers(0, len(texts[0])))
    # The last line end of a template is never sent, so a comment behind it would bring it back.
    assume(not (len(texts) == 1 and position == len(plain)))
    commented = plain[:position] + "{#" + note.rstrip("-+#") + "#}" + plain[position:]
    assert digest(plain) == digest(commented)


@given(words, words)
def test_text_that_differs_in_white_space_alone_is_a_change(before, after):
    """Nothing of the text is normalised but line ends and composition."""
    one, other = f"{before}.", f"{after}."
    assert (digest(one) == digest(other)) == (one == other)


@given(trees)
def test_nothing_differs_from_itself(files):
    """`between(x, x)` is empty, whatever is in the files, and whichever of them cannot be read."""
    assert changes.between(read(files), read(files)) == ()


@given(trees)
def test_the_order_of_the_files_never_matters(files):
    """A surface is the same whichever way the tree is walked."""
    assert read(files) == read(dict(reversed(files.items())))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(trees, trees)
def test_every_change_mirrors(base, head):
    """What is added one way is removed the other way, on the same units, and all else is the same."""
    there, back = changes.between(read(base), read(head)), changes.between(read(head), read(base))
    opposite = {"added": "removed", "removed": "added"}
    whole = [c for c in there if c.happened.value in opposite]
    assert sorted((c.unit, opposite[c.happened.value]) for c in whole) == sorted(
        (c.unit, c.happened.value) for c in back if c.happened.value in opposite
    )
    assert len(there) == len(back)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(trees, trees)
def test_units_that_differ_are_never_silent(base, head):
    """Any unit whose own digest differs, or that is on one side alone, is in some change."""
    before, after = read(base), read(head)
    named = {name for change in changes.between(before, after) for name in (change.unit, change.renamed_from)}
    for name in before.units.keys() | after.units.keys():
        old, new = before.units.get(name), after.units.get(name)
        if old is None or new is None or old.digest != new.digest:
            assert name in named


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_words_added_and_removed_account_for_the_lengths(before, after):
    """old + added = new + removed, in words; nothing is added or removed exactly where the texts are equal."""
    found = wording.compare(before, after)
    old, new = (len(wording._WORD.findall(text)) for text in (before, after))
    assert old + found.added == new + found.removed
    assert (found.places == 0) == (before == after)


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_two_texts_written_as_one_can_be_taken_apart_again(before, after):
    """What is kept and removed makes the old text, what is kept and added the new one, whatever they are."""
    found = wording.segments(before, after)
    assert "".join(segment.text for segment in found if segment.fate <= 0) == before
    assert "".join(segment.text for segment in found if segment.fate >= 0) == after


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(), min_size=2), st.randoms())
def test_the_order_of_keys_in_settings_never_matters(values, random):
    """A mapping is a set of pairs."""
    items = list(values.items())
    random.shuffle(items)
    one = "".join(f"{key}: {value}\n" for key, value in values.items()).encode()
    other = "# note\n" + "".join(f"{key}:   {value}  # why\n" for key, value in items)
    found = changes.between(read({"retrieval/r.yaml": one}), read({"retrieval/r.yaml": other.encode()}))
    assert [change.kind for change in found] == [changes.Kind.COMMENT]
