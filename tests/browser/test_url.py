"""Everything that makes the view is in the link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

CHOSEN = {
    "runs": "second,first",
    "base": "second",
    "filter": "s.c|irs",
    "layer": "dense",
    "order": "gradient_norm",
    "show": "mean_activation",
    "picture": "units",
    "axis": "relative",
    "scale": "linear",
    "x": "1_20,2_25",
    "rows": "5_77",
    "unit": "17",
    "unlocked": "range,order",
}


def seen(tab: Tab) -> dict[str, Any]:
    """What the page shows, element by element."""
    tab.settle()
    expect(tab.frame.locator("dr-inspector h2")).to_be_visible(timeout=15_000)
    toolbar = tab.frame.locator("dr-toolbar")
    return {
        "columns": tab.runs(),
        "layer": tab.frame.locator("dr-detail h1").inner_text(),
        "filter": tab.frame.locator("dr-runs-list").get_by_role("searchbox").input_value(),
        "base": tab.frame.locator("dr-runs-list button[aria-pressed=true]").get_attribute("aria-label"),
        "menus": [menu.input_value() for menu in toolbar.locator("select").all()],
        "locks": [box.is_checked() for box in toolbar.locator("input").all()],
        "plots": [
            [plot.get_attribute(f"data-{name}") for name in ("run", "x", "rows", "order")]
            for plot in tab.frame.locator("dr-heatmap .plot").all()
        ],
        "unit": tab.frame.locator("dr-inspector h2").inner_text(),
    }


def choose_everything(tab: Tab) -> None:
    """Changes whatever can be, as a person would."""
    tab.frame.locator("dr-runs-list").get_by_role("searchbox").fill(CHOSEN["filter"])
    tab.frame.get_by_role("button", name="base: second").click()
    tab.layer("dense").click()
    tab.settle()
    for name in ("order", "show", "picture", "axis", "scale"):
        tab.choose(name, CHOSEN[name])
    for name in ("range", "order"):
        tab.frame.locator(f"dr-toolbar input[name={name}]").uncheck()
    tab.press("Show fewer units")
    plot = tab.heatmap("first", "mean_activation")
    tab.drag(plot, (0.2, 0.5), (0.6, 0.5))
    tab.settle()
    tab.point(plot, 0.5, 0.5)
    tab.page.mouse.down()
    tab.page.mouse.up()
    expect(tab.frame.locator("dr-inspector h2")).to_be_visible()


def test_everything_comes_back(board: str, browser: Any, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board).settle()
    choose_everything(tab)
    shown = seen(tab)
    assert shown["columns"] == ["second", "first"]
    assert shown["locks"] == [False, False, True]
    assert shown["plots"][0][1] != shown["plots"][1][1]
    selection = tab.selection
    assert {**selection, "x": "", "rows": "", "unit": ""} == {**CHOSEN, "x": "", "rows": "", "unit": ""}
    link = tab.page.url
    tab.page.reload()
    assert seen(tab) == shown
    assert tab.selection == selection
    # For someone else, in a window that knows nothing.
    stranger = browser.new_context(viewport={"width": 1400, "height": 900})
    other = Tab(stranger.new_page(), board)
    other.page.goto(link)
    assert seen(other) == shown
    assert other.selection == selection
    assert other.problems == []
    stranger.close()


@pytest.mark.parametrize("picture", ["difference", "distribution"])
def test_other_pictures_come_back_with_everything_unlocked(
    fast_board: str, browser: Any, open_tab: Callable[..., Tab], picture: str
) -> None:
    unlocked = {"unlocked": "order,range,colour", "x": "20_200,50_300", "rows": "5_77", "unit": "17"}
    tab = open_tab(fast_board, runs="first%2Csecond", layer="dense", show="mean_activation", picture=picture)
    tab.settle()
    tab.go(runs="first%2Csecond", layer="dense", show="mean_activation", picture=picture, **unlocked)
    shown, selection = seen(tab), tab.selection
    assert selection["picture"] == picture and selection["unlocked"] == unlocked["unlocked"]
    assert not any(shown["locks"])
    assert tab.frame.locator("dr-heatmap").first.get_attribute("data-picture") == picture
    assert len(shown["plots"]) == (1 if picture == "difference" else 2)
    tab.page.reload()
    assert seen(tab) == shown and tab.selection == selection
    stranger = browser.new_context(viewport={"width": 1400, "height": 900})
    other = Tab(stranger.new_page(), fast_board)
    other.page.goto(tab.page.url)
    assert seen(other) == shown and other.selection == selection and other.problems == []
    stranger.close()


def test_a_link_is_followed_in_an_open_page(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs="first", layer="wide").settle()
    before = tab.selection
    tab.go(**{key: value.replace("|", "%7C") for key, value in CHOSEN.items()})
    shown = seen(tab)
    assert tab.selection == CHOSEN
    assert shown["columns"] == ["second", "first"]
    assert [plot[1:3] for plot in shown["plots"]] == [["1_20", "5-77"], ["2_25", "5-77"]]
    assert shown["unit"] == "Unit 17 of dense"
    tab.page.go_back()
    tab.settle()
    assert tab.selection == before
    expect(tab.frame.locator("dr-detail h1")).to_have_text("wide")


def test_bad_values_are_passed_over(board: str, open_tab: Callable[..., Tab]) -> None:
    bad = {
        "order": "size",
        "show": "%2525",
        "picture": "Units",
        "axis": "steps",
        "scale": "",
        "x": "300_0",
        "rows": "1.5_20",
        "unit": "-3",
        "unlocked": "doors",
        "colour": "red",
    }
    tab = open_tab(board, layer="dense", runs="nobody%2Cfirst", base="nobody", **bad).settle()
    plot = tab.heatmap("first")
    assert tab.runs() == ["first"]
    expect(plot).to_have_attribute("data-order", "death")
    assert tab.shown_range(plot) == (0, 300)
    assert tab.shown_rows(plot) == (0, 128)
    expect(tab.frame.locator("dr-inspector section")).to_have_count(0)
    # Good ones beside bad ones count; what lies outside of the data is all of it.
    for x, rows in (("900_1000", "4000_5000"), ("-5e2_4000", "0_100000")):
        tab.go(layer="dense", runs="first%2C%2C~9", x=x, rows=rows, unit="99999")
        assert tab.shown_range(plot) == (0, 300)
        assert tab.shown_rows(plot) == (0, 128)
        expect(tab.frame.locator("dr-inspector .past")).to_contain_text("no unit 99999: the layer has 128")
    tab.problems = [problem for problem in tab.problems if "404" not in problem]


def test_what_a_link_names_in_vain_is_said(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, layer="nosuch", runs="first", unit="3", rows="2_9").settle()
    plot = tab.heatmap("first")
    note = tab.frame.get_by_text("This link names layer 'nosuch', which isn't here.")
    expect(note).to_be_visible()
    assert tab.shown_rows(plot)[0] == 0
    expect(tab.frame.locator("dr-inspector section")).to_have_count(0)
    tab.choose("axis", "relative")
    expect(note).to_have_count(0)
    assert {"unit", "rows"}.isdisjoint(tab.selection)
