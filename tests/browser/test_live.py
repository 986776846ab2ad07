"""A run that goes on while it is looked at."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.tab import Tab
from tests.event_writing import RELU, make_overviews, make_records, write_overviews, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

RECORDS = 20
HALF = 10
UNITS = 64


def write(run: pathlib.Path, part: slice, suffix: str) -> None:
    """A part of the records of two layers."""
    layers = {name: make_records(RECORDS, UNITS, seed=seed) for seed, name in enumerate(("a", "b"))}
    for index, (name, records) in enumerate(layers.items()):
        info = dataclasses.replace(RELU, layer_index=index)
        write_records(run, name, records[part], info, suffix=f".{name}{suffix}")
    write_overviews(run, make_overviews(layers)[part], wall_time=1_700_000_000.0 + part.start)


def reload_until(tab: Tab, records: int) -> None:
    """Presses reload until the server has read all event files, and the page has them.

    The server reads a file at a time, so that the answers to one reload can be of before and after it read the last.
    """
    strip, plot = (tab.frame.locator(f"{one} .plot").first for one in ("dr-strip", "dr-heatmap"))
    head = tab.frame.locator("dr-run-head", has_text=f"{records} of {records} records")
    for _ in range(40):
        tab.reload()
        tab.page.wait_for_timeout(500)
        shown = [one.get_attribute("data-records") for one in (strip, plot)]
        if shown == [str(records)] * 2 and head.count() == 1:
            break
    tab.settle()
    expect(head).to_have_count(1)
    assert shown == [str(records)] * 2


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_reload_appends_and_changes_nothing_else(
    load_fast: str, tmp_path: pathlib.Path, open_tab: Callable[..., Tab]
) -> None:
    write(tmp_path / "run", slice(0, HALF), ".1")
    with serve(tmp_path, f"--load_fast={load_fast}", "--reload_interval=1") as url:
        tab = open_tab(url, layer="b", order="gradient_norm").settle()
        plot = tab.heatmap("run")
        head = tab.frame.locator("dr-run-head")
        expect(head).to_contain_text("showing 10 of 10 records")
        expect(tab.frame.locator("dr-verdicts")).to_contain_text("8 of 128 units dead")
        tab.drag(plot, (0.3, 0.3), (0.7, 0.8))
        tab.settle()
        tab.point(plot, 0.5, 0.5)
        tab.page.mouse.down()
        tab.page.mouse.up()
        inspector = tab.frame.locator("dr-inspector")
        expect(inspector.locator("h2")).to_be_visible()
        tab.settle()
        tab.page.wait_for_timeout(700)
        main = tab.frame.locator("main")
        main.evaluate("one => { one.scrollTop = 200; }")
        before = (tab.selection, tab.shown_range(plot), tab.shown_rows(plot), inspector.locator("h2").inner_text())
        expect(tab.frame.locator("dr-unit-record summary")).to_have_text("All 10 records of run")
        # What is there must not be taken away while the new one is on its way.
        plot.evaluate("one => { one.isTheSame = true; }")
        write(tmp_path / "run", slice(HALF, RECORDS), ".2")
        reload_until(tab, RECORDS)
        assert plot.evaluate("one => one.isTheSame")
        after = (tab.selection, tab.shown_range(plot), tab.shown_rows(plot), inspector.locator("h2").inner_text())
        assert after == before
        assert main.evaluate("one => one.scrollTop") == 200
        expect(head).to_contain_text("showing 20 of 20 records")
        expect(tab.frame.locator("dr-verdicts")).to_contain_text("14 of 128 units dead")
        expect(tab.frame.locator("dr-unit-record summary")).to_have_text("All 20 records of run")
        expect(tab.frame.locator("dr-strip .plot")).to_have_attribute("data-records", str(RECORDS))
        expect(tab.layer("b").locator(".count")).to_have_text("7")
        tab.press("Reset zoom")
        assert tab.shown_range(plot) == (0, 10 * RECORDS)


def test_a_run_that_comes_later_changes_no_choice(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    write(tmp_path / "m", slice(0, HALF), ".1")
    with serve(tmp_path, "--reload_interval=1") as url:
        tab = open_tab(url).settle()
        tab.heatmap("m")
        shown = tab.frame.locator("dr-detail h1").inner_text()
        colour = tab.run("m").locator(".swatch").evaluate("one => getComputedStyle(one).borderColor")
        tab.layer(shown).click()
        for name in ("a", "z"):
            write(tmp_path / name, slice(0, RECORDS), ".1")
        for _ in range(40):
            tab.reload()
            tab.page.wait_for_timeout(500)
            if tab.frame.locator("dr-runs-list li").count() == 3:
                break
        tab.settle()
        assert tab.frame.locator("dr-runs-list .name").all_inner_texts() == ["a", "m", "z"]
        assert tab.runs()[0] == "m"
        assert tab.frame.locator("dr-detail h1").inner_text() == shown
        swatches = tab.frame.locator("dr-runs-list .swatch").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).borderColor)"
        )
        assert swatches[1] == colour and len(set(swatches)) == 3
