"""Steps, time since the start, and the clock; logarithmic and linear values."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

import tb_deadrelu_plugin
from tb_deadrelu_plugin.timeline import Timeline
from tests.browser.tab import DEAD_LIGHT, Tab
from tests.event_writing import make_records, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

BOTH = "early%2Clate"
LATER = 3600.0
RECORDS = 20


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Two runs of 20 records, one each second; the second an hour later, and with half of the steps."""
    directory = tmp_path_factory.mktemp("logs")
    for run, wall_time, step in (("early", 1_700_000_000.0, 10), ("late", 1_700_000_000.0 + LATER, 5)):
        write_records(directory / run, "dense", make_records(RECORDS, 32, step=step), wall_time=wall_time)
    return directory


@pytest.fixture(scope="module")
def board(logs: pathlib.Path) -> Iterator[str]:
    with serve(logs) as url:
        yield url


@pytest.fixture(scope="module")
def runs(logs: pathlib.Path) -> list[Timeline]:
    return [layers["dense"] for layers in tb_deadrelu_plugin.read(logs, progress=False).values()]


def test_all_pictures_share_the_axis(board: str, runs: list[Timeline], open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=BOTH, order="index").settle()
    plots = [tab.heatmap("early"), tab.heatmap("late")]
    caption = tab.frame.locator("dr-heatmap .caption").first
    first, newest = runs[0].wall_times[0], runs[1].wall_times[-1]
    for axis, domain, title in (
        ("step", (0, 200), "step"),
        ("relative", (0, RECORDS), "time since the run's first window"),
        ("wall", (first - 1, newest), "local time"),
    ):
        tab.choose("axis", axis)
        for plot in plots:
            assert tab.shown_range(plot) == pytest.approx(domain), axis
        assert tab.shown_range(tab.frame.locator("dr-minimap .lane")) == pytest.approx(domain)
        expect(caption).to_contain_text(title)
        # Unit 3 dies after nine records, wherever those are on the axis.
        for plot, timeline in zip(plots, runs):
            ends = {"step": timeline.steps, "relative": range(1, RECORDS + 1), "wall": timeline.wall_times}[axis]
            low, high = domain
            died, end = ((ends[record] - low) / (high - low) for record in (8, RECORDS - 1))
            width = plot.locator("canvas").first.evaluate("one => one.width")
            slack = 4 / width
            row = (3.3 / 32, 3.7 / 32)
            assert DEAD_LIGHT in tab.pixels(plot, died - slack, row[0], min(end + slack, 1), row[1]), axis
            if died > 2 * slack:
                assert DEAD_LIGHT not in tab.pixels(plot, 0, row[0], died - slack, row[1]), axis
            if end < 1 - 2 * slack:
                assert DEAD_LIGHT not in tab.pixels(plot, end + slack, row[0], 1, row[1]), axis


def test_a_part_of_the_time(board: str, runs: list[Timeline], open_tab: Callable[..., Tab]) -> None:
    start = runs[1].wall_times[0]
    tab = open_tab(board, runs=BOTH, axis="wall", x=f"{start - 1}_{start + 9}", order="index").settle()
    plot = tab.heatmap("late")
    assert tab.shown_range(plot) == (start - 1, start + 9)
    tab.point_at(plot, start + 4.5, 12)
    tip = tab.tooltip()
    assert tip["step"] == str(runs[1].steps[5])
    # 04:13:25 or whatever it is where the browser is.
    assert re.search(r"\d{1,2}:\d\d:25", tip["time"])
    # There is nothing of the other run then.
    assert DEAD_LIGHT not in tab.pixels(tab.heatmap("early"), 0.01, 0, 1, 1)
    expect(tab.frame.locator("dr-run-head").first).to_contain_text("no record here")
    # Places on one axis are none on another.
    tab.choose("axis", "relative")
    assert tab.shown_range(plot) == (0, RECORDS)
    tab.point_at(plot, 5.5, 12)
    assert tab.tooltip()["time"] in ("6 s", "6.00 s")


def test_gradients_on_a_linear_scale(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=BOTH, show="gradient_norm", order="index").settle()
    plot = tab.heatmap("early", "gradient_norm")
    legend = tab.frame.locator("dr-detail dr-legend span")
    values = tab.frame.locator("dr-lines .plot[data-chart^=Gradient] text[text-anchor=end]")

    def shown() -> tuple[set, list[str], list[str]]:
        expect(legend.first).to_be_visible()
        # Charts are drawn where they are in sight.
        tab.frame.locator("dr-lines .plot[data-chart^=Gradient]").scroll_into_view_if_needed()
        expect(values.first).to_be_visible()
        return tab.pixels(plot, 0, 0, 1, 1), legend.all_text_contents(), values.all_text_contents()

    logarithmic = shown()
    tab.choose("scale", "linear")
    linear = shown()
    assert DEAD_LIGHT in logarithmic[0] & linear[0]
    for before, after in zip(logarithmic, linear):
        assert before != after
    assert tab.selection["scale"] == "linear"
    tab.choose("scale", "log")
    assert tab.pixels(plot, 0, 0, 1, 1) == logarithmic[0]
    # The lines of the gradient norm follow it, whatever the pictures show.
    tab.choose("show", "fraction")
    scale = tab.frame.locator("dr-toolbar select[name=scale]")
    expect(scale).to_be_enabled()
    expect(scale).to_have_attribute("title", "of gradient norm and mean activation")
    assert values.all_text_contents() == logarithmic[2]
    tab.choose("scale", "linear")
    assert values.all_text_contents() == linear[2]
    tab.choose("show", "state")
    expect(scale).to_be_enabled()
    assert tab.selection["scale"] == "linear"
    tab.choose("show", "gradient_norm")
    expect(scale).to_have_value("linear")
