"""Instructions for developers' tools: reported, not gated, unless they are declared."""

import pytest

from llmgate import changes, config, surface
from llmgate.prompts import Facet, Format, catalogue, discovery

SKILL = (
    "---\nname: pdf\ndescription: Read PDF files.\nlicense: MIT\nallowed-tools: Read\n---\n# PDF\n\nOpen the file.\n"
)


def nothing(path):
    return None


def one(path, source):
    (prompt,) = discovery.read(path, source.encode(), nothing)
    return prompt


@pytest.mark.parametrize(
    "path",
    [
        "AGENTS.md", "services/api/AGENTS.md", "CLAUDE.md", "GEMINI.md", "skills/pdf/SKILL.md",
        ".github/copilot-instructions.md", ".github/instructions/python.instructions.md",
        ".github/prompts/review.prompt.md", ".cursor/rules/style.mdc", ".cursor/rules/web/react.mdc", ".cursorrules",
        ".windsurfrules", ".clinerules", ".clinerules/tests.md", ".claude/commands/fix.md",
        ".github/agents/doc.agent.md",
    ],
)  # fmt: skip
def test_the_files_of_developers_tools_are_known_by_their_names_and_not_gated(path):
    prompt = one(path, "Run the tests.\n")
    assert (prompt.format, prompt.gated, prompt.rule.id) == (Format.INSTRUCTIONS, False, "instructions.name")


@pytest.mark.parametrize(
    "path",
    [
        "docs/AGENTS-guide.md", "src/agents.md", "agents.py", "skills/pdf/skill.json", "notes/CLAUDE.md.bak",
        "cursor/rules.md", "app/instructions.md", "docs/copilot.md", "tests/AGENTS.md", "src/rules/style.md",
    ],
)  # fmt: skip
def test_other_files_are_not_taken(path):
    assert discovery.read(path, b"Run the tests.\n", nothing) == ()


@pytest.mark.parametrize("source", [b"---\nname: [x\n---\nRun the tests.\n", b"\xff", b"x" * 600_000])
def test_a_file_of_developers_tools_that_cannot_be_read_is_not_gated_either(source):
    (prompt,) = discovery.read("skills/pdf/SKILL.md", source, nothing)
    assert prompt.fault
    assert (prompt.gated, prompt.rule.id) == (False, "instructions.name")


def test_a_change_of_them_is_reported_and_not_gated():
    base, head = (
        surface.of(config.read(b"version: 1\n"), files, files.__getitem__)
        for files in (
            {"llmgate.yaml": b"version: 1\n", "AGENTS.md": text} for text in (b"Run the tests.\n", b"Skip the tests.\n")
        )
    )
    (change,) = changes.between(base, head)
    assert (change.gated, change.affects_requests) == (False, False)
    assert "reported, not gated" in change.note


def test_a_declared_file_is_read_as_markdown_and_gated():
    (prompt,) = catalogue.read("AGENTS.md", b"Run the tests for {{ language }}.\n", nothing)
    assert (prompt.format, prompt.gated, prompt.variables) == (Format.MARKDOWN, True, ("language",))


def test_a_skill_has_its_description_its_body_and_its_tools():
    prompt = one("skills/pdf/SKILL.md", SKILL)
    assert prompt.text == "Read PDF files.\n# PDF\n\nOpen the file.\n"
    assert prompt.tools == {"allowed-tools": "Read"}
    assert prompt.line == 7


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("Open", "Close", {Facet.TEXT}),
        ("Read PDF", "Write PDF", {Facet.TEXT}),
        ("license: MIT", "license: Apache-2.0", set()),
        ("license: MIT\n", "# none\n", set()),
        ("license: MIT", "metadata: {author: me}", set()),
        ("allowed-tools: Read", "allowed-tools: Read Bash", {Facet.TOOLS}),
        ("license: MIT", "model: gpt-4o", {Facet.MODEL}),
        ("license: MIT", "compatibility: needs poppler", {Facet.STRUCTURE}),
        ("license: MIT", "somethingNew: 1", {Facet.STRUCTURE}),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    assert old in SKILL
    before, after = (one("skills/pdf/SKILL.md", text).digests for text in (SKILL, SKILL.replace(old, new)))
    assert {facet for facet in Facet if before.get(facet) != after.get(facet)} == facets


def test_cursors_globs_need_no_quotes():
    prompt = one(".cursor/rules/a.mdc", "---\nglobs: **/*.ts,*.tsx\nalwaysApply: false\n---\nUse tabs.\n")
    assert prompt.fault is None


@pytest.mark.parametrize(
    ("front", "line"), [("name: [pdf\n", 3), ("- a\n- b\n", 2), ("name: &a x\n", 2), ("a: 1\na: 2\n", 3)]
)
def test_front_matter_that_is_no_mapping_is_a_fault_with_its_line(front, line):
    prompt = one("skills/pdf/SKILL.md", f"---\n{front}---\nOpen the file.\n")
    assert prompt.fault is not None
    assert (prompt.fault.file, prompt.fault.line) == ("skills/pdf/SKILL.md", line)


def test_a_file_without_front_matter_is_its_text():
    assert one("AGENTS.md", "--- not yaml ---\nRun.\n").text == "--- not yaml ---\nRun.\n"


def test_a_front_matter_that_never_ends_is_text():
    assert one("AGENTS.md", "---\n" + "a: b\n" * 50_000).fault is None


def test_binary_instructions_are_a_fault():
    (prompt,) = discovery.read("AGENTS.md", b"\xff\xfe\x00", nothing)
    assert prompt.fault is not None


def test_a_type_that_no_function_of_its_file_uses_is_not_called_instructions_for_a_tool():
    base, head = (
        surface.of(config.read(b"version: 1\n"), files, files.__getitem__)
        for files in (
            {"llmgate.yaml": b"version: 1\n", "src/types.baml": text.encode()}
            for text in ("class Order {\n  id string\n}\n", "class Order {\n  id int\n}\n")
        )
    )
    (change,) = changes.between(base, head)
    assert change.note == "no prompt of its file uses it, those of other files may: it is reported, not gated"
