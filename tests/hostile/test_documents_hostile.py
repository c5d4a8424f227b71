"""Files made to hang or exhaust a reader: each ends quickly, within a little memory, as a fault or as a value."""

import json
import subprocess
import sys
import time

import pytest

from llmgate import documents
from llmgate.errors import ConfigurationError

MIB = 1024 * 1024
MAX_CPU_S = 2.0
SMALL = 1_000  # too short to need a process of its own
MAX_MEMORY = 300 * MIB
CALIBRATION_S = 0.06  # what the loop below takes on an idle core: a busy machine gets as much more time

CHILD = """
import json, resource, sys, time
from llmgate import documents
from llmgate.errors import ConfigurationError
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
data = sys.stdin.buffer.read()
start = time.process_time()
total = 0
for number in range(1_000_000):
    total += number
pace = max(1.0, (time.process_time() - start) / {calibration})
start = time.process_time()
try:
    documents.read(sys.argv[1], data)
    told = None
except ConfigurationError as error:
    told = [[fault.file, fault.line, fault.message] for fault in error.faults]
print(json.dumps({{"told": told, "cpu_s": (time.process_time() - start) / pace}}))
"""


def told_here(path, data):
    start = time.process_time()
    with pytest.raises(ConfigurationError) as caught:
        documents.read(path, data)
    assert time.process_time() - start < MAX_CPU_S
    return [[fault.file, fault.line, fault.message] for fault in caught.value.faults]


def measured(path, data):
    code = CHILD.format(memory=MAX_MEMORY, calibration=CALIBRATION_S)
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code, path], input=data, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    found = json.loads(done.stdout)
    assert found["cpu_s"] < MAX_CPU_S, (found, time.monotonic() - start)
    return found["told"]


