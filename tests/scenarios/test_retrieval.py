"""Stories of retrieval: corpora that move, locks that do not, and fixtures that search on both arms."""

import json

import pytest

from llmgate import config
from llmgate.retrieval import lock
from llmgate.retrieval.indexes import Indexes
from tests import modelserver, project
from tests.applications import PYTHON
from tests.stories import Story, assert_ends_as_told, judged

RETURNS = "Returns of parcels are free within 14 days of delivery."
DOCS = {
    "docs/returns.md": RETURNS,
    "docs/shipping.md": "Shipping of parcels takes three days.",
    "docs/gifts.md": "Gift cards never expire.",
}
OLD_POLICY = {"docs/returns.md": "Returns of parcels are free within 30 days of delivery."}
ENTRY = '{engine: fts5, corpus: ["docs/**"], top_k: 1}'
EDIT = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
SEARCH = """
import json, pathlib, sys
asked = json.load(sys.stdin)
found = sorted(pathlib.Path("docs").glob("*.md"))
hits = [{"id": str(path), "text": path.read_text()} for path in found if "eturns" in path.read_text()]
print(json.dumps({"documents": hits[: asked["k"]]}))
"""
COMMAND = json.dumps([PYTHON, "-I", "tools/search.py"])
WITH_COMMAND = f'{{engine: command, corpus: ["docs/**"], options: {{command: {COMMAND}, files: ["tools/**"]}}}}'


def settings(origin, entry=ENTRY, policy=""):
    text = project.config(origin, policy=policy).replace("targets:", f"retrieval:\n  handbook: {entry}\ntargets:")
    return text.replace("answerer}", "answerer, retrieval: handbook}")


def searching(number):
    """A fixture that searches, with the documents of the day on which it was captured."""
    return project.case(number, extra="retrieval: live\n").replace("return order", "claim returns of parcels, order")


def relocked(files):
    content = {path: text.encode() for path, text in files.items()}
    indexes = Indexes(config.read(content["llmgate.yaml"]), content, content.__getitem__)
    made = {name: lock.locked(indexes.corpus(name).built) for name in indexes.config.retrieval}
    return {lock.PATH: lock.write(made).decode()}


def shop(origin, entry=ENTRY, policy="", count=30, **others):
    """A locked repository whose fixtures all search."""
    files = {"llmgate.yaml": settings(origin, entry, policy), **DOCS, **others}
    cases = {f"fixtures/case-{number:03d}.yaml": searching(number) for number in range(count)}
    return {**files, **cases, **relocked(files)}


def relock(origin, changed, entry=ENTRY, policy=""):
    """What the head changes, with the lock that goes along."""
    files = {"llmgate.yaml": settings(origin, entry, policy), **DOCS, **changed}
    return {**changed, **relocked({path: text for path, text in files.items() if text is not None})}


def grounded(asked):
    """A model that repeats what its documents say."""
    return "Within 14 days [returns.md#1]." if "14 days" in asked.prompt else "Within 30 days, I believe."


