"""What lies behind links and in submodules is not read; where it differs, that is said and blocks."""

import time
from dataclasses import dataclass

import pytest

from llmgate import behind, config
from llmgate.errors import NotEvaluated
from llmgate.trial import Arm
from llmgate.verdict import Severity

SURFACE = 'version: 1\nsurface: {prompts: ["prompts/**", "shared/**", "vendor/*/prompts/*.md"]%s}\n'
PROMPT, LINK, SUBMODULE = 0o100644, behind.LINK, behind.SUBMODULE


@dataclass(frozen=True)
class File:
    oid: str
    mode: int = PROMPT


def link(target):
    return File(oid=target, mode=LINK)


def submodule(commit):
    return File(oid=commit, mode=SUBMODULE)


def found(base, head, *, exclude="", policy="", text=None):
    parsed = config.read(((text or SURFACE % exclude) + policy).encode())
    trees = {Arm.BASE: base, Arm.HEAD: head}
    seen = {
        arm: behind.Seen.of(tree, lambda path, tree=tree: tree[path].oid.encode(), parsed)
        for arm, tree in trees.items()
    }
    paths = frozenset(path for path, _ in base.items() ^ head.items())
    return list(behind.differing(seen, paths, parsed))


def edited(tree, *paths):
    return tree | {path: File(oid="new") for path in paths}


@pytest.mark.trust("links")
def test_an_edit_of_what_a_declared_link_leads_to_blocks_and_both_are_named():
    base = {"prompts/a.md": link("../lib/a.md"), "lib/a.md": File("old")}
    (finding,) = found(base, edited(base, "lib/a.md"))
    assert (finding.rule, finding.severity, finding.file) == ("coverage", Severity.BLOCK, "prompts/a.md")
    assert finding.message.startswith("'prompts/a.md' is a symbolic link to what differs, 'lib/a.md'")
    assert "in the link's place" in finding.remedy


def test_a_link_to_the_top_leads_to_every_file_that_the_patterns_want():
    base = {"shared": link("."), "docs/a.md": File("old")}
    (finding,) = found(base, edited(base, "docs/a.md"))
    assert (finding.file, "'docs/a.md'" in finding.message) == ("shared", True)


@pytest.mark.parametrize(
    "links",
    [
        {"shared": link("lib/prompts")},
        {"shared": link("lib/other"), "lib/other": link("prompts")},
        {"shared": link("./lib/../lib//prompts/")},
        {"shared": link("up/lib/prompts"), "up": link("x/.."), "x/y": File("x")},
        {"shared/sub": link("../lib/prompts")},
    ],
)
def test_links_to_folders_and_links_to_links_are_followed_by_name(links):
    base = {**links, "lib/prompts/a.md": File("old"), "lib/z.md": File("old")}
    (finding,) = found(base, edited(base, "lib/prompts/a.md", "lib/z.md"))
    assert finding.file == next(iter(links))
    assert "'lib/prompts/a.md'" in finding.message


def test_a_link_to_a_folder_that_leads_elsewhere_now_is_named():
    base = {"shared": link("lib/one"), "lib/one/a.md": File("x"), "lib/two/a.md": File("y")}
    (finding,) = found(base, base | {"shared": link("lib/two")})
    assert finding.message.startswith("the symbolic link 'shared' differs")


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        ({"prompts/a.md": link("../lib/a.md"), "lib/a.md": File("x"), "lib/b.md": File("x")}, "lib/b.md"),
        ({"docs/a.md": link("../lib/a.md"), "lib/a.md": File("x")}, "lib/a.md"),
        ({"prompts/a.md": link("b.md"), "prompts/b.md": File("x")}, "prompts/b.md"),
        ({"prompts/a.md": link("/etc/passwd"), "etc/passwd": File("x")}, "etc/passwd"),
        ({"prompts/a.md": link("../../lib/a.md"), "lib/a.md": File("x")}, "lib/a.md"),
        ({"prompts/a.md": link("a.md"), "lib/a.md": File("x")}, "lib/a.md"),
        ({"prompts/a.md": link("b.md"), "prompts/b.md": link("a.md"), "lib/a.md": File("x")}, "lib/a.md"),
    ],
)
def test_what_no_link_that_is_wanted_leads_to_or_what_is_looked_at_itself_is_no_finding(base, changed):
    assert found(base, edited(base, changed)) == []