def full(unit, *, before="", after="", size=MIB):
    room = size - len((before + after).encode())
    return before + unit * (room // len(unit.encode())) + after


LAUGHS = "a: &a [lol]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

REFUSED = {
    "billion laughs": ("f.yaml", LAUGHS, "anchor"),
    "alias": ("f.yaml", "a: 1\nb: *a\n", "alias"),
    "merge key": ("f.yaml", "a: {b: 1}\n<<: {c: 1}\n", "merge key"),
    "python tag": ("f.yaml", "!!python/object/apply:os.system ['id']\n", "tag"),
    "binary tag": ("f.yaml", "a: !!binary aGk=\n", "tag"),
    "timestamp tag": ("f.yaml", "a: !!timestamp 2026-10-03\n", "tag"),
    "own tag": ("f.yaml", "a: !mine {b: 1}\n", "tag"),
    "tagged key": ("f.yaml", "!!str a: 1\n", "tag"),
    "empty tag": ("f.yaml", "a: ! b\n", "tag"),
    "long tag": ("f.yaml", full("a", before="!"), "tag"),
    "anchored key": ("f.yaml", "&a b: 1\n", "anchor"),
    "long anchor": ("f.yaml", full("a", before="&"), "anchor"),
    "directive": ("f.yaml", "%YAML 1.1\n---\na: no\n", "directive"),
    "directives": ("f.yaml", full("%A b\n"), "lines|directive"),
    "5,000 lists, flow": ("f.yaml", "[" * 5_000, "nested deeper"),
    "5,000 lists, block": ("f.yaml", "- " * 5_000, "nested deeper"),
    "5,000 mappings, flow": ("f.yaml", "{a: " * 5_000, "nested deeper"),
    "1,000 mappings, block": ("f.yaml", "\n".join(" " * depth + "a:" for depth in range(1_000)), "nested deeper"),
    "a mebibyte of lists": ("f.yaml", full("["), "nested deeper"),
    "values, flow": ("f.yaml", full("a,", before="[", after="]"), "values in one file"),
    "values, block": ("f.yaml", full("- a\n", size=MIB // 4), "values in one file"),
    "empty lists": ("f.yaml", full("[],", before="[", after="]"), "values in one file"),
    "keys": ("f.yaml", "".join(f"k{number}: v\n" for number in range(80_000)), "values in one file"),
    "lines": ("f.yaml", full("\n"), "lines"),
    "one byte too many": ("f.yaml", "a" * (MIB + 1), "bytes"),
    "json, one byte too many": ("f.json", " " * (MIB + 1), "bytes"),
    "nul": ("f.yaml", "a: b\0c\n", "U+0000"),
    "escape": ("f.yaml", "a: b\x1b[2Jc\n", "U+001B"),
    "c1": ("f.yaml", "a: b\x9bc\n", "U+009B"),
    "a line the reviewer does not see": ("f.yaml", "# comment\u2028enabled: false\n", "U+2028"),
    "a next line the reviewer does not see": ("f.yaml", "# comment\x85enabled: false\n", "U+0085"),
    "a return the reviewer does not see": ("f.yaml", "# comment\renabled: false\n", "U+000D"),
    "json lists": ("f.json", full("["), "nested deeper"),
    "json values": ("f.json", full("[],", before="[", after="0]"), "values in one file"),
    "json quotes": ("f.json", full('\\"', before='"'), "not JSON"),
    "json digits": ("f.json", full("9"), "characters"),
    "json exponent": ("f.json", full("9", before="1e"), "characters"),
    "json nul": ("f.json", '{"a": "b\0"}', "not JSON"),
    "toml key": ("f.toml", full("a.", after="a=1", size=200_000), "parts"),
    "toml inline key": ("f.toml", full("a.", before="x={", after="a=1}", size=200_000), "parts"),
    "toml lists": ("f.toml", full("[", before='# "\na=', size=20_000), "nested deeper"),
    "toml inline tables": ("f.toml", full("{b=", before="a=", size=20_000), "nested deeper"),
    "toml digits": ("f.toml", full("9", before="a=", size=200_000), "not TOML"),
    "toml values": ("f.toml", full("1,", before="a=[", after="]", size=200_000), "values in one file"),
    "toml size": ("f.toml", full("#\n"), "characters"),
    "toml control": ("f.toml", 'a = "b\0"', "not TOML"),
}


@pytest.mark.trust("documents")
@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_quickly_with_file_and_line(name):
    path, text, words = REFUSED[name]
    data = text.encode()
    told = told_here(path, data) if len(data) < SMALL else measured(path, data)
    assert told is not None
    ((file, line, message),) = told
    assert file == path
    assert line >= 1
    assert any(word in message for word in words.split("|")), message


LARGE = {
    "a long word": ("f.yaml", full("x", before="a: ")),
    "many words": ("f.yaml", full("x ", before="a: ")),
    "a quoted text": ("f.yaml", full("\\n", before='a: "', after='"')),
    "quotes": ("f.yaml", full("''", before="a: '", after="'")),
    "a block": ("f.yaml", full("  ten words of text\n", before="a: |\n")),
    "a folded block": ("f.yaml", full("  ten words of text\n", before="a: >\n")),
    "spaces": ("f.yaml", full(" ")),
    "comments": ("f.yaml", full("# a comment\n")),
    "json text": ("f.json", full("\\n", before='"', after='"')),
    "json keys": ("f.json", "{" + ",".join(f'"k{number}":0' for number in range(70_000)) + "}"),
    "json blank": ("f.json", full("\n", after="1")),
    "toml keys": ("f.toml", "".join(f"k{number}=1\n" for number in range(20_000))),
    "toml tables": ("f.toml", "".join(f"[a.b{number}.c]\n" for number in range(12_000))),
    "toml text": ("f.toml", full("\\n", before='a="', after='"', size=256 * 1024)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_file_of_the_largest_size_is_read_quickly(name):
    path, text = LARGE[name]
    assert measured(path, text.encode()) is None


def test_a_thousand_fixtures_in_one_json_file_are_read_with_their_lines_quickly():
    cases = [
        {
            "id": f"f{number}",
            "target": "support",
            "input": {"variables": {f"v{place}": "some words of text" for place in range(15)}},
            "assert": [{"type": "contains", "value": "x"}] * 3,
        }
        for number in range(1_000)
    ]
    assert measured("f.json", json.dumps(cases, indent=1).encode()) is None