STORIES = {
    "a corpus moves and its lock does not": Story(
        base=lambda origin: shop(origin, count=0),
        does=lambda _: {"docs/gifts.md": "Gift cards expire.", **EDIT},
        fixtures=30,
        verdict="rejected",
        code=1,
        said="the index 'handbook' differs from llmgate.lock: changed docs/gifts.md",
        rules=("index",),
    ),
    "a corpus moves with its lock, and what is found now breaks the answers": Story(
        base=shop,
        does=lambda origin: relock(origin, OLD_POLICY),
        fixtures=30,
        answer=grounded,
        verdict="regressed",
        code=1,
        said="index handbook",
    ),
    "a corpus moves with its lock, and what is found now is as good": Story(
        base=shop,
        does=lambda origin: relock(origin, {"docs/returns.md": RETURNS + " Thank you."}),
        fixtures=30,
        answer=grounded,
        verdict="passed",
        code=0,
    ),
    "a corpus moves where no question looks": Story(
        base=shop,
        does=lambda origin: relock(origin, {"docs/gifts.md": "Gift cards expire after a year."}),
        fixtures=30,
        verdict="inconclusive",
        code=0,
        said="no fixture finds other documents because of it",
    ),
    "frozen fixtures replay the old documents whatever the corpus became": Story(
        base=lambda origin: shop(origin, count=0),
        does=lambda origin: {**relock(origin, dict.fromkeys(DOCS) | {"docs/new.md": "New."}), **EDIT},
        fixtures=30,
        answer=grounded,
        verdict="inconclusive",
        code=0,
        said="an index changed too, which no fixture shows",
    ),
    "a document that fixtures replay is no longer in the index that they name": Story(
        base=lambda origin: (
            shop(origin, count=0)
            | {
                f"fixtures/case-{number:03d}.yaml": project.case(number)
                .replace("context:", "context:\n  index: {name: handbook}")
                .replace("Returns are free within 14 days.", RETURNS)
                .replace("returns.md#1", "docs/returns.md#1")
                for number in range(30)
            }
        ),
        does=lambda origin: {**relock(origin, OLD_POLICY), **EDIT},
        fixtures=30,
        answer=grounded,
        verdict="inconclusive",
        code=0,
        said="'docs/returns.md#1' has another text",
        rules=("stale-doc",),
    ),
    "the engine is exchanged for one that finds the same": Story(
        base=shop,
        does=lambda origin: relock(origin, {"llmgate.yaml": settings(origin, ENTRY.replace("fts5", "bm25"))}),
        fixtures=30,
        answer=grounded,
        verdict="inconclusive",
        code=0,
        said="no fixture finds other documents because of the change of retrieval handbook",
        rules=("coverage",),
    ),
    "a setting that no engine of llmgate takes up rides along with a corpus": Story(
        base=shop,
        does=lambda origin: relock(
            origin,
            {**OLD_POLICY, "llmgate.yaml": settings(origin, ENTRY.replace("top_k", "reranker: {model: r-2}, top_k"))},
        ),
        fixtures=30,
        answer=lambda _: "Within 14 days [returns.md#1].",
        verdict="rejected",
        code=1,
        said="no fixture exercises the change of retrieval handbook",
        rules=("coverage",),
    ),
    "fewer documents are asked for, and the one that is needed is lost": Story(
        base=lambda origin: (
            shop(origin, entry=ENTRY.replace("top_k: 1", "top_k: 2, query: title, chunk: {size: 30}"))
            | {
                f"fixtures/case-{number:03d}.yaml": searching(number).replace(
                    "variables: {", "variables: {title: shipping parcels within 14 days of delivery, "
                )
                for number in range(30)
            }
        ),
        does=lambda origin: {
            "llmgate.yaml": settings(origin, ENTRY.replace("top_k: 1", "top_k: 1, query: question, chunk: {size: 30}"))
        },
        fixtures=30,
        answer=grounded,
        verdict="regressed",
        code=1,
        said="retrieval handbook",
    ),
    "the answers stay, and the document that was to be found does not": Story(
        base=lambda origin: (
            shop(origin)
            | {
                f"fixtures/case-{number:03d}.yaml": searching(number).replace(
                    "assert:", 'assert:\n  - {type: "retrieval:contains-ids", value: [docs/returns.md#1]}'
                )
                for number in range(30)
            }
        ),
        does=lambda origin: relock(origin, {"docs/returns.md": None, "docs/back.md": RETURNS}),
        fixtures=30,
        answer=grounded,
        verdict="regressed",
        code=1,
        said="not retrieved: ",
    ),
    "a lock is made": Story(
        base=lambda origin: {"llmgate.yaml": settings(origin), **DOCS},
        does=lambda origin: relock(origin, {}),
        verdict="not_applicable",
        code=0,
    ),
    "a lock is thrown away beside a harmless edit": Story(
        base=lambda origin: shop(origin, count=0),
        does=lambda _: {lock.PATH: None, **EDIT},
        fixtures=30,
        verdict="rejected",
        code=1,
        said="llmgate.lock is removed",
    ),
    "a lock is forged to match": Story(
        base=lambda origin: shop(origin, count=0),
        does=lambda origin: {
            "docs/gifts.md": "Gift cards expire.",
            lock.PATH: relock(origin, {"docs/gifts.md": "Else."})[lock.PATH],
            **EDIT,
        },
        fixtures=30,
        verdict="rejected",
        code=1,
        said="changed docs/gifts.md",
    ),
    "a search program of the policy runs on each arm's own files": Story(
        base=lambda origin: shop(origin, WITH_COMMAND, f"  commands: [{COMMAND}]\n", **{"tools/search.py": SEARCH}),
        does=lambda origin: relock(origin, OLD_POLICY, WITH_COMMAND, f"  commands: [{COMMAND}]\n"),
        fixtures=30,
        answer=grounded,
        verdict="regressed",
        code=1,
    ),
    "a pull request allows itself a program": Story(
        base=shop,
        does=lambda origin: relock(
            origin,
            {
                "llmgate.yaml": settings(origin, WITH_COMMAND, f"  commands: [{COMMAND}]\n"),
                "tools/search.py": SEARCH,
            },
        ),
        fixtures=8,
        verdict="not_evaluated",
        code=3,
        said="is not in policy.commands of the base",
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_story(tmp_path, name):
    assert_ends_as_told(tmp_path, STORIES[name])


def test_the_report_compares_what_both_arms_retrieve(tmp_path):
    gold = "  gold: [docs/returns.md#1]\nassert:"
    cases = {f"fixtures/case-{number:03d}.yaml": searching(number).replace("assert:", gold) for number in range(8)}
    away = {"docs/returns.md": None, "docs/back.md": RETURNS}
    story = Story(
        base=lambda origin: shop(origin) | cases, does=lambda origin: relock(origin, away), verdict="", code=0
    )
    with modelserver.serve(grounded) as server:
        found = judged(tmp_path, server, story)
    assert found.retrieval.fixtures[0].id == "case-000"
    assert {entry.differs for entry in found.retrieval.fixtures} == {True}
    assert found.retrieval.mean.model_dump() == {
        "jaccard": 0.0,
        "base_recall": 1.0,
        "head_recall": 0.0,
        "rank_shift": None,
    }
