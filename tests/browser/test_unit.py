"""The lines below the heatmaps, and all that is recorded of one unit."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Route, expect

import tb_deadrelu_plugin
from tb_deadrelu_plugin.timeline import Timeline
from tests.browser.tab import Tab, number
from tests.event_writing import RELU, make_overviews, make_records, write_overviews, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

RECORDS = 20
UNITS = {"first": 64, "second": 32}
DIES = 5
"""A unit that dies, in record 15."""
UNIT = 40
"""A unit that only `first` has."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Two runs whose layer differs in width, and a layer that only the first has."""
    directory = tmp_path_factory.mktemp("logs")
    for run, units in UNITS.items():
        layers = {"dense": make_records(RECORDS, units, seed=units)}
        if run == "first":
            layers["extra"] = make_records(RECORDS, 8)
        for index, (name, records) in enumerate(layers.items()):
            info = dataclasses.replace(RELU, layer_index=index)
            write_records(directory / run, name, records, info, suffix=f".{name}")
        write_overviews(directory / run, make_overviews(layers))
    return directory


@pytest.fixture(scope="module")
def board(logs: pathlib.Path) -> Iterator[str]:
    with serve(logs) as url:
        yield url


@pytest.fixture(scope="module")
def written(logs: pathlib.Path) -> dict[str, dict[str, Timeline]]:
    return tb_deadrelu_plugin.read(logs, progress=False)


def chart(tab: Tab, title: str, within: str) -> Any:
    """The chart of a quantity, once it is drawn."""
    found = tab.frame.locator(f"{within} dr-chart").filter(has=tab.frame.locator(f".plot[data-chart^='{title}']"))
    found.scroll_into_view_if_needed(timeout=15_000)
    expect(found.locator(".plot")).to_have_attribute("data-drawn", re.compile(r"\d"), timeout=15_000)
    return found


def readings(of: Any) -> dict[str, str]:
    """What a chart's head says of each run."""
    return {
        item.locator(".name").inner_text(): item.locator("b").inner_text()
        for item in of.locator("li:not(.muted)").all()
    }


def point_at_step(tab: Tab, of: Any, step: float) -> None:
    tab.point(of.locator(".plot"), step / (RECORDS * 10), 0.5)


