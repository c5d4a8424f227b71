"""What the hook of the site changes in pages, and what it warns of."""

import logging
from types import SimpleNamespace

import pytest
from ruamel.yaml import YAML

from scripts import site

BLOB = "https://github.com/llmgate/llmgate/blob/main"
PAGE = SimpleNamespace(file=SimpleNamespace(src_uri="how-to/rag.md"))


@pytest.mark.parametrize(
    ("page", "link", "written"),
    [
        ("action.md", "../SECURITY.md", f"{BLOB}/SECURITY.md"),
        ("action.md", "../SECURITY.md#keys", f"{BLOB}/SECURITY.md#keys"),
        ("how-to/rag.md", "../../README.md", f"{BLOB}/README.md"),
        ("how-to/rag.md", "../retrieval.md#the-lock", "../retrieval.md#the-lock"),
        ("action.md", "store.md", "store.md"),
        ("action.md", "#forks", "#forks"),
        ("action.md", "https://example.com/../a", "https://example.com/../a"),
    ],
)
def test_a_link_out_of_the_documentation_leads_to_github(page, link, written):
    assert site.outward(f"See [this]({link}), too.", page, BLOB) == f"See [this]({written}), too."


def test_what_a_page_loads_from_another_host_is_warned_of(caplog):
    with caplog.at_level(logging.WARNING):
        site.on_post_page('<script src="https://cdn.example/a.js"></script>', page=PAGE, config={})
    assert "how-to/rag.md would load https://cdn.example/a.js" in caplog.text


def test_a_page_of_our_own_files_is_not_warned_of(caplog):
    html = (
        '<a href="https://example.com">x</a><img alt="" src="../images/a.svg"><link rel="stylesheet" href="../a.css">'
    )
    assert site.loaded(html) == []
    assert site.on_post_page(html, page=PAGE, config={}) == html
    assert caplog.text == ""


def test_every_page_is_in_the_navigation():
    settings = YAML(typ="safe").load((site.ROOT / "mkdocs.yml").read_text())
    named = set(pages(settings["nav"]))
    assert named == {path.relative_to(site.ROOT / "docs").as_posix() for path in (site.ROOT / "docs").rglob("*.md")}


def pages(nav):
    match nav:
        case str():
            yield from [nav] if nav.endswith(".md") else []
        case list():
            for each in nav:
                yield from pages(each)
        case dict():
            yield from pages(list(nav.values()))
