"""Files of YAML, JSON and TOML: a value or faults, whatever they hold."""

import json
import warnings

from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError

from llmgate import documents
from llmgate.errors import ConfigurationError
from tests.fuzz import mutations
from tests.fuzz.surface import Surface, are_told

ODD = st.sampled_from(
    [
        *(
            "a",
            "word",
            "two words",
            "''",
            '""',
            "~",
            "null",
            "yes",
            "0",
            "-1",
            "007",
            "0o7",
            "0x1F",
            "1_000",
            "1e3",
            ".5",
        ),
        *(
            ".nan",
            "-.inf",
            "1e400",
            "9" * 401,
            "2026-11-26",
            "12:30:45",
            "'it''s'",
            '"\\u263a\\n"',
            '"\\x00"',
            "=",
            "<<",
        ),
        *('"\\U00110000"', '"\\ud83d\\ude00"', '"\\ud83d"', '"a\\\n  b"', "a: b", "# not a comment", "@x", "`x", "%x"),
        *(
            "*a",
            "*b",
            "*nothing",
            "!!binary aGk=",
            "é",
            "\U0001f600",
            "\u2028",
            "\x85",
            "\ufeff",
            "x" * 300,
            "- a",
            "? a",
        ),
    ]
)
SCALARS = mutations.rarely(st.sampled_from(["a", "word", "1", "true", "two words", '"quoted"', "*a"]), ODD)
PROPERTIES = mutations.rarely(
    st.sampled_from(["", "", "", "&a ", "&b "]),
    st.sampled_from(["!!str ", "!!int ", "!!set ", "!!map ", "!!seq ", "! ", "!own ", "!<tag:x> ", "&a !!str "])
    | st.sampled_from(["!!python/object/apply:os.system ", f"!{'t' * 210} ", f"&{'n' * 210} "]),
)
KEYS = mutations.rarely(
    st.text("abcdefghijklmnop", min_size=1, max_size=3),
    st.sampled_from(["a", "<<", '"<<"', "1", "~", "? a\n", "[a]", "{a: b}", "*a", "&k k", "!!str k", "'q'", '""', " "]),
)
BLOCKS = mutations.rarely(
    st.sampled_from(["|", ">", "|-", ">+"]), st.sampled_from(["|2", ">1-", "|9", "|0", "|-x", "> # c"])
)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
BRACKETS = mutations.rarely(st.just("[]"), st.sampled_from(["{}", "[}"]))
PIECES = st.sampled_from(
    [
        *"ab:-?[]{},&*!|>%@`#'\"\\ \n\t\r0.~<=\x00\x1b\u2028\x85\ufeff",
        ": ",
        "\n  ",
        "---\n",
        "...\n",
        "%YAML 1.1\n---\n",
        "&a ",
        "*a",
        "<<: *a\n",
        "- ",
        "? ",
        "!!",
        "# c\n",
        "\\u",
        "[[",
        "\r\n",
        "[a]\n",
        "[[a]]\n",
        '"""',
        "'''",
        "a.b = 1\n",
    ]
)


def _nodes(kind, content):
    return st.tuples(PROPERTIES, st.just(kind), content)


NODES = st.recursive(
    _nodes("scalar", SCALARS)
    | _nodes("block", st.tuples(BLOCKS, st.lists(LINES | SCALARS, max_size=3)))
    | _nodes("flow", st.tuples(BRACKETS, st.lists(SCALARS, max_size=3))),
    lambda inner: (
        _nodes("list", st.lists(inner, max_size=4)) | _nodes("map", st.lists(st.tuples(KEYS, inner), max_size=4))
    ),
    max_leaves=14,
)


def _written(node, indent):
    """Write a node as it stands after `- `, or after a key, a colon and a space."""
    properties, kind, content = node
    pad = "\n" + "  " * indent
    match kind:
        case "scalar":
            return properties + content
        case "block":
            style, parts = content
            return properties + style + "".join(f"{pad}{line}" for part in parts for line in part.split("\n"))
        case "flow":
            (opening, closing), parts = content
            return properties + opening + ", ".join(parts) + closing
        case "list":
            return properties + pad + pad.join(f"- {_written(each, indent + 1)}" for each in content)
        case _:
            lines = (f"{key}: {'*a' if key == '<<' else _written(each, indent + 1)}" for key, each in content)
            return properties + pad + pad.join(lines)