def facts(tab: Tab) -> dict[str, list[str]]:
    """The inspector's table: quantity to what it is in each run."""
    rows = tab.frame.locator("dr-unit-record table").first.locator("tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def heading(tab: Tab) -> Any:
    return tab.frame.locator("dr-inspector h2")


def recorded_at(written: dict[str, dict[str, Timeline]], step: int) -> int:
    """The step of the first run's record that covers a step."""
    steps = written["first"]["dense"].steps
    return int(steps[np.searchsorted(steps, step)])


def test_lines_say_what_was_recorded(
    board: str, open_tab: Callable[..., Tab], written: dict[str, dict[str, Timeline]]
) -> None:
    tab = open_tab(board, layer="dense", runs="first,second", base="first")
    dead = chart(tab, "Dead share", "dr-lines")
    quantiles = chart(tab, "Gradient norm", "dr-lines")
    for step in (75, 195):
        point_at_step(tab, dead, step)
        # The record's, wherever in its window the cursor is.
        expect(dead.locator("h3")).to_contain_text(f"step {recorded_at(written, step)}")
        for run, units in UNITS.items():
            timeline = written[run]["dense"]
            record = int(np.searchsorted(timeline.steps, step))
            count = np.count_nonzero(timeline.states()[record] == 8)
            assert f"{count} of {units}" in readings(dead)[run]
            assert timeline.gradient_norm is not None
            norms = timeline.gradient_norm[record]
            shown = [number(text) for text in re.findall(r"[^\s()]+", readings(quantiles)[run]) if text != "to"]
            # The value of a unit, within the codes' precision.
            nearest = [np.abs(norms - value).min() for value in shown]
            assert np.all(np.array(nearest) <= 0.005 * np.array(shown))
            assert shown[1] <= shown[0] <= shown[2]
    # The cursor is that of all pictures.
    expect(tab.frame.locator("dr-heatmap dr-crosshair .step").first).to_be_attached()
    tab.page.mouse.move(0, 0)
    expect(dead.locator("h3")).to_contain_text("newest record")


def test_a_run_that_lacks_the_layer_has_no_line(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="extra", runs="first,second", base="first")
    assert set(readings(chart(tab, "Dead share", "dr-lines"))) == {"first"}
    expect(tab.frame.locator("dr-run-head").nth(1)).to_contain_text("This run has no layer 'extra'")
    expect(tab.frame.locator("dr-lines p")).to_have_count(0)


def test_a_unit_is_opened_and_left_by_keys(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", runs="first,second", base="first", order="index")
    expect(tab.frame.locator("dr-inspector")).to_contain_text("press Enter")
    plot = tab.heatmap("first")
    tab.settle()
    plot.focus()
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    expect(heading(tab)).to_be_focused()
    expect(heading(tab)).to_be_in_viewport()
    chosen = int(tab.selection["unit"])
    expect(heading(tab)).to_have_text(f"Unit {chosen} of dense")
    tab.frame.locator("dr-inspector").get_by_role("button", name="Next unit").click()
    expect(heading(tab)).to_have_text(f"Unit {chosen + 1} of dense")
    field = tab.frame.locator("dr-inspector input")
    field.fill("999")
    field.press("Enter")
    expect(heading(tab)).to_have_text("Unit 63 of dense")
    expect(tab.frame.locator("dr-inspector").get_by_role("button", name="Next unit")).to_be_disabled()
    tab.page.keyboard.press("Escape")
    expect(tab.frame.locator("dr-inspector")).to_contain_text("press Enter")
    assert "unit" not in tab.selection
    expect(plot).to_be_focused()


def test_inspector_says_what_was_recorded(
    board: str, open_tab: Callable[..., Tab], written: dict[str, dict[str, Timeline]]
) -> None:
    tab = open_tab(board, layer="dense", runs="first,second", base="first", unit=str(DIES))
    fraction = chart(tab, "Zero fraction", "dr-inspector")
    for run in UNITS:
        timeline = written[run]["dense"]
        told = tab.frame.locator(f"dr-inspector .past[data-run='{run}']")
        expect(told).to_contain_text(f"Died at step {timeline.last_active_step[-1, DIES]}")
        expect(told).to_contain_text(f"0 of {timeline.samples_since_active[-1, DIES]:,} samples since")
    for step in (45, 195):
        point_at_step(tab, fraction, step)
        expect(fraction.locator("h3")).to_contain_text(f"step {recorded_at(written, step)}")
        shown = facts(tab)
        for place, run in enumerate(UNITS):
            timeline = written[run]["dense"]
            record = int(np.searchsorted(timeline.steps, step))
            assert shown["Step"][place] == str(timeline.steps[record])
            for name in ("zero_fraction", "gradient_norm", "mean_activation", "bias"):
                value = number(shown[name.replace("_", " ").capitalize()][place])
                assert np.float32(value) == getattr(timeline, name)[record, DIES]
            assert readings(fraction)[run] == shown["Zero fraction"][place]
            assert f"{timeline.active[record, DIES]} active of" in shown["Samples"][place]
            assert shown["Last active at step"][place] == str(timeline.last_active_step[record, DIES])


def test_inspector_lists_all_records(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", runs="first", base="first", unit="3")
    tab.frame.locator("dr-unit-record summary").click(timeout=15_000)
    expect(tab.frame.locator("dr-unit-record .all tbody tr")).to_have_count(RECORDS)


def test_the_field_says_which_unit_is_shown(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, layer="wide", runs="first", unit="3").settle()
    field = tab.frame.locator("dr-inspector input[type=number]")
    last = field.get_attribute("max")
    for _ in range(2):
        field.fill("99999")
        field.press("Enter")
        expect(heading(tab)).to_have_text(f"Unit {last} of wide")
        expect(field).to_have_value(last)


def test_inspector_says_which_run_lacks_the_unit(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", runs="first,second", base="first", unit=str(UNIT))
    expect(tab.frame.locator("dr-inspector .past[data-run='second']")).to_contain_text(
        f"no unit {UNIT}: the layer has {UNITS['second']}", timeout=15_000
    )
    assert set(readings(chart(tab, "Zero fraction", "dr-inspector"))) == {"first"}


def test_a_unit_can_be_saved(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", runs="first,second", base="first", unit="7")
    with tab.page.expect_download() as saved:
        tab.frame.get_by_label("CSV of unit 7 in second").click(timeout=15_000)
    lines = pathlib.Path(saved.value.path()).read_text().splitlines()
    assert len(lines) == 1 + RECORDS
    assert lines[1].startswith("second,dense,10,")


def test_a_failure_can_be_tried_again(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", runs="first", base="first")
    tab.heatmap("first")

    def fail(route: Route) -> None:
        route.fulfill(status=500, content_type="text/plain", body="disk on fire")

    tab.page.route("**/unit?*", fail)
    tab.go(layer="dense", runs="first", base="first", unit="3")
    told = tab.frame.locator("dr-inspector .past")
    expect(told).to_contain_text("disk on fire")
    tab.page.unroute("**/unit?*", fail)
    told.get_by_role("button", name="Try again").click()
    expect(told).to_contain_text("Died at step")
    # The failure itself is on the console.
    tab.problems.clear()
