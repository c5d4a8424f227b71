"""The page in a real browser: what people do with it, by mouse and by keyboard, and what it never does."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from llmgate.renderers import page
from llmgate.report.shown import Shown
from tests import pages
from tests.hostile.test_page import EVERY

ALL = ["refund-window-eu", "order-lookup", "tone-formal", "refund-window-uk", "same-as-before"]
MOST_SECONDS = 2.0


def test_every_fixture_is_listed_the_broken_ones_first(visit):
    opened = visit()
    assert opened.listed() == ALL
    assert opened.page.inner_text("#count") == "5 fixtures"


@pytest.mark.parametrize(
    ("outcome", "listed"),
    [
        ("broken", ALL[:2]),
        ("worse", ["tone-formal"]),
        ("new", ["refund-window-uk"]),
        ("skipped", ["same-as-before"]),
    ],
)
def test_a_filter_by_outcome_leaves_those_fixtures(visit, outcome, listed):
    opened = visit()
    opened.page.click(f"[data-outcome={outcome}]")
    assert opened.listed() == listed
    assert opened.page.inner_text("#count") == f"{len(listed)} of 5 fixtures match"
    assert opened.page.get_attribute(f"[data-outcome={outcome}]", "aria-pressed") == "true"


def test_a_filter_by_category_leaves_its_fixtures(visit):
    opened = visit()
    opened.page.select_option("#category", "tool use")
    assert opened.listed() == ["same-as-before"]


def test_a_filter_by_how_sure_leaves_its_fixtures(visit):
    opened = visit()
    opened.page.select_option("#tier", "suspected")
    assert opened.listed() == ["tone-formal"]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("ORDER", ["order-lookup"]),
        ("customers eu", ["refund-window-eu"]),
        ("thirty days", ["refund-window-eu"]),
        ("nobody has this", []),
    ],
)
def test_a_search_finds_ids_titles_and_answers(visit, words, listed):
    opened = visit()
    opened.page.fill("#search", words)
    assert opened.listed() == listed


def test_a_click_opens_a_fixture_with_both_answers_and_what_differs(visit):
    opened = visit()
    opened.page.click("#list a >> nth=0")
    fixture = opened.page.locator("#fixture")
    assert fixture.locator(".side.base .answer").inner_text() == pages.BASE_ANSWER
    assert fixture.locator(".side.head .answer").inner_text() == pages.HEAD_ANSWER
    assert "14 " in fixture.locator(".side.base .answer del").all_inner_texts()[1]
    assert any("30 days" in words for words in fixture.locator(".side.head .answer ins").all_inner_texts())
    assert opened.page.url.endswith("#fixture=refund-window-eu")


def test_a_fixture_shows_what_was_sent_found_called_graded_and_when(visit):
    told = visit("#fixture=refund-window-eu").page.locator("#fixture")
    told.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert told.locator(".turns del").all_inner_texts() == ["regional "]
    assert told.locator(".turns ins").all_inner_texts() == ["generous "]
    assert told.locator(".documents").inner_text().startswith("returns.md#3 rank 1, score 0.83")
    assert 'lookup_order({"id": "A1"})' in told.locator(".side.base .calls").inner_text()
    assert "failed" in told.locator(".side.head .grades").inner_text()
    bar = told.locator(".side.head .waterfall rect.step")
    assert (bar.get_attribute("width"), told.locator(".waterfall tbody tr").count()) == ("100.00%", 4)


def test_another_pair_of_trials_is_shown_on_demand(visit):
    opened = visit("#fixture=refund-window-eu")
    opened.page.click("text=Trials 2")
    assert opened.page.locator(".answer").all_inner_texts() == ["Thirty days."]


def test_equal_answers_are_said_to_be_the_same(visit):
    opened = visit("#fixture=order-lookup")
    assert "the same, word for word" in opened.page.inner_text("#fixture")


def test_a_fixture_without_trials_shows_the_reports_example(visit, tmp_path):
    file = tmp_path / "bare.html"
    file.write_text(page.render(pages.REPORT), encoding="utf-8")
    opened = visit("#fixture=refund-window-eu", file=file)
    assert "30 days" in opened.page.inner_text(".side.head .answer")
    assert 'contains "14 days"' in opened.page.inner_text(".side.head .grades")


def test_the_keyboard_alone_finds_opens_and_closes(visit):
    opened = visit()
    focused = "document.activeElement.textContent"
    opened.page.keyboard.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "search"
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("j")
    opened.page.keyboard.press("j")
    opened.page.keyboard.press("k")
    opened.page.keyboard.press("ArrowDown")
    assert "order-lookup" in opened.page.evaluate(focused)
    opened.page.keyboard.press("Enter")
    opened.page.wait_for_function("document.activeElement.id === 'fixture-title'")
    opened.page.keyboard.press("Escape")
    opened.page.locator("#fixture").wait_for(state="hidden")
    opened.page.wait_for_function(f"{focused}.includes('order-lookup')")


def test_letters_in_the_search_are_letters(visit):
    opened = visit()
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("j/k")
    assert opened.page.input_value("#search") == "j/k"


def test_the_first_stop_of_the_keyboard_skips_to_the_fixtures(visit):
    opened = visit()
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "Skip to the fixtures"


def test_a_deep_link_opens_its_fixture_and_a_broken_one_nothing(visit):
    assert visit("#fixture=order-lookup").page.inner_text("#fixture h3") == "order-lookup"
    assert not visit("#fixture=%E0%A4%A").page.locator("#fixture").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_are_the_systems_until_the_button_is_pressed(visit, scheme):
    opened = visit(scheme=scheme)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = opened.page.evaluate(ground)
    opened.page.click("#theme")
    after = opened.page.evaluate(ground)
    light, dark = "rgb(246, 247, 249)", "rgb(14, 19, 26)"
    assert (before, after) == ((light, dark) if scheme == "light" else (dark, light))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["", "#fixture=refund-window-eu"])
def test_axe_finds_nothing_to_complain_of(visit, scheme, address):
    opened = visit(address, scheme=scheme)
    opened.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("address", ["", "#fixture=refund-window-eu"])
def test_nothing_is_wider_than_a_small_telephone(visit, address):
    opened = visit(address, width=360)
    opened.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.trust("page")
def test_all_that_it_does_asks_nobody_and_breaks_no_rule_of_its_own(visit):
    opened = visit()
    opened.page.click("#theme")
    opened.page.click("[data-outcome=broken]")
    opened.page.fill("#search", "days")
    opened.page.click("#list a >> nth=0")
    opened.page.keyboard.press("Escape")
    assert opened.is_quiet()


@pytest.mark.trust("page")
def test_its_rules_stop_scripts_styles_and_requests_that_are_not_its_own(visit):
    opened = visit()
    opened.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.owned = true";
          const image = document.createElement("img");
          image.src = "https://evil.example/beacon.png";
          const style = document.createElement("p");
          style.setAttribute("style", "color: red");
          document.body.append(script, image, style);
        }"""
    )
    opened.page.wait_for_function("window.violations.length >= 3")
    assert opened.page.evaluate("[window.owned === undefined, ...window.violations.sort()]") == [
        True,
        "img-src",
        "script-src-elem",
        "style-src-attr",
    ]


