"""The tab for everyone: by axe-core's rules, by keyboard only, without motion, and in small windows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import find_stops, focus, page_frame, tab_to, violations
from tests.browser.tab import Tab
from tests.serving import serve

pytestmark = pytest.mark.browser

DENSE = {"runs": "first,second", "layer": "dense"}
LEAST_HEIGHT = 150


@pytest.fixture(scope="module")
def empty_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a TensorBoard with nothing to show."""
    with serve(tmp_path_factory.mktemp("nothing")) as url:
        yield url


def unfold(tab: Tab) -> None:
    """Opens both tables."""
    for element in ("dr-worst-units", "dr-layer-table"):
        tab.frame.locator(f"{element} summary").click()
        tab.frame.locator(f"{element} dr-table tbody tr").first.wait_for()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_on_the_main_views(fast_board: str, open_tab: Callable[..., Tab], theme: str) -> None:
    tab = open_tab(fast_board, **DENSE)
    tab.choose_theme(theme)
    assert violations(tab) == []
    for view in ({"picture": "difference"}, {"picture": "distribution", "show": "gradient_norm"}, {"show": "state"}):
        assert violations(tab.go(**DENSE, **view)) == [], view
    tab.go(**DENSE, unit="3")
    expect(tab.frame.locator("dr-inspector dr-unit-record table").first).to_be_visible()
    unfold(tab)
    tab.point(tab.heatmap("first"), 0.9, 0.02)
    tab.tooltip()
    assert violations(tab) == []
    tab.frame.locator("dr-sidebar").get_by_role("button", name="Help").click()
    expect(tab.frame.locator("dr-help dialog")).to_be_visible()
    assert violations(tab) == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_where_there_is_nothing(empty_board: str, open_tab: Callable[..., Tab], theme: str) -> None:
    tab = open_tab(empty_board)
    expect(tab.frame.locator("h1")).to_contain_text("No Dead ReLU records")
    tab.choose_theme(theme)
    assert violations(tab) == []


def test_axe_finds_nothing_where_requests_fail(fast_board: str, browser: Any) -> None:
    # Not by open_tab: that the browser logs the failed requests is meant here.
    tab = Tab(browser.new_page(), fast_board)
    tab.page.route(re.compile("dead_relu/matrix"), lambda route: route.fulfill(status=500))
    tab.open(**DENSE)
    expect(tab.frame.locator("dr-heatmap [role=alert]")).to_have_count(2)
    assert violations(tab) == []
    tab.page.route(re.compile("dead_relu/(timeline|overview)"), lambda route: route.fulfill(status=500))
    tab.page.reload()
    expect(tab.frame.locator("dr-run-head [role=alert]")).to_have_count(2)
    assert violations(tab) == []
    tab.page.route(re.compile("dead_relu/layers"), lambda route: route.fulfill(status=500))
    tab.page.reload()
    expect(tab.frame.get_by_role("button", name="Try again")).to_be_visible()
    assert violations(tab) == []
    tab.page.close()


def test_the_tab_key_stops_at_everything_in_order(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE, unit="3").settle()
    expect(tab.frame.locator("dr-inspector dr-unit-record table").first).to_be_visible()
    unfold(tab)
    tab.page.mouse.move(0, 0)
    count = find_stops(tab)
    assert count > 40
    skip = tab.frame.get_by_role("button", name="Skip to the pictures")
    skip.focus()
    seen = [focus(tab)]
    while len(seen) < 2 * count:
        tab.page.keyboard.press("Tab")
        found = focus(tab)
        if found is None or found["stop"] == 0:
            break
        seen.append(found)
    # Browsers let regions that scroll have the focus too.
    assert [one["stop"] for one in seen if one["stop"] >= 0] == list(range(count)), seen
    # It had the focus before any key was pressed.
    assert [one["name"] for one in seen[1:] if not one["shown"]] == []
    assert [one["name"] for one in seen if not one["inSight"]] == []


def test_skips_to_the_pictures(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE).settle()
    tab.frame.get_by_role("button", name="Skip to the pictures").focus()
    tab.page.keyboard.press("Enter")
    tab_to(tab, "first", most=3)
    assert focus(tab)["name"].startswith("div.plot")


def test_help_opens_and_closes_by_key(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE).settle()
    tab.heatmap("first").focus()
    tab.page.keyboard.press("?")
    dialog = tab.frame.locator("dr-help dialog")
    expect(dialog).to_be_visible()
    assert "Close" in focus(tab)["name"]
    for key in ("Page Up", "Enter", "Escape", "next layer"):
        expect(dialog).to_contain_text(key)
    tab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "heatmap" in tab.frame.locator("dr-heatmap .plot:focus").get_attribute("aria-roledescription")


