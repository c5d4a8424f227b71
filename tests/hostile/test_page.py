"""Text from a pull request, a model or a provider stays text in the page: in what is written, and in its data."""

import json
import re

import pytest

from llmgate.renderers import page
from llmgate.report.shown import Shown
from tests import pages
from tests.hostile.test_markdown import ATTACKS
from tests.tags import Tags
from tests.unit.renderers import samples

MORE = {
    "script breakout": "</script><script>alert(1)</script>",
    "data breakout": '"}]}</script><img src=x onerror=alert(1)><!--',
    "style breakout": "</style><style>*{display:none}</style>",
    "attribute breakout": "\" onclick='alert(1)' autofocus onfocus=alert(1) x=\"",
    "javascript address": "javascript:alert(1)",
    "template": "${alert(1)} {{constructor.constructor('alert(1)')()}}",
}
EVERY = ATTACKS | MORE


def rendered(change):
    shown = Shown.model_validate(changed(pages.SHOWN.model_dump(), change))
    return page.render(samples.with_text(pages.REPORT, change), shown)


def changed(node, change):
    """The same trials with every foreign text replaced, and cut as it is where trials are kept."""
    if isinstance(node, dict):
        return {key: value if key in OURS else changed(value, change) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [changed(item, change) for item in node]
    return change(node)[:20_000] if isinstance(node, str) else node


OURS = ("arm", "stage", "outcome", "kind", "note")


@pytest.fixture(scope="module", params=EVERY)
def text(request):
    return f"word {EVERY[request.param]} word"


@pytest.fixture(scope="module")
def hostile(text):
    return Tags(rendered(lambda _: text))


@pytest.mark.trust("page")
def test_an_attack_adds_no_element_and_no_attribute(hostile, text):
    assert hostile.found == Tags(rendered(lambda _: samples.harmless(text))).found


@pytest.mark.trust("page")
def test_an_attack_cannot_leave_the_data(hostile):
    assert not re.search("[<>&\u2028\u2029]", hostile.data)
    assert len(json.loads(hostile.data)["fixtures"]) == 5


@pytest.mark.trust("page")
def test_long_texts_make_no_large_page():
    assert len(rendered(lambda _: "@octocat " * 50_000)) < 2_000_000


def test_the_rules_of_the_page_are_those_of_its_own_script_and_style():
    pages_of = [rendered(lambda _, attack=attack: attack) for attack in MORE.values()]
    assert len({re.search('content="(default-src[^"]*)"', written)[1] for written in (*pages_of, rendered(str))}) == 1