def test_without_scripts_the_summary_the_findings_and_what_broke_are_there(visit):
    told = visit(script=False).page.locator("body").inner_text()
    for words in (
        "2 fixtures broke",
        "refund-window-eu",
        "order-lookup",
        "floating name",
        "needs JavaScript",
        "82.1 %",
    ):
        assert words in told


@pytest.mark.parametrize("count", [10_000])
def test_ten_thousand_fixtures_open_within_two_seconds(visit, tmp_path, count):
    file = tmp_path / "many.html"
    file.write_text(page.render(*pages.many(count)), encoding="utf-8")
    ready = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000"
    times = []
    for _ in range(3):
        opened = visit(file=file)
        times.append(opened.page.evaluate(ready))
        if times[-1] < MOST_SECONDS:
            break
    assert opened.page.locator("#list a").count() == 100
    assert min(times) < MOST_SECONDS, times
    opened.page.fill("#search", "fixture-09999")
    assert opened.listed() == ["fixture-09999"]


def test_more_fixtures_are_shown_on_demand_and_by_the_keyboard(visit, tmp_path):
    file = tmp_path / "some.html"
    file.write_text(page.render(*pages.many(250)), encoding="utf-8")
    opened = visit(file=file)
    opened.page.click("#more")
    assert opened.page.locator("#list a").count() == 200
    opened.page.locator("#list a >> nth=199").focus()
    opened.page.keyboard.press("j")
    assert opened.page.locator("#list a").count() == 251
    assert not opened.page.locator("#more").is_visible()


@pytest.mark.trust("page")
def test_every_attack_is_shown_as_the_text_that_it_is(visit, tmp_path):
    attacks = {"harmless": "word\nword"} | EVERY
    entry, trials = pages.REPORT.fixtures[0], pages.pair("refund-window-eu")
    fixtures, shown = [], []
    for name, text in attacks.items():
        fixtures.append(entry.model_copy(update={"id": name, "title": f"word {text} word"}))
        answers = {"base": f"word {text} word", "head": "word word"}
        shown += [trial.model_copy(update={"fixture": name, "answer": answers[trial.arm]}) for trial in trials]
    file = tmp_path / "hostile.html"
    file.write_text(page.render(pages.REPORT.model_copy(update={"fixtures": fixtures}), Shown(trials=shown)), "utf-8")
    opened = visit(file=file)
    elements = {}
    for name in attacks:
        opened.page.evaluate("name => { location.hash = '#fixture=' + encodeURIComponent(name); }", name)
        opened.page.wait_for_function("name => document.querySelector('#fixture h3')?.textContent === name", arg=name)
        elements[name] = opened.page.eval_on_selector_all(
            "#fixture *:not(del):not(ins)", "all => all.map(e => e.tagName)"
        )
    assert {name for name, found in elements.items() if found != elements["harmless"]} == set()
    assert opened.page.eval_on_selector_all("img, iframe, object, embed, form, link, base", "all => all.length") == 0
    assert opened.is_quiet()
    assert len(elements) == len(attacks) > 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_printed_dark_on_white_without_what_only_a_screen_needs(visit, scheme):
    opened = visit(scheme=scheme)
    opened.page.emulate_media(media="print")
    colours = "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))"
    assert opened.page.evaluate(colours) == ["rgb(23, 32, 44)", "rgb(255, 255, 255)"]
    assert not opened.page.locator("#theme, .tools").first.is_visible()
