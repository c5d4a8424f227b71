"""The reader of all errors: each names an id of the catalogue, a place where it has one, and what to do."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

import llmgate
from llmgate import catalogue, errors
from llmgate.documents import document
from llmgate.providers.batches import wire

ROOT = Path(llmgate.__file__).parent
SORTERS = {"documents/complaints.py", "providers/retry.py"}
"""Modules that find an id by what failed, instead of writing it where they raise."""

PLACE = re.compile(r"`|--\w|'\w|\b[A-Z]{2,}_[A-Z]|llmgate\.|policy\.|https?|input|options?\.|process|program")
"""A literal message that names a key, an option, a file, a variable or a process."""


def family(kind):
    return {kind.__name__, *(name for below in kind.__subclasses__() for name in family(below))}


RAISED = family(errors.LlmgateError) - {"ConfigurationError"}
FAULTS = {errors.Fault.__name__, document.fault.__name__, document.refusal.__name__, document.Refused.__name__}
ALONE = RAISED - family(errors.CallError) - {"CannotJudge", "RenderError", "LlmgateError"}
"""Errors that stand alone. Those of trials are told beside their fixture, and the tree's own class beside a file."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One place in the package where an error or a fault is made."""

    where: str
    name: str
    call: ast.Call

    def given(self, name):
        return next((keyword.value for keyword in self.call.keywords if keyword.arg == name), None)

    @property
    def message(self):
        return self.call.args[0] if self.call.args else None


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        if not where.startswith("catalogue/"):
            yield where, ast.parse(path.read_text(encoding="utf-8"))


def called(node):
    match node.func:
        case ast.Attribute(value=ast.Name(id="click")):
            return ""  # click has a UsageError of its own; cli/__init__.py tells it as one of ours
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


TREES = list(trees())
CALLS = [
    Site(where=f"{where}:{node.lineno}", name=called(node), call=node)
    for where, tree in TREES
    for node in ast.walk(tree)
    if isinstance(node, ast.Call)
]
SITES = [site for site in CALLS if site.name in RAISED or (site.name in FAULTS and site.given("id"))]


def written(tree):
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_the_sites_are_found():
    assert len(SITES) > 400
    assert {"UsageError", "NotEvaluated", "CallLost", "fault", "Refused"} <= {site.name for site in SITES}
    assert wire.NotNowError.__name__ in RAISED


def test_every_error_names_an_id_of_the_catalogue():
    for site in SITES:
        name = site.given("id")
        assert name is not None, site.where
        if isinstance(name, ast.Constant):
            assert name.value in catalogue.ENTRIES, site.where
        else:
            assert ast.unparse(name).split(".")[-1] == "id", site.where


def test_every_id_is_used():
    used = {name.value for site in CALLS if isinstance(name := site.given("id"), ast.Constant)}
    used |= {text for where, tree in TREES if where in SORTERS for text in written(tree)}
    assert set(catalogue.ENTRIES) - used == set()


def test_every_error_says_what_to_do():
    for site in SITES:
        remedy = site.given("remedy")
        assert not isinstance(remedy, ast.Constant) or site.name == "fault" or remedy.value, site.where
        if site.name == "Fault":
            assert remedy is not None, site.where


def test_every_error_that_stands_alone_names_a_place():
    for site in SITES:
        if site.name in ALONE and isinstance(site.message, ast.Constant):
            told = site.given("remedy")
            assert PLACE.search(site.message.value + (ast.unparse(told) if told else "")), site.where


def test_the_catalogue_has_each_id_once_and_says_all_of_it():
    assert set(get_args(catalogue.Id)) == set(catalogue.ENTRIES)
    assert sum(map(len, catalogue.GROUPS.values())) == len(catalogue.ENTRIES)
    for name, entry in catalogue.ENTRIES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert entry.means.endswith("."), name
        assert entry.remedy.endswith((".", "?")), name


def test_an_error_without_a_remedy_of_its_own_has_that_of_the_catalogue():
    error = errors.CallLost("gone", id="answer-broken-off")
    assert str(error) == f"gone [answer-broken-off]\n  {catalogue.ENTRIES['answer-broken-off'].remedy}"


def test_the_id_ends_the_first_line():
    error = errors.KeyMissing("two keys are missing:\nA_KEY\nB_KEY", id="key-missing", remedy="set them")
    assert str(error) == "two keys are missing: [key-missing]\nA_KEY\nB_KEY\n  set them"


@pytest.mark.parametrize("name", sorted(catalogue.ENTRIES))
def test_an_id_is_documented(name):
    page = (ROOT.parent / "docs" / "errors.md").read_text(encoding="utf-8")
    assert f"\n### {name}\n" in page