def test_what_is_excluded_on_the_base_or_not_gated_is_let_go():
    base = {"prompts/a.md": link("../lib/a.md"), "lib/a.md": File("x")}
    head = edited(base, "lib/a.md")
    assert found(base, head, exclude=', exclude: ["prompts/a.md"]') == []
    assert found(base, head, policy='policy: {coverage: "off"}\n') == []
    (finding,) = found(base, head, policy="policy: {coverage: warn}\n")
    assert finding.severity is Severity.WARN


def test_fixtures_and_files_of_programs_behind_links_are_named_too():
    text = "version: 1\ntargets: {bot: {kind: command, run: [x], files: ['app/**']}}\n"
    base = {"fixtures/more": link("../lib"), "app/lib": link("../lib"), "lib/a.yaml": File("x")}
    assert [finding.file for finding in found(base, edited(base, "lib/a.yaml"), text=text)] == [
        "app/lib",
        "fixtures/more",
    ]


@pytest.mark.trust("links")
@pytest.mark.parametrize("path", ["shared/lib", "shared", "vendor/lib", "vendor/lib/prompts"])
def test_a_submodule_that_patterns_reach_into_blocks_where_it_differs(path):
    taken = path == "shared/lib"  # which is a change of its own, without content
    for head in ({path: submodule("2")}, {}):
        told = [(finding.severity, finding.file) for finding in found({path: submodule("1")}, head)]
        assert told == ([] if taken else [(Severity.BLOCK, path)])


@pytest.mark.parametrize("path", ["lib", "vendor/lib/src", "vendor/lib/prompts/deep/er"])
def test_a_submodule_that_no_pattern_reaches_into_is_no_finding(path):
    assert found({path: submodule("1")}, {path: submodule("2")}) == []


def test_a_submodule_that_stays_or_is_excluded_is_no_finding():
    base = {"vendor/lib": submodule("1"), "a": File("x")}
    assert found(base, edited(base, "a")) == []
    moved = base | {"vendor/lib": submodule("2")}
    for exclude in ("vendor/**", "vendor/lib", "vendor/lib/"):
        assert found(base, moved, exclude=f', exclude: ["{exclude}"]') == []
    assert len(found(base, moved, exclude=', exclude: ["vendor/lib/*.md"]')) == 1


def test_where_prompts_are_searched_for_a_submodule_that_differs_is_a_warning():
    (finding,) = found({"lib": submodule("1")}, {"lib": submodule("2")}, text="version: 1\n")
    assert (finding.severity, finding.file) == (Severity.WARN, "lib")
    assert "prompts in it are not looked for" in finding.message


def test_many_are_named_in_part_and_counted():
    base = {f"prompts/{number:03d}.md": link("../lib/a.md") for number in range(50)} | {"lib/a.md": File("x")}
    told = found(base, edited(base, "lib/a.md"))
    assert len(told) == behind.MOST_NAMED
    assert told[0].message.endswith("(and 30 more like it)")


@pytest.mark.trust("links")
@pytest.mark.parametrize("target", ["../lib", "../" + "lib/" * 900 + "x"])
def test_links_over_too_many_places_end_in_bounded_time(target):
    base = {f"prompts/{number:05d}": link(target) for number in range(3_000)}
    base |= {f"lib/{number:05d}": File("x") for number in range(3_000)}
    head = {path: File("new") if path.startswith("lib/") else file for path, file in base.items()}
    text = "version: 1\nsurface: {prompts: ['prompts/*', 'prompts/*/none']}\n"
    started = time.monotonic()
    with pytest.raises(NotEvaluated, match="lead over more than 200,000 places"):
        found(base, head, text=text)
    assert time.monotonic() - started < 10


@pytest.mark.trust("links")
def test_long_names_and_chains_of_links_are_followed_in_bounded_time():
    long = "a" * 3_900
    named = {f"prompts/{long}{number:05d}": link("x") for number in range(5_000)}
    chained = {f"prompts/{number:05d}": link(f"{(number + 1) % 20_000:05d}") for number in range(20_000)}
    started = time.monotonic()
    assert found(named, {**named, "y": File("z")}) == []
    with pytest.raises(NotEvaluated, match="lead over more than 200,000 places"):
        found(chained, {**chained, "y": File("z")})
    assert time.monotonic() - started < 10
