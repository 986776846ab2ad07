"""Narrowing what a picture shows, and that nothing is lost or misread on the way."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_deadrelu_plugin.serving import ordering
from tb_deadrelu_plugin.timeline import Timeline
from tests.browser.runs import LONELY, LONELY_RECORD, RECORDS, UNITS, WIDE, WIDE_RECORDS
from tests.browser.tab import DEAD_LIGHT, Tab, number

pytestmark = pytest.mark.browser

BOTH = "first%2Csecond"
END = 10 * RECORDS


def open_dense(open_tab: Callable[..., Tab], url: str, **selection: str) -> tuple[Tab, Any, Any]:
    """The tab, and the plots of both runs."""
    tab = open_tab(url, **{"runs": BOTH, "layer": "dense", "order": "index", **selection}).settle()
    return tab, tab.heatmap("first"), tab.heatmap("second")


def orders(recorded: dict[str, dict[str, Timeline]], layer: str) -> dict[str, list[int]]:
    """The unit at each position, for every order."""
    first, second = recorded["first"][layer], recorded["second"][layer]
    return {name: ordering.unit_order(first, name, minus=second).tolist() for name in ordering.ORDERS}


def test_drag_narrows_all_runs(board: str, open_tab: Callable[..., Tab]) -> None:
    tab, first, second = open_dense(open_tab, board)
    assert tab.shown_range(first) == (0, END) and tab.shown_rows(first) == (0, UNITS)
    tab.drag(first, (0.25, 0.1), (0.75, 0.6))
    tab.settle()
    for plot in (first, second):
        assert tab.shown_range(plot) == pytest.approx((75, 225), abs=2)
        low, high = tab.shown_rows(plot)
        assert (low, high) == (pytest.approx(12, abs=1), pytest.approx(77, abs=1))
    selection = tab.selection
    assert selection["rows"] == f"{low}_{high}"
    assert [float(end) for end in selection["x"].split("_")] == list(tab.shown_range(first))
    # A drag that is all across leaves the units as they are.
    tab.drag(second, (0.25, 0.5), (0.5, 0.502))
    tab.settle()
    assert tab.shown_range(first) == pytest.approx((112.5, 150), abs=2)
    assert tab.shown_rows(first) == (low, high)
    tab.press("Reset zoom")
    assert tab.shown_range(first) == tab.shown_range(second) == (0, END)
    assert tab.shown_rows(first) == (0, UNITS)
    expect(tab.frame.get_by_role("button", name="Reset zoom")).to_be_disabled()
    assert not {"x", "rows"} & set(tab.selection)


def test_wheel_zooms_about_the_pointer(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab, first, second = open_dense(open_tab, fast_board)
    main = tab.frame.locator("main")
    tab.point(first, 0.5, 0.5)
    tab.page.mouse.wheel(0, 100)
    tab.settle()
    # Without the focus the wheel scrolls the page.
    assert tab.shown_range(first) == (0, END)
    assert main.evaluate("one => one.scrollTop") > 0
    main.evaluate("one => { one.scrollTop = 0; }")
    first.focus()
    tab.point(first, 0.25, 0.5)
    for _ in range(3):
        tab.page.mouse.wheel(0, -100)
    tab.settle()
    low, high = tab.shown_range(first)
    assert high - low < 0.6 * END
    assert low + 0.25 * (high - low) == pytest.approx(0.25 * END, abs=2)
    assert tab.shown_rows(first) == (0, UNITS)
    assert tab.shown_range(second) == (low, high)
    tab.page.keyboard.down("Alt")
    for _ in range(3):
        tab.page.mouse.wheel(0, -100)
    tab.page.keyboard.up("Alt")
    tab.settle()
    top, bottom = tab.shown_rows(first)
    assert bottom - top < 0.6 * UNITS
    assert (top + bottom) / 2 == pytest.approx(UNITS / 2, abs=2)
    assert tab.shown_range(first) == (low, high)
    tab.page.keyboard.down("Shift")
    tab.page.mouse.wheel(0, 100)
    tab.page.keyboard.up("Shift")
    tab.settle()
    panned = tab.shown_range(first)
    assert panned[0] > low and panned[1] - panned[0] == pytest.approx(high - low)
    assert main.evaluate("one => one.scrollTop") == 0
    tab.page.mouse.dblclick(*middle(first))
    tab.settle()
    assert (tab.shown_range(first), tab.shown_rows(first)) == ((0, END), (0, UNITS))
    # The first click of the two was not meant to open a unit.
    assert "unit" not in tab.selection


def middle(plot: Any) -> tuple[float, float]:
    box = plot.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_keys_zoom_and_pan(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab, first, second = open_dense(open_tab, fast_board)
    first.focus()

    def press(key: str) -> tuple[tuple[float, float], tuple[int, int]]:
        tab.page.keyboard.press(key)
        tab.settle()
        assert tab.shown_range(second) == tab.shown_range(first)
        return tab.shown_range(first), tab.shown_rows(first)

    everything = (0, UNITS)
    assert press("+") == ((75, 225), everything)
    assert press("+") == ((112.5, 187.5), everything)
    assert press("-") == ((75, 225), everything)
    assert press("a") == ((37.5, 187.5), everything)
    assert press("Shift+ArrowRight") == ((75, 225), everything)
    assert press("]") == ((75, 225), (32, 96))
    assert press("s") == ((75, 225), (48, 112))
    assert press("Shift+ArrowUp") == ((75, 225), (32, 96))
    assert press("[") == ((75, 225), everything)
    assert press("0") == ((0, END), everything)
    # Not beyond the ends.
    assert press("a") == ((0, END), everything)
    assert press("-") == ((0, END), everything)


def test_buttons_zoom_and_pan(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab, first, second = open_dense(open_tab, fast_board)
    for name, x, rows in (
        ("Zoom in on the axis", (75, 225), (0, UNITS)),
        ("Pan left", (0, 150), (0, UNITS)),
        ("Pan right", (75, 225), (0, UNITS)),
        ("Show fewer units", (75, 225), (32, 96)),
        ("Pan down", (75, 225), (64, 128)),
        ("Pan up", (75, 225), (32, 96)),
        ("Show more units", (75, 225), (0, UNITS)),
        ("Zoom out on the axis", (0, END), (0, UNITS)),
    ):
        tab.press(name)
        for plot in (first, second):
            assert (tab.shown_range(plot), tab.shown_rows(plot)) == (x, rows), name


def test_drag_with_shift_pans(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab, first, _ = open_dense(open_tab, fast_board, x="75_225", rows="32_96")
    tab.page.keyboard.down("Shift")
    tab.drag(first, (0.5, 0.5), (0.7, 0.75))
    tab.page.keyboard.up("Shift")
    tab.settle()
    assert tab.shown_range(first) == pytest.approx((45, 195), abs=1)
    assert tab.shown_rows(first) == (pytest.approx(16, abs=1), pytest.approx(80, abs=1))
    assert "unit" not in tab.selection


def test_minimap(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab, first, second = open_dense(open_tab, fast_board)
    lane = tab.frame.locator("dr-minimap .lane")
    expect(lane).to_have_count(1)
    # Where everything is shown, a drag draws a window.
    tab.drag(lane, (0.2, 0.5), (0.4, 0.5))
    tab.settle()
    assert tab.shown_range(first) == tab.shown_range(second) == pytest.approx((60, 120), abs=2)
    assert tab.shown_range(lane) == tab.shown_range(first)
    tab.drag(lane, (0.3, 0.5), (0.5, 0.5))
    tab.settle()
    low, high = tab.shown_range(first)
    assert (low, high) == pytest.approx((120, 180), abs=2)
    handle = lane.locator("[data-handle=end]")
    handle.focus()
    tab.page.keyboard.press("End")
    tab.settle()
    assert tab.shown_range(first) == (low, END)
    expect(handle).to_have_attribute("aria-valuenow", str(END))
    lane.locator("[data-handle=window]").focus()
    tab.page.keyboard.press("Home")
    tab.settle()
    assert tab.shown_range(first) == pytest.approx((0, END - low), abs=1e-3)


@pytest.mark.parametrize("order", ["index", "death", "difference"])
def test_one_dead_unit_of_16384_is_seen_at_every_zoom(
    order: str, fast_board: str, recorded: dict[str, dict[str, Timeline]], open_tab: Callable[..., Tab]
) -> None:
    place = orders(recorded, "wide")[order].index(LONELY)
    rng = random.Random(order)
    # `second` isn't zoomed apart, and none of its units is dead.
    tab = open_tab(fast_board, runs=BOTH, layer="wide", order=order, height=800).settle()
    first, second = tab.heatmap("first"), tab.heatmap("second")
    marks = tab.frame.locator("dr-heatmap .marks").first
    zooms = [((0, 10 * WIDE_RECORDS), (0, WIDE))]
    for bits in (1, 3, 5, 7, 9, 10, 12, 14):
        size = max(1, WIDE >> bits)
        low = min(max(place - rng.randrange(size), 0), WIDE - size)
        start = rng.uniform(0, 10 * LONELY_RECORD - 5)
        end = rng.uniform(10 * LONELY_RECORD + 5, 10 * WIDE_RECORDS)
        zooms.append(((start, end), (low, low + size)))
    for (start, end), (low, high) in zooms:
        tab.go(runs=BOTH, layer="wide", order=order, x=f"{start:.6f}_{end:.6f}", rows=f"{low}_{high}")
        assert tab.shown_range(first) == pytest.approx((start, end), abs=1e-5)
        assert tab.shown_rows(first) == (low, high)
        across = (10 * LONELY_RECORD - start) / (end - start)
        top, bottom = (place - low) / (high - low), (place + 1 - low) / (high - low)
        about = 0.01 if top < 0.01 else 0.004
        seen = tab.pixels(first, across + 0.03, max(0, top - about), 1, min(1, bottom + about))
        assert DEAD_LIGHT in seen, (low, high)
        assert DEAD_LIGHT not in tab.pixels(first, 0, 0, max(across - 0.03, 0.001), 1), (low, high)
        if top > 0.03:
            assert DEAD_LIGHT not in tab.pixels(first, 0, 0, 1, top - 0.02), (low, high)
        if bottom < 0.97:
            assert DEAD_LIGHT not in tab.pixels(first, 0, bottom + 0.02, 1, 1), (low, high)
        assert DEAD_LIGHT not in tab.pixels(second, 0, 0, 1, 1), (low, high)
        # The mark beside the picture is there at every zoom, too.
        assert DEAD_LIGHT in tab.pixels(marks, 0, 0, 1, 1), (low, high)


def check_record(tip: dict[str, str], timeline: Timeline) -> tuple[int, int]:
    """Compares what a tooltip says with what was recorded, and returns the unit and the record."""
    unit = int(tip["text"].split("\n")[0].removeprefix("Unit "))
    record = timeline.steps.tolist().index(int(number(tip["step"])))
    for name in ("zero fraction", "gradient norm", "mean activation", "bias"):
        values = getattr(timeline, "fraction" if name == "zero fraction" else name.replace(" ", "_"))
        if values is None:
            assert name not in tip
        else:
            assert np.float32(number(tip[name])) == values[record, unit], name
    assert tip["samples"] == f"{timeline.active[record, unit]:,} active of {timeline.samples[record]:,}"
    return unit, record


@pytest.mark.parametrize("order", ordering.ORDERS)
def test_tooltips_say_what_was_recorded(
    order: str, board: str, recorded: dict[str, dict[str, Timeline]], open_tab: Callable[..., Tab]
) -> None:
    by = orders(recorded, "dense")[order]
    rng = random.Random(order)
    tab, first, second = open_dense(open_tab, board, order=order)
    for rows, x in (((0, UNITS), (0, END)), ((40, 72), (50, 150)), ((3, 9), (203, 227)), ((100, 101), (10, 20))):
        tab.go(runs=BOTH, layer="dense", order=order, rows=f"{rows[0]}_{rows[1]}", x=f"{x[0]}_{x[1]}")
        for plot, run in ((first, "first"), (second, "second")):
            timeline = recorded[run]["dense"]
            position, place = rng.randrange(*rows), rng.uniform(*x)
            tab.point_at(plot, place, position)
            unit, record = check_record(tab.tooltip(), timeline)
            # Where units share pixels, one of them is shown.
            near = 1 if rows == (0, UNITS) else 0
            assert abs(by.index(unit) - position) <= near
            assert place == pytest.approx(timeline.steps[record] - 5, abs=5.5)


@pytest.mark.parametrize("order", ["index", "difference"])
def test_tooltips_of_differences_say_what_was_recorded_in_both_runs(
    order: str, board: str, recorded: dict[str, dict[str, Timeline]], open_tab: Callable[..., Tab]
) -> None:
    by = orders(recorded, "dense")[order]
    first, second = recorded["first"]["dense"], recorded["second"]["dense"]
    tab = open_tab(board, runs=BOTH, layer="dense", order=order, picture="difference").settle()
    rng = random.Random(order)
    for show, name in (("fraction", "zero fraction"), ("gradient_norm", "gradient norm")):
        for rows, x in (((40, 72), (50, 150)), ((3, 9), (203, 227))):
            view = {"rows": f"{rows[0]}_{rows[1]}", "x": f"{x[0]}_{x[1]}", "show": show, "picture": "difference"}
            tab.go(runs=BOTH, layer="dense", order=order, **view)
            plot = tab.frame.locator("dr-heatmap .plot")
            expect(plot).to_have_count(1)
            position, place = rng.randrange(*rows), rng.uniform(*x)
            tab.point_at(plot, place, position)
            tip = tab.tooltip()
            unit = int(tip["text"].split("\n")[0].removeprefix("Unit "))
            assert by[position] == unit
            record = first.steps.tolist().index(int(tip["step"]))
            a, b = (getattr(one, "fraction" if show == "fraction" else show)[record, unit] for one in (first, second))
            lines = tab.tooltip_lines()
            shown = [np.float32(number(value)) for key, value in lines if key == name]
            assert shown == [a, b]
            if show == "fraction":
                assert number(tip["difference"].lstrip("≈ +")) == pytest.approx(float(a) - float(b), rel=3e-3, abs=1e-9)
            elif a and b:
                sign, factor = tip["difference"].lstrip("≈ ").split(" ")
                ratio = number(factor) if sign == "×" else 1 / number(factor)
                assert ratio == pytest.approx(float(a) / float(b), rel=1e-2)


def test_locks(fast_board: str, recorded: dict[str, dict[str, Timeline]], open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs=BOTH, layer="dense", order="gradient_norm", show="gradient_norm").settle()
    first, second = tab.heatmap("first", "gradient_norm"), tab.heatmap("second", "gradient_norm")
    lock = tab.frame.locator("dr-toolbar input")
    legends = tab.frame.locator("dr-detail dr-legend")
    expect(legends).to_have_count(1)
    own = {run: ordering.unit_order(recorded[run]["dense"], "gradient_norm").tolist() for run in recorded}
    assert own["first"][60] != own["second"][60]

    def unit_at(plot: Any, position: int) -> str:
        tab.point_at(plot, 145, position)
        return tab.tooltip()["text"].split("\n")[0]

    tab.go(runs=BOTH, layer="dense", order="gradient_norm", show="gradient_norm", rows="56_64")
    assert unit_at(first, 60) == unit_at(second, 60) == f"Unit {own['first'][60]}"
    tab.frame.locator("dr-toolbar input[name=order]").uncheck()
    tab.settle()
    assert unit_at(first, 60) == f"Unit {own['first'][60]}"
    assert unit_at(second, 60) == f"Unit {own['second'][60]}"
    tab.frame.locator("dr-toolbar input[name=range]").uncheck()
    tab.drag(second, (0.5, 0.5), (1, 0.5))
    tab.settle()
    assert tab.shown_range(first) == (0, END)
    assert tab.shown_range(second) == pytest.approx((150, END), abs=2)
    lanes = tab.frame.locator("dr-minimap .lane")
    assert [lane.get_attribute("data-run") for lane in lanes.all()] == ["first", "second"]
    tab.frame.locator("dr-toolbar input[name=range]").check()
    tab.settle()
    assert tab.shown_range(first) == tab.shown_range(second)
    tab.frame.locator("dr-toolbar input[name=colour]").uncheck()
    expect(legends).to_have_count(2)
    expect(lock).to_have_count(3)
    assert tab.selection["unlocked"] == "order,colour"
