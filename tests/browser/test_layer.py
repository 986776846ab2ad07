"""What a person sees of one layer."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.record import Record
from tb_deadrelu_plugin.timeline import Timeline
from tests.browser.runs import LONELY, LONELY_RECORD, UNITS, WIDE, WIDE_RECORDS
from tests.browser.tab import DEAD_DARK, DEAD_LIGHT, QUIET_MS, SATURATED, Tab, number
from tests.event_writing import RELU, make_records, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

BOTH = "first%2Csecond"


def test_draws_which_units_died_and_when(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=BOTH, layer="dense", order="index")
    for statistic in ("zero_fraction", "gradient_norm", "mean_activation"):
        heatmap = tab.heatmap("first", statistic)
        # Unit u dies after 3 u records; so at the end the first ten are dead, and unit 5 is alive in the first half.
        assert DEAD_LIGHT in tab.pixels(heatmap, 0.6, 5.2 / UNITS, 1, 5.8 / UNITS)
        assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 5.2 / UNITS, 0.48, 5.8 / UNITS)
        assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 12 / UNITS, 1, 1)
        tab.choose(
            "show", {"zero_fraction": "gradient_norm", "gradient_norm": "mean_activation"}.get(statistic, "state")
        )
    states = tab.pixels(tab.heatmap("first"), 0, 0, 1, 1)
    assert DEAD_LIGHT in states and len(states) < 8
    expect(tab.frame.locator("dr-legend")).to_contain_text("healthy")
    head = tab.frame.locator("dr-run-head").first
    expect(head).to_contain_text("10 of 128 units dead (7.8 %)")
    expect(head).to_contain_text("showing 30 of 30 records")
    expect(head).to_contain_text("units 0, 1, 2, 3, 4, 5, 6, 7 and 2 more")
    for ribbon in tab.frame.locator("dr-ribbon .plot").all():
        expect(ribbon).to_have_attribute("data-drawn", "true")
        expect(ribbon.get_by_role("img")).to_have_attribute("aria-label", re.compile("at the newest: .* 7.8 %"))


def test_one_dead_unit_among_16384_is_seen(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=BOTH, layer="wide", order="index").settle()
    heatmap = tab.heatmap("first")
    # The axis goes on to the newest record of any layer.
    died = 10 * LONELY_RECORD / 300
    end = 10 * WIDE_RECORDS / 300
    around = LONELY / WIDE
    assert DEAD_LIGHT in tab.pixels(heatmap, died + 0.01, around - 0.01, end, around + 0.01)
    assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 0, died - 0.01, 1)
    assert DEAD_LIGHT not in tab.pixels(tab.heatmap("second"), 0, 0, 1, 1)
    expect(tab.frame.locator("dr-run-head").first).to_contain_text("1 of 16,384 units dead (< 0.1 %)")
    expect(tab.frame.locator("dr-heatmap .caption").first).to_contain_text("each row shows the maximum of")
    # By death, the dead unit is at the very top.
    tab.choose("order", "death")
    expect(heatmap).to_have_attribute("data-order", "death")
    assert DEAD_LIGHT in tab.pixels(heatmap, died + 0.01, 0, end, 0.01)
    assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 0.02, 1, 1)


def test_a_row_of_many_units_shows_the_largest_of_the_records(
    fast_board: str, open_tab: Callable[..., Tab], recorded: dict[str, dict[str, Timeline]]
) -> None:
    values = recorded["first"]["wide"].zero_fraction
    assert values is not None
    tab = open_tab(fast_board, runs="first", layer="wide", order="index", x=f"0_{10 * WIDE_RECORDS}").settle()
    for record, down in ((LONELY_RECORD - 1, 0.31), (LONELY_RECORD + 2, (LONELY + 0.5) / WIDE), (0, 0.999)):
        tab.point(tab.heatmap("first"), (record + 0.5) / WIDE_RECORDS, down)
        tip = tab.frame.locator("dr-tooltip[shown]")
        title = re.search(r"(\d+) units: (\d+), ", tip.locator("div").first.inner_text())
        lines = dict(tab.tooltip_lines())
        assert title and lines["step"] == str(10 * (record + 1))
        count, first = int(title[1]), int(title[2])
        # Rows are pixels: the pointer's may begin a little before or after.
        assert count > 16 and first - count <= down * WIDE <= first + 2 * count
        largest = float(values[record, first : first + count].max())
        assert number(lines["largest zero fraction"].removeprefix("≈ ")) == pytest.approx(largest, rel=2e-3)
        assert (largest == 1) == (record > LONELY_RECORD and first <= LONELY < first + count)


@pytest.mark.parametrize("record", [LONELY_RECORD - 1, LONELY_RECORD + 2])
def test_the_worst_of_a_few_units_is_that_of_the_records(
    fast_board: str, open_tab: Callable[..., Tab], recorded: dict[str, dict[str, Timeline]], record: int
) -> None:
    values = recorded["first"]["wide"].zero_fraction
    assert values is not None
    rows = LONELY - 300, LONELY + 700
    view = {"order": "index", "x": f"0_{10 * WIDE_RECORDS}", "rows": "_".join(map(str, rows))}
    tab = open_tab(fast_board, runs="first", layer="wide", **view).settle()
    plot = tab.heatmap("first")
    low, end = tab.shown_rows(plot)
    seen = set()
    # The row itself, and its neighbours: rows are pixels, and where they end is not for a test to say.
    for by in (-1, 0, 1):
        down = (LONELY + 0.5 - low) / (end - low) + by / plot.bounding_box()["height"]
        tab.point(plot, (record + 0.5) / WIDE_RECORDS, down)
        tab.page.wait_for_timeout(QUIET_MS)
        tip = tab.tooltip()
        told, unit = re.search(r"the worst of (\d+) units here", tip["text"]), re.search(r"Unit (\d+)", tip["text"])
        assert told and unit and tip["step"] == str(10 * (record + 1))
        count, worst, at = int(told[1]), int(unit[1]), low + int(down * (end - low))
        # One of the blocks of so many neighbours around the pointer has this unit's value as its largest.
        starts = [start for start in range(at - count - 1, at + 2) if start <= worst < start + count]
        assert any(values[record, start : start + count].max() == values[record, worst] for start in starts)
        assert number(tip["zero fraction"]) == pytest.approx(float(values[record, worst]), rel=1e-5)
        seen.add(worst)
    if record > LONELY_RECORD:
        assert LONELY in seen


def test_keyboard_moves_through_the_cells(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs=BOTH, layer="dense", order="index", rows="0_32").settle()
    tab.heatmap("first").focus()
    for key in ("Home", "Home", "ArrowDown", "ArrowRight"):
        tab.page.keyboard.press(key)
    tip = tab.tooltip()
    assert "Unit 1" in tip["text"]
    assert tip["step"] == "20"
    tab.page.keyboard.press("PageDown")
    expect(tab.frame.locator("dr-tooltip")).to_contain_text("Unit 11")
    tab.page.keyboard.press("Escape")
    expect(tab.frame.locator("dr-tooltip[shown]")).to_have_count(0)


def test_follows_the_theme(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=BOTH, layer="dense", order="index")
    for name, dead, dark in (("Dark", DEAD_DARK, True), ("Light", DEAD_LIGHT, False)):
        tab.choose_theme(name)
        assert dead in tab.pixels(tab.heatmap("first"), 0.5, 0, 1, 5 / UNITS)
        ground = tab.app.evaluate("app => getComputedStyle(app).backgroundColor")
        assert (int(ground.split("(")[1].split(",")[0]) < 100) == dark


@pytest.mark.parametrize("width", [1024, 1920])
def test_fits_narrow_and_wide_windows(width: int, fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, width=width, height=800, runs=BOTH, layer="dense").settle()
    first, second = tab.heatmap("first"), tab.heatmap("second")
    assert tab.frame.locator("main").evaluate("one => one.scrollWidth - one.clientWidth") == 0
    boxes = [plot.bounding_box() for plot in (first, second)]
    assert boxes[0]["width"] == pytest.approx(boxes[1]["width"], abs=1) and boxes[0]["width"] > 250
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[1]["x"] + boxes[1]["width"] <= width
    # The strips, the ribbons and the heatmaps of a run lie below each other.
    for other in ("dr-strip", "dr-ribbon"):
        box = tab.frame.locator(f"{other} .plot[data-run=second]").bounding_box()
        assert (box["x"], box["width"]) == pytest.approx((boxes[1]["x"], boxes[1]["width"]), abs=1)
    canvas = first.locator("canvas.cells")
    assert canvas.evaluate("one => one.width") == pytest.approx(boxes[0]["width"], abs=1)
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.settle()
    assert canvas.evaluate("one => one.width") == pytest.approx(first.bounding_box()["width"], abs=1)


def test_distribution_counts_units(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs="first", layer="dense", picture="distribution").settle()
    plot = tab.frame.locator("dr-heatmap .plot")
    tip = tab.frame.locator("dr-tooltip[shown]")
    tab.point(plot, 0.99, 0.01)
    # At the top, the dead ones: exactly 1, and nothing else.
    expect(tip).to_contain_text("10 units of 128")
    expect(tip).to_contain_text("exactly 1")
    tab.point(plot, 0.05, 0.01)
    expect(tip).to_contain_text("1 unit of 128")
    tab.point(plot, 0.05, 0.99)
    expect(tip).to_contain_text("0 units of 128")
    expect(tip).to_contain_text("exactly 0")
    expect(tab.frame.locator("dr-toolbar select[name=order]")).to_have_count(0)


def test_says_what_a_layer_lacks(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    records = make_records(6, 16)
    leaky = dataclasses.replace(RELU, fraction=metadata.NEGATIVE_FRACTION, activation="leaky_relu", gradient_at=None)
    plain = [dataclasses.replace(record, gradient_norm=None) for record in records]
    write_records(tmp_path / "a", "leaky", plain, leaky, suffix=".1")
    write_records(tmp_path / "b", "leaky", records, RELU, suffix=".1")
    gated = dataclasses.replace(RELU, gradient_at=metadata.GATED_ACTIVATION, layer_type="GRU")
    write_records(tmp_path / "b", "gated", make_records(6, 24), gated, suffix=".2")
    with serve(tmp_path) as url:
        tab = open_tab(url, layer="leaky", runs="a%2Cb", order="gradient_norm").settle()
        detail = tab.frame.locator("dr-detail")
        expect(detail).to_contain_text("Negative fraction share of samples with pre-activation ≤ 0")
        expect(detail).to_contain_text("Zero fraction: share of samples with activation 0")
        expect(tab.frame.locator("dr-run-head").first).to_contain_text("its units are never dead")
        assert DEAD_LIGHT not in tab.pixels(tab.heatmap("a", "negative_fraction"), 0, 0, 1, 1)
        # There are no norms to go by.
        expect(tab.frame.locator("dr-heatmap .plot").first).to_have_attribute("data-order", "death")
        tab.choose("show", "gradient_norm")
        expect(detail.locator(".missing")).to_have_text("Gradient norm was not recorded in a")
        tab.choose("picture", "difference")
        expect(detail.locator(".missing")).to_have_text("no partner: Gradient norm was not recorded in a")
        tab.choose("show", "fraction")
        expect(detail.locator(".missing")).to_have_text("no partner: a has the negative fraction, b the zero fraction")
        tab.go(layer="gated", runs="a%2Cb", show="gradient_norm")
        expect(detail).to_contain_text("gated activation")
        # Said once, and nothing is drawn for it.
        expect(tab.frame.locator("dr-run-head").first).to_contain_text("This run has no layer 'gated': choose one that")
        for element in (".missing", "dr-ribbon", "dr-heatmap"):
            expect(detail.locator(f".column[data-run=a] {element}")).to_have_count(0)
        expect(detail.locator("dr-ribbon")).to_have_count(1)
        expect(detail.locator("dr-lines")).not_to_contain_text("No layer")


def test_saturated_units_and_units_seen_outside_the_counted_samples(
    tmp_path: pathlib.Path, open_tab: Callable[..., Tab]
) -> None:
    """Unit 0 is saturated, unit 1 was active in screened samples only, unit 2 in none; unit 3 is healthy."""
    active = np.array([90, 0, 0, 180])
    records = [
        Record(
            10 * (r + 1),
            10 * r,
            360,
            3,
            active,
            np.array([0.0, 0.0, 0.0, 0.1]),
            last_active_step=np.array([10 * r + 9, 10 * r + 4, -1, 10 * r + 9]),
            saturated=np.array([90, 0, 0, 20]),
            screened_samples=1440,
            total_samples=1440 * (r + 1),
        )
        for r in range(4)
    ]
    relu6 = dataclasses.replace(RELU, activation="relu6", upper_bound=6.0, calls=3)
    write_records(tmp_path, "capped", records, relu6, suffix=".1")
    frozen = [dataclasses.replace(one, gradient_norm=None) for one in records]
    write_records(tmp_path, "frozen", frozen, dataclasses.replace(RELU, gradient_at=metadata.STOPPED), suffix=".2")
    with serve(tmp_path) as url:
        tab = open_tab(url, layer="capped", order="index").settle()
        heatmap = tab.heatmap(".")
        assert SATURATED in tab.pixels(heatmap, 0, 0, 1, 0.25)
        assert SATURATED not in tab.pixels(heatmap, 0, 0.26, 1, 1)
        assert DEAD_LIGHT in tab.pixels(heatmap, 0, 0.51, 1, 0.74)
        expect(tab.frame.locator("dr-legend").first).to_contain_text("saturated")
        expect(tab.frame.locator("dr-detail")).to_contain_text("called 3 times")
        expect(tab.frame.locator("dr-run-head")).to_contain_text("1 saturated · 1 rare")
        tab.point(heatmap, 0.9, 0.125)
        assert "whenever it is active, it is at its upper bound, 6: no gradient" in tab.tooltip()["text"]
        tab.point(heatmap, 0.9, 0.375)
        expect(tab.frame.locator("dr-tooltip")).to_contain_text("Unit 1")
        seen = tab.tooltip()
        assert (seen["zero fraction"], seen["samples"]) == ("just below 1", "0 active of 360")
        assert "watched for activity on 1,440 samples: active in others of them" in seen["text"]
        tab.point(heatmap, 0.9, 0.625)
        expect(tab.frame.locator("dr-tooltip")).to_contain_text("Unit 2")
        dead = tab.tooltip()
        assert dead["zero fraction"] == "1" and "watched for activity on 1,440 samples: none" in dead["text"]
        assert "0 active of 5,760; 3/N bound" in dead["text"]
        tab.layer("frozen").click()
        tab.choose("show", "gradient_norm")
        expect(tab.frame.locator("dr-detail .missing")).to_have_text("no gradient: frozen or behind stop_gradient")
        expect(tab.frame.locator("dr-run-head")).not_to_contain_text("without gradient")


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_says_how_many_records_are_shown(load_fast: str, tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    write_records(tmp_path / "run", "a", make_records(300, 16))
    with serve(tmp_path, f"--load_fast={load_fast}", "--samples_per_plugin=dead_relu=50") as url:
        tab = open_tab(url).settle()
        expect(tab.frame.locator("dr-run-head .note")).to_contain_text("Showing 50 of 300 records")
        expect(tab.frame.locator("dr-legend")).to_contain_text("no record kept here")
        expect(tab.frame.locator("dr-verdicts")).to_contain_text("50 of 300 records shown")
