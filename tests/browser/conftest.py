"""A browser for the tests of a module, and pages in it that tell whatever they should not do."""

from dataclasses import dataclass, field

import pytest

from llmgate.renderers import page
from scripts import chromium
from tests import pages

WATCH = """
localStorage.clear();
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@dataclass
class Opened:
    """A page that is open, with what it said, asked for and tried since."""

    page: object
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def is_quiet(self):
        violations = self.page.evaluate("window.violations")
        return (self.said, self.requests[1:], self.dialogs, violations) == ([], [], [], [])

    def listed(self):
        return self.page.locator("#list code").all_inner_texts()


@pytest.fixture(scope="module")
def browser():
    with chromium.launched() as launched:
        yield launched


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(page.render(pages.REPORT, pages.SHOWN), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def context(browser):
    """Contexts by their settings, each made once: a new one takes as long as a test."""
    made = {}

    def of(scheme, width, script):
        if (scheme, width, script) not in made:
            made[scheme, width, script] = browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                reduced_motion="reduce",
                java_script_enabled=script,
            )
            made[scheme, width, script].add_init_script(WATCH)
            made[scheme, width, script].set_default_timeout(10_000)
        return made[scheme, width, script]

    return of


@pytest.fixture
def visit(context, sample):
    opened_pages = []

    def visited(address="", *, file=None, scheme="light", width=1280, script=True):
        opened = Opened(page=context(scheme, width, script).new_page())
        opened_pages.append(opened)
        opened.page.on("console", lambda message: opened.said.append(message.text))
        opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
        opened.page.goto(f"file://{file or sample}{address}")
        return opened

    yield visited
    for opened in opened_pages:
        opened.page.close()