def test_keys_that_work_anywhere_can_be_switched_off(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE).settle()
    layer = tab.frame.locator("dr-detail h1")
    dialog = tab.frame.locator("dr-help dialog")
    button = tab.frame.locator("dr-sidebar").get_by_role("button", name="Help")
    # Letters that are typed are no keys.
    tab.frame.locator("dr-runs-list").get_by_role("searchbox").press_sequentially("n")
    expect(layer).to_have_text("dense")
    button.click()
    dialog.get_by_label("use these keys").uncheck()
    tab.page.keyboard.press("Escape")
    for _ in range(2):
        expect(dialog).to_be_hidden()
        tab.heatmap("first").focus()
        for key in ("n", "?"):
            tab.page.keyboard.press(key)
        tab.settle()
        expect(layer).to_have_text("dense")
        # Those of a picture work where it has the focus.
        tab.page.keyboard.press("+")
        tab.settle()
        assert tab.selection.pop("x")
        tab.page.reload()
        tab.settle()
    expect(dialog).to_be_hidden()
    button.click()
    expect(dialog.get_by_label("use these keys")).not_to_be_checked()
    dialog.get_by_label("use these keys").check()
    tab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    tab.settle()
    tab.page.keyboard.press("n")
    expect(layer).to_have_text("wide")


def test_a_unit_is_found_and_opened_by_keyboard_only(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs="first,second", layer="wide").settle()
    tab.frame.get_by_role("button", name="Skip to the pictures").focus()
    tab.page.keyboard.press("p")
    expect(tab.frame.locator("dr-detail h1")).to_have_text("dense")
    tab.settle()
    tab_to(tab, "Zero fraction of dense in first")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("ArrowDown")
    shown = re.match(r"Unit (\d+)", tab.tooltip()["text"])
    assert shown
    tab.page.keyboard.press("Enter")
    expect(tab.frame.locator("dr-inspector section")).to_have_attribute("data-unit", shown[1])
    assert focus(tab)["name"].endswith(f"Unit {shown[1]} of dense")
    tab.page.keyboard.press("Escape")
    expect(tab.frame.locator("dr-inspector section")).to_have_count(0)
    assert "Zero fraction of dense in first" in focus(tab)["name"]


def test_the_worst_unit_is_opened_by_keyboard_only(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE).settle()
    tab.heatmap("second").focus()
    tab_to(tab, "Worst units of dense")
    tab.page.keyboard.press("Enter")
    tab.frame.locator("dr-worst-units dr-table tbody tr").first.wait_for()
    # Past the run, the CSV and the columns' heads.
    tab_to(tab, "History")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("ArrowDown")
    unit = tab.frame.locator("dr-worst-units dr-table tbody th button").nth(1).inner_text()
    tab.page.keyboard.press("Enter")
    expect(tab.frame.locator("dr-inspector section")).to_have_attribute("data-unit", unit)


def test_a_layer_is_chosen_in_a_strip_by_keyboard_only(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE).settle()
    tab.frame.get_by_role("button", name="Skip to the pictures").focus()
    tab_to(tab, "Dead share of 2 layers of first")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        tab.page.keyboard.press(key)
    expect(tab.frame.locator("dr-detail h1")).to_have_text("wide")


def test_nothing_moves_by_itself_where_that_is_asked_for(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, **DENSE)
    tab.page.emulate_media(reduced_motion="reduce")
    tab.settle()
    frame = page_frame(tab)
    frame.evaluate(
        """() => {
          window.behaviours = [];
          const scroll = Element.prototype.scrollIntoView;
          Element.prototype.scrollIntoView = function (options) {
            window.behaviours.push(options?.behavior ?? "auto");
            scroll.call(this, options);
          };
        }"""
    )
    tab.heatmap("first").focus()
    for key in ("ArrowDown", "Enter"):
        tab.page.keyboard.press(key)
    expect(tab.frame.locator("dr-inspector section")).to_be_visible()
    tab.page.wait_for_timeout(400)
    assert set(frame.evaluate("window.behaviours")) == {"auto"}
    assert frame.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("view", [{}, {"picture": "difference"}, {"unit": "3"}], ids=str)
def test_a_narrow_window_needs_no_scrolling_sideways(
    fast_board: str, open_tab: Callable[..., Tab], view: dict[str, str]
) -> None:
    tab = open_tab(fast_board, 1024, 768, **DENSE, **view).settle()
    unfold(tab)
    tab.settle()
    wider = page_frame(tab).evaluate(
        """() => {
          const main = document.querySelector("dr-app").shadowRoot.querySelector("main");
          return [document.documentElement, main].map((one) => one.scrollWidth - one.clientWidth);
        }"""
    )
    assert wider == [0, 0]


@pytest.mark.parametrize("size", [(1280, 800), (1024, 800)], ids=str)
def test_the_pictures_are_in_sight_without_scrolling(
    fast_board: str, open_tab: Callable[..., Tab], size: tuple[int, int]
) -> None:
    tab = open_tab(fast_board, *size, **DENSE).settle()
    boxes = [tab.frame.locator(element).bounding_box() for element in ("dr-verdicts", "dr-overview")]
    heatmaps = [tab.heatmap(run).bounding_box() for run in ("first", "second")]
    for box in boxes + heatmaps:
        assert box["height"] > 0
        assert 0 <= box["y"] <= box["y"] + box["height"] <= size[1]
    assert min(box["height"] for box in heatmaps) >= LEAST_HEIGHT