@st.composite
def yaml(draw):
    """A text of nested nodes, sometimes deep in others."""
    depth = draw(mutations.rarely(st.just(0), st.sampled_from([1, 3, 30, 31, 32, 200])))
    opening = draw(st.sampled_from(["- ", "[", "{a: ", "? "]))
    head = draw(mutations.rarely(st.just(""), st.sampled_from(["# c\n", "---\n", "%YAML 1.2\n---\n", "\ufeff"])))
    return head + opening * depth + _written(draw(NODES), depth if opening == "- " else 0).lstrip("\n")


@st.composite
def toml(draw):
    """Tables and keys, some of them twice."""
    values = st.sampled_from(
        [
            *(
                "1",
                "1.5",
                '"a"',
                "'b'",
                '"""c"""',
                "true",
                "2026-11-26",
                "[1, 2]",
                "{a = 1}",
                "nan",
                "inf",
                "9" * 401,
                "0x1F",
            ),
            '"\\uD800"',
            '"\\U00110000"',
            "[[[]]]",
            "{a.b = 1, a.c = 2}",
            "1979-05-27T07:32:00Z",
            "1_000",
            '"\u2028"',
        ]
    )
    names = st.sampled_from(["a", "b", "a.b", '"q"', "a.b.c", "''", "é"])
    lines = (
        st.builds("{} = {}".format, names, values) | st.builds("[{}]".format, names) | st.builds("[[{}]]".format, names)
    )
    return "\n".join(draw(st.lists(lines, max_size=8)))


def _encoded(text):
    return text.encode("utf-8", "surrogatepass")


WRITTEN = {
    "f.yaml": mutations.text(yaml(), PIECES),
    "f.json": mutations.text(mutations.JSON.map(json.dumps), PIECES),
    "f.toml": mutations.text(toml(), PIECES),
}
CASES = st.one_of(
    st.tuples(st.just("f.yaml"), yaml().map(_encoded)),
    *(st.tuples(st.just(path), texts.map(_encoded)) for path, texts in WRITTEN.items()),
    st.tuples(st.sampled_from(sorted(WRITTEN)), st.binary(max_size=80)),
)


def check(case):
    """Both readers give a value of plain JSON, or faults that tell file, line and remedy on one printable line each."""
    path, data = case
    own, foreign = _read(documents.read, path, data), _read(documents.foreign, path, data)
    if own is not None:
        assert foreign == own, "what our own files may hold means the same in another tool's"
    if path.endswith(".yaml") and foreign is not None:
        _compared(foreign.value, data)


def _read(read, path, data):
    lines = data.count(b"\n") + data.count(b"\r") + 2
    try:
        document = read(path, data)
    except ConfigurationError as error:
        found = error.faults
    else:
        return _plain(document, lines)
    are_told(found, path, lines)
    return None


def _plain(document, lines):
    json.dumps(document.value, allow_nan=False, ensure_ascii=False).encode()
    assert all(1 <= line <= lines for line in document.lines.values())
    return document


def _compared(value, data):
    """The library's own loader of YAML 1.2 sees the same lists and mappings, where it reads the text at all."""
    try:
        with warnings.catch_warnings(action="ignore", category=ReusedAnchorWarning):
            other = YAML(typ="safe", pure=True).load(data.decode("utf-8-sig"))
    except (YAMLError, ValueError, TypeError, KeyError, AttributeError, NotImplementedError, IndexError):
        return  # what the other loader raises on text that it does not read is its own affair
    if not any(mark in data for mark in (b"!", b"<<", b"?")):
        assert _shape(value) == _shape(other), (value, other)


def _shape(value):
    if isinstance(value, dict):
        return sorted((_shape(each) for each in value.values()), key=repr)
    return ["list", *map(_shape, value)] if isinstance(value, list) else None


SURFACE = Surface(name="documents", about="YAML, JSON and TOML", cases=CASES, check=check)
