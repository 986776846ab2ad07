"""The frame of the tab: choosing runs and layers, keys, links, and what is said while there is nothing to show."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.tab import Tab
from tests.event_writing import RELU, make_overviews, make_records, write_newer_version, write_overviews, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

RUNS = ("adam", "constructor", "sgd/lr=0.01", "sgd/lr=0.1", "sgd/lr=1,wd=0~1")
LAYERS = ("conv_1", "conv_2", "dense")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of every run but "constructor" three units of 16 die, there four; "adam" lacks conv_2 and has a later record."""
    logdir = tmp_path_factory.mktemp("logs")
    for run in RUNS:
        records = {}
        for index, layer in enumerate(LAYERS):
            if (run, layer) == ("adam", "conv_2"):
                continue
            records[layer] = make_records(10 if run == "constructor" else 7, 16, seed=index)
            info = dataclasses.replace(RELU, layer_index=index)
            write_records(logdir / run, layer, records[layer], info, suffix=f".{layer}")
        write_overviews(logdir / run, make_overviews(records))
    write_newer_version(logdir / "adam", "later")
    with serve(logdir) as url:
        yield url


def checked(tab: Tab) -> list[str]:
    boxes = tab.frame.locator("dr-runs-list input:checked").all()
    return [box.get_attribute("aria-label") or "" for box in boxes]


def base(tab: Tab) -> Any:
    return tab.frame.locator("dr-runs-list button[aria-pressed=true]")


def layer(tab: Tab) -> Any:
    return tab.frame.locator("dr-layer-list .on .name")


def ready(tab: Tab) -> Tab:
    expect(layer(tab)).to_be_visible(timeout=15_000)
    return tab


def test_runs_are_chosen_filtered_and_pinned(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board))
    # The sickest run is the base of the first four.
    assert checked(tab) == list(RUNS[:4])
    expect(base(tab)).to_have_attribute("aria-label", "base: constructor")
    runs = tab.frame.locator("dr-runs-list")
    status = runs.locator("[role=status]")
    runs.get_by_role("button", name="none but the base").click()
    assert checked(tab) == ["constructor"]
    # The last one can't be left out.
    runs.locator("label", has_text="constructor").click()
    assert checked(tab) == ["constructor"]
    runs.get_by_role("searchbox").fill("lr=0\\.")
    expect(status).to_have_text("2 runs match.")
    runs.get_by_role("button", name="all listed").click()
    assert checked(tab) == list(RUNS[1:4])
    runs.get_by_role("searchbox").fill("lr=(")
    expect(status).to_contain_text("Not a regular expression")
    expect(runs.locator("li")).to_have_count(5)
    runs.get_by_role("button", name="all listed").click()
    expect(runs).to_contain_text("side by side for the first 4")
    runs.get_by_role("button", name=f"base: {RUNS[4]}").click()
    expect(base(tab)).to_have_attribute("aria-label", f"base: {RUNS[4]}")


def test_layers_say_how_many_units_are_dead(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board, runs="constructor%2Cadam%2Csgd/lr=1~1wd=0~01"))
    counts = {}
    for row in tab.frame.locator("dr-layer-list label").all():
        counts[row.locator(".name").inner_text()] = row.locator(".count").all_inner_texts()
    assert counts == {
        "conv_1": ["4", "3", "3"],
        "conv_2": ["4", "–", "3"],
        "dense": ["4", "3", "3"],
        "later": ["–", "!", "–"],
    }
    spoken = tab.frame.get_by_role("radio", name="conv_2")
    expect(spoken).to_have_attribute(
        "aria-label",
        "conv_2; constructor: 4 of 16 units dead; adam: no such layer; sgd/lr=1,wd=0~1: 3 of 16 units dead",
    )


def test_keys_step_through_layers_and_bases(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board))
    keyboard = tab.page.keyboard
    tab.frame.locator("main").focus()
    for key, there in (("n", "conv_2"), ("n", "dense"), ("p", "conv_2"), ("p", "conv_1"), ("p", "conv_1")):
        keyboard.press(key)
        expect(layer(tab)).to_have_text(there)
    for there in (*RUNS[2:4], RUNS[0], RUNS[1]):
        keyboard.press("b")
        expect(base(tab)).to_have_attribute("aria-label", f"base: {there}")
    keyboard.press("Control+b")
    tab.frame.locator("dr-runs-list").get_by_role("searchbox").press("n")
    expect(layer(tab)).to_have_text("conv_1")
    expect(base(tab)).to_have_attribute("aria-label", f"base: {RUNS[1]}")
    tab.frame.locator("main").focus()
    keyboard.press("?")
    dialog = tab.frame.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("next layer")
    keyboard.press("n")
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(layer(tab)).to_have_text("conv_1")
    tab.frame.get_by_role("button", name="Help").click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_link_shows_the_same_view(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board))
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.frame.locator("dr-runs-list label", has_text="adam").click()
    tab.frame.locator("dr-runs-list label", has_text=RUNS[4]).click()
    tab.frame.locator("dr-layer-list label", has_text="dense").click()
    tab.frame.get_by_role("button", name="Copy link").click()
    expect(tab.frame.locator("dr-copy-link [role=status]")).to_have_text("Copied")
    link = tab.page.evaluate("navigator.clipboard.readText()")
    other = open_tab(board)
    other.page.goto(link)
    expect(layer(ready(other))).to_have_text("dense")
    assert checked(other) == checked(tab) == list(RUNS[1:])
    # Where the clipboard is out of reach, the link is there to be copied by hand.
    frame = next(frame for frame in tab.page.frames if "plugin_entry" in frame.url)
    frame.evaluate("() => { navigator.clipboard.writeText = () => { throw Error(); }; }")
    frame.evaluate("() => { document.execCommand = () => false; }")
    tab.frame.get_by_role("button", name="Copy link").click()
    field = tab.frame.get_by_role("textbox", name="Link to this view")
    expect(field).to_have_value(link)
    expect(field).to_be_focused()


def test_the_view_stays_while_another_tab_is_open(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board, layer="dense"))
    tab.frame.locator("dr-runs-list label", has_text="adam").click()
    before = tab.page.url
    tab.page.evaluate("location.hash = '#scalars'")
    tab.page.wait_for_timeout(500)
    tab.page.evaluate("hash => { location.hash = hash; }", before[before.index("#") :])
    tab.page.wait_for_timeout(500)
    expect(layer(tab)).to_have_text("dense")
    assert checked(tab) == list(RUNS[1:4])
    assert tab.page.url == before


def test_says_how_far_loading_is_and_what_failed(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board))
    held: list[Route] = []
    tab.page.route("**/overview?*", lambda route: held.append(route))
    tab.page.route(
        "**/layers", lambda route: route.fulfill(status=500, content_type="text/plain", body="Disk on fire.")
    )
    tab.page.reload()
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_have_text("Disk on fire.")
    tab.page.unroute("**/layers")
    tab.frame.get_by_role("button", name="Try again").click()
    expect(tab.frame.get_by_text("Looking for dead units, 0 of 4 runs")).to_be_visible()
    for route in held:
        route.continue_()
    ready(tab)
    tab.problems = [problem for problem in tab.problems if "500" not in problem]


def test_fits_a_small_frame(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = ready(open_tab(board, width=1024, height=464))
    for name in ("Copy link", "Help"):
        expect(tab.frame.get_by_role("button", name=name)).to_be_in_viewport(ratio=0.9)
    wide = tab.app.evaluate(
        "app => [...app.shadowRoot.querySelectorAll('dr-sidebar, main')].map(e => e.scrollWidth - e.clientWidth)"
    )
    assert wide == [0, 0]
