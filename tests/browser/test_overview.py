"""The overview: a sentence about each run, and strips of the dead share of all layers."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.record import Record
from tests.browser.tab import DEAD_DARK, DEAD_LIGHT, Rgb, Tab
from tests.event_writing import RELU, make_overviews, make_records, write_overviews, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

RECORDS = 20
COLLAPSE = 12
"""The first record at which all units of the middle layer are dead."""
LAYERS = ("early", "middle", "late")


def alive(collapses: bool) -> list[Record]:
    """Records of 16 units that are healthy, and from `COLLAPSE` on all dead if asked for."""
    records = []
    for r, made in enumerate(make_records(RECORDS, 16, seed=5)):
        dead = collapses and r >= COLLAPSE
        changes = {
            "active": np.full(16, 0 if dead else 700),
            "gradient_norm": np.full(16, 0.0 if dead else 0.01),
            "last_active_step": np.full(16, 10 * COLLAPSE - 1 if dead else made.step - 1),
        }
        records.append(dataclasses.replace(made, **changes))
    return records


@pytest.fixture(scope="module", params=[("--load_fast=true",), ("--load_fast=false", "--path_prefix=/x")], ids=" ".join)
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A run whose middle layer collapses, a healthy one, and one without an overview of its own that lacks a layer."""
    logdir = tmp_path_factory.mktemp("logs")
    for run in ("collapse", "healthy", "plain"):
        records = {layer: alive(run == "collapse" and layer == "middle") for layer in LAYERS}
        if run == "plain":
            del records["late"]
        for index, (layer, made) in enumerate(records.items()):
            info = dataclasses.replace(RELU, layer_index=index)
            write_records(logdir / run, layer, made, info, suffix=f".{layer}")
        if run != "plain":
            write_overviews(logdir / run, make_overviews(records))
    leaky = dataclasses.replace(RELU, fraction=metadata.NEGATIVE_FRACTION, activation="leaky_relu", layer_index=3)
    write_records(logdir / "plain", "leaky", alive(False), leaky, suffix=".leaky")
    with serve(logdir, *request.param) as url:
        yield url


def overview(url: str, run: str) -> dict[str, Any]:
    """What the server says of a run."""
    query = urllib.parse.urlencode({"run": run})
    with urllib.request.urlopen(f"{url}data/plugin/dead_relu/overview?{query}") as answer:
        return json.load(answer)


def strip(tab: Tab, run: str) -> Any:
    found = tab.frame.locator(f"dr-strip .plot[data-run='{run}']")
    expect(found).to_have_attribute("data-drawn", "true", timeout=15_000)
    return found


def layer(tab: Tab) -> Any:
    return tab.frame.locator("dr-detail h1")


def row_pixels(tab: Tab, plot: Any, row: int, left: float, right: float) -> set[Rgb]:
    rows = int(plot.get_attribute("data-rows"))
    return tab.pixels(plot, left, (row + 0.15) / rows, right, (row + 0.75) / rows)


def test_says_of_each_run_what_the_server_says(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board).settle()
    lines = tab.frame.locator("dr-verdicts .run")
    expect(lines).to_have_count(3)
    # The run that needs a look comes first.
    assert [line.get_attribute("data-run") for line in lines.all()] == ["collapse", "healthy", "plain"]
    for line in lines.all():
        known = overview(board, line.get_attribute("data-run"))
        expect(line).to_contain_text(known["verdict"]["sentence"])
        expect(line).to_have_attribute("data-severity", known["verdict"]["severity"])
    expect(lines.first).to_contain_text("16 of 48 units dead, all in middle, the first since step 119")
    expect(lines.first).to_contain_text("sick")
    expect(lines.last).to_contain_text("no 'late'; 'leaky' not in base")


def test_strips_show_which_layer_collapsed_and_when(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board)
    for theme, dead in (("Light", DEAD_LIGHT), ("Dark", DEAD_DARK)):
        tab.choose_theme(theme)
        plot = strip(tab, "collapse")
        at = COLLAPSE / RECORDS
        assert dead in row_pixels(tab, plot, 1, at + 0.01, 1)
        before = row_pixels(tab, plot, 1, 0, at - 0.01)
        assert dead not in before
        assert len(before) == 1
        for row in (0, 2):
            assert row_pixels(tab, plot, row, 0, 1) == before
        assert dead not in tab.pixels(strip(tab, "healthy"), 0, 0, 1, 1)
        plain = strip(tab, "plain")
        assert row_pixels(tab, plain, 1, 0, 1) == before
        # No such layer, and one that can't die: neither looks like one without dead units.
        for row in (2, 3):
            pixels = row_pixels(tab, plain, row, 0, 1)
            assert len(pixels) == 2 and not pixels & before
    legend = tab.frame.locator("dr-overview .legend")
    expect(legend).to_contain_text("can't die")
    expect(legend).to_contain_text("no such layer")


def test_a_click_on_a_row_opens_its_layer(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board)
    plot = strip(tab, "healthy")
    # The layer with the largest dead share is shown where nobody chose.
    expect(layer(tab)).to_have_text("middle")
    for row, name in enumerate(LAYERS):
        tab.point(plot, 0.4, (row + 0.5) / 4)
        expect(tab.frame.locator("dr-strip-tip")).to_contain_text(f"{name} in healthy")
        tab.page.mouse.down()
        tab.page.mouse.up()
        expect(layer(tab)).to_have_text(name)
        assert tab.selection["layer"] == name
    tab.point(strip(tab, "collapse"), 0.9, 1.5 / 4)
    tip = tab.frame.locator("dr-strip-tip")
    expect(tip).to_contain_text("16 of 16 units dead (100 %): sick")
    expect(tip).to_contain_text("step 190")
    # The same place is marked in all pictures.
    for mark in tab.frame.locator("dr-strip .line").all():
        expect(mark).to_be_visible()
    expect(tab.frame.locator("dr-crosshair .step").first).to_be_visible()


def test_strips_by_keyboard(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="early", runs="collapse%2Chealthy")
    plot = strip(tab, "collapse")
    plot.focus()
    tip = tab.frame.locator("dr-strip-tip")
    press = tab.page.keyboard.press
    press("ArrowDown")
    expect(tip).to_contain_text("early in collapse")
    expect(tip).to_contain_text("step 200")
    press("ArrowDown")
    expect(tip).to_contain_text("middle in collapse")
    expect(tip).to_contain_text("16 of 16 units dead")
    press("Home")
    expect(tip).to_contain_text("step 10")
    for _ in range(COLLAPSE - 1):
        press("ArrowRight")
    expect(tip).to_contain_text("no dead unit of 16")
    press("ArrowRight")
    expect(tip).to_contain_text("16 of 16 units dead")
    expect(layer(tab)).to_have_text("early")
    press("Enter")
    expect(layer(tab)).to_have_text("middle")
    press("Escape")
    expect(tab.frame.locator("dr-strip-tip[shown]")).to_have_count(0)


def test_the_strips_in_words(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs="collapse%2Cplain")
    image = strip(tab, "collapse").get_by_role("img")
    sentence = overview(board, "collapse")["verdict"]["sentence"]
    expect(image).to_have_attribute("aria-label", f"Dead share of 4 layers of collapse over 20 records. {sentence}.")
    table = tab.frame.locator("dr-overview-table tr")
    rows = [row.locator("th, td").all_inner_texts() for row in table.all()]
    assert rows[1:] == [
        ["early", "0", "16", "0 %", "0", "16", "0 %"],
        ["middle", "16", "16", "100 %", "0", "16", "0 %"],
        ["late", "0", "16", "0 %", "no such layer", "–", "–"],
        ["leaky", "no such layer", "–", "–", "can't die", "16", "–"],
    ]


def test_only_what_the_overview_needs_is_fetched_of_layers_that_are_not_shown(
    board: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(board, runs="collapse%2Chealthy", layer="early")
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.reload()
    tab.heatmap("healthy")
    tab.settle()
    routes = [url.partition("/plugin/dead_relu/")[2] for url in asked if "/plugin/dead_relu/" in url]
    per_layer = [route for route in routes if "layer=" in route]
    assert per_layer and all("layer=early" in route for route in per_layer)
    assert sorted(route for route in routes if route.startswith("overview") and "layer=" not in route) == [
        "overview?run=collapse",
        "overview?run=healthy",
    ]


def test_the_first_screen_has_verdicts_strips_and_heatmaps(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, width=1280, height=800, runs="collapse%2Chealthy").settle()
    for found in ("dr-verdicts", "dr-strip .plot", "dr-heatmap .plot"):
        for one in tab.frame.locator(found).all():
            expect(one).to_be_in_viewport(ratio=1)
    for plot in tab.frame.locator("dr-heatmap .plot").all():
        assert plot.bounding_box()["height"] >= 220


def test_many_layers_get_a_scroll_bar_of_their_own(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    records = {f"block_{i}/relu": alive(i == 150) for i in range(200)}
    for index, (name, made) in enumerate(records.items()):
        info = dataclasses.replace(RELU, layer_index=index)
        write_records(tmp_path / "deep", name, made[-1:], info, suffix=f".{index}")
    write_overviews(tmp_path / "deep", make_overviews(records))
    with serve(tmp_path) as url:
        tab = open_tab(url, width=1280, height=800)
        plot = strip(tab, "deep")
        rows = [DEAD_LIGHT in row_pixels(tab, plot, row, 0.7, 1) for row in range(200)]
        assert [row for row in range(200) if rows[row]] == [150]
        scroll = tab.frame.locator("dr-overview .scroll")
        assert scroll.evaluate("one => one.clientHeight") <= 0.3 * 800
        assert scroll.evaluate("one => one.scrollHeight > one.clientHeight && one.scrollTop > 0")
        expect(tab.frame.locator("dr-heatmap .plot")).to_be_in_viewport()
        expect(tab.frame.locator("dr-overview .labels .shown")).to_be_in_viewport()
        expect(tab.frame.locator("dr-overview .labels .shown")).to_have_text("block_150/relu")
