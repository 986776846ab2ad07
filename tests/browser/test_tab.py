"""What a person sees in the tab, in a real TensorBoard."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

import tb_deadrelu_plugin
from tb_deadrelu_plugin import metadata, plugin_data_pb2
from tb_deadrelu_plugin.record import Record
from tests.browser.tab import Tab
from tests.event_writing import RELU, encoded, make_records, write_records, write_values
from tests.serving import serve

pytestmark = pytest.mark.browser

DEAD_LIGHT = (208, 0, 60)
DEAD_DARK = (226, 20, 80)
SATURATED = (0, 190, 255)
UNITS = 128
RECORDS = 30
WIDE = 4096
LONELY = 2222


def write_runs(logdir: pathlib.Path) -> None:
    """Two runs of two layers: units of `dense` die one by one; of `wide` one unit of 4096 is dead, in one run."""
    for run, seed in (("first", 1), ("second", 2)):
        write_records(logdir / run, "dense", make_records(RECORDS, UNITS, seed=seed), suffix=".dense")
        info = dataclasses.replace(RELU, layer_index=1)
        write_records(logdir / run, "wide", wide_records(dead=run == "first"), info, suffix=".wide")


def wide_records(dead: bool) -> list:
    rng = np.random.default_rng(3)
    records = []
    for r, made in enumerate(make_records(4, 1)):
        active = rng.integers(300, 1000, WIDE)
        norms = rng.lognormal(-5, 1, WIDE)
        last_active = np.full(WIDE, made.step - 1)
        if dead and r >= 2:
            active[LONELY], norms[LONELY], last_active[LONELY] = 0, 0.0, 19
        changes = {"active": active, "gradient_norm": norms, "last_active_step": last_active}
        records.append(dataclasses.replace(made, mean_activation=None, bias=None, **changes))
    return records


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    directory = tmp_path_factory.mktemp("logs")
    write_runs(directory)
    return directory


@pytest.fixture(scope="module", params=[("--load_fast=true",), ("--load_fast=false", "--path_prefix=/x")], ids=" ".join)
def board(request: pytest.FixtureRequest, logdir: pathlib.Path) -> Iterator[str]:
    with serve(logdir, *request.param) as url:
        yield url


def test_draws_which_units_died_and_when(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, order="index")
    heatmap = tab.heatmap("first")
    # Unit u dies after 3 u records; so at the end the first ten are dead, and unit 5 is alive in the first half.
    assert DEAD_LIGHT in tab.pixels(heatmap, 0.6, 5.2 / UNITS, 1, 5.8 / UNITS)
    assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 5.2 / UNITS, 0.48, 5.8 / UNITS)
    assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 12 / UNITS, 1, 1)
    assert DEAD_LIGHT in tab.pixels(tab.heatmap("first", "gradient"), 0.6, 5.2 / UNITS, 1, 5.8 / UNITS)
    expect(tab.frame.locator("dr-run-head").first).to_contain_text("10 of 128 units dead (7.8 %)")
    expect(tab.frame.locator("dr-run-head").first).to_contain_text("showing 30 of 30 records")
    expect(tab.frame.locator("dr-run-head").first).to_contain_text("units 0, 1, 2, 3, 4, 5, 6, 7 and 2 more")
    expect(tab.frame.locator("dr-dead-line canvas")).to_have_count(2)


def test_one_dead_unit_among_4096_is_seen(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="wide", order="index")
    heatmap = tab.heatmap("first")
    around = LONELY / WIDE
    assert DEAD_LIGHT in tab.pixels(heatmap, 0.55, around - 0.01, 1, around + 0.01)
    assert DEAD_LIGHT not in tab.pixels(heatmap, 0, 0, 0.45, 1)
    assert DEAD_LIGHT not in tab.pixels(tab.heatmap("second"), 0, 0, 1, 1)
    expect(tab.frame.locator("dr-run-head").first).to_contain_text("1 of 4,096 units dead (< 0.1 %)")
    # By death, the dead unit is at the very top, and so can be pointed at.
    tab.frame.locator("dr-sidebar select").select_option("death")
    expect(tab.frame.locator("dr-heatmap .plot").first).to_have_attribute("data-order", "death")
    tab.point(heatmap, 0.9, 0.003)
    assert f"Unit {LONELY}" in tab.tooltip()["text"]


@pytest.mark.parametrize(("unit", "record"), [(40, 7), (3, 20)])
def test_tooltip_shows_the_recorded_values(
    board: str, logdir: pathlib.Path, open_tab: Callable[..., Tab], unit: int, record: int
) -> None:
    timeline = tb_deadrelu_plugin.read(logdir, progress=False)["first"]["dense"]
    tab = open_tab(board, layer="dense", order="index")
    tab.point(tab.heatmap("first"), (record + 0.5) / RECORDS, (unit + 0.5) / UNITS)
    tip = tab.tooltip()
    assert f"Unit {unit}" in tip["text"]
    assert tip["step"] == str(timeline.steps[record])
    for name in ("zero fraction", "gradient norm", "mean activation"):
        shown = np.float32(tip[name].replace("−", "-"))
        assert shown == getattr(timeline, name.replace(" ", "_"))[record, unit], name
    active = timeline.active[record, unit]
    assert tip["samples"] == f"{active:,} active of {timeline.samples[record]:,}"
    if active == 0:
        since = timeline.samples_since_active[record, unit]
        assert f"0 active of {since:,}; 3/N bound" in tip["text"]
        assert "dead" in tip["text"]


def test_keyboard_moves_through_the_cells(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", order="index")
    tab.heatmap("first").locator(".plot").focus()
    for key in ("Home", "Home", "ArrowDown", "ArrowRight"):
        tab.page.keyboard.press(key)
    tip = tab.tooltip()
    assert "Unit 1" in tip["text"]
    assert tip["step"] == "20"
    tab.page.keyboard.press("Escape")
    expect(tab.frame.locator("dr-tooltip[shown]")).to_have_count(0)


def test_opens_at_the_layer_with_the_largest_dead_share(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    for index, (layer, units) in enumerate((("one_of_9", 9), ("one_of_2", 2), ("one_of_5", 5))):
        info = dataclasses.replace(RELU, layer_index=index)
        # The first unit is dead from the start, the second dies at the fourth record.
        write_records(tmp_path / "run", layer, make_records(3, units), info, suffix=f".{layer}")
    with serve(tmp_path) as url:
        expect(open_tab(url).frame.locator("h1")).to_contain_text("one_of_2", timeout=15_000)


def test_follows_the_theme(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, layer="dense", order="index")
    for name, dead, dark in (("Dark", DEAD_DARK, True), ("Light", DEAD_LIGHT, False)):
        tab.choose_theme(name)
        expect(tab.app).to_have_attribute("theme", name.lower())
        tab.page.wait_for_timeout(200)
        assert dead in tab.pixels(tab.heatmap("first"), 0.5, 0, 1, 5 / UNITS)
        ground = tab.app.evaluate("app => getComputedStyle(app).backgroundColor")
        assert (int(ground.split("(")[1].split(",")[0]) < 100) == dark


def test_selection_is_in_the_url(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board)
    tab.heatmap("first")
    tab.frame.locator("dr-sidebar label", has_text="wide").click()
    tab.frame.locator("dr-sidebar button", has_text="Swap").click()
    expect(tab.frame.locator("dr-detail h1")).to_have_text("wide")
    assert tab.runs().all_inner_texts() == ["second", "first"]
    tab.page.reload()
    tab.page.wait_for_selector("iframe[src*='dead_relu']")
    expect(tab.frame.locator("dr-detail h1")).to_have_text("wide")
    assert tab.runs().all_inner_texts() == ["second", "first"]


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_reload_shows_new_records_and_keeps_the_selection(
    load_fast: str, tmp_path: pathlib.Path, open_tab: Callable[..., Tab]
) -> None:
    records = make_records(12, 64)
    write_records(tmp_path / "run", "a", records[:6], suffix=".1")
    with serve(tmp_path, f"--load_fast={load_fast}", "--reload_interval=1") as url:
        tab = open_tab(url, order="gradient_norm")
        head = tab.frame.locator("dr-run-head").first
        expect(head).to_contain_text("showing 6 of 6 records")
        write_records(tmp_path / "run", "a", records[6:], suffix=".2")
        for _ in range(20):
            tab.reload()
            tab.page.wait_for_timeout(500)
            if "12 of 12" in head.inner_text():
                break
        expect(head).to_contain_text("showing 12 of 12 records")
        expect(tab.frame.locator("dr-sidebar select")).to_have_value("gradient_norm")
        expect(tab.frame.locator("dr-heatmap .plot").first).to_have_attribute("data-records", "12")


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_says_how_many_records_are_shown(load_fast: str, tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    write_records(tmp_path / "run", "a", make_records(300, 16))
    with serve(tmp_path, f"--load_fast={load_fast}", "--samples_per_plugin=dead_relu=50") as url:
        tab = open_tab(url)
        expect(tab.frame.locator("dr-run-head .note").first).to_contain_text("Showing 50 of 300 records")
        expect(tab.frame.locator("dr-legend").first).to_contain_text("no record kept here")


def test_empty_log_directory_says_what_to_do(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    with serve(tmp_path) as url:
        tab = open_tab(url)
        expect(tab.app).to_contain_text("from tb_deadrelu_plugin.keras import DeadReLU")
        expect(tab.app).to_contain_text('model.fit(x, y, callbacks=[DeadReLU("logs/run1")])')


def test_says_what_a_layer_lacks(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    records = make_records(6, 16)
    newer = metadata.create_summary_metadata(RELU)
    content = plugin_data_pb2.DeadReluPluginData.FromString(newer.plugin_data.content)
    content.version = 7
    newer.plugin_data.content = content.SerializeToString()
    write_values(tmp_path / "a", "newer", encoded(records), newer, suffix=".1")
    leaky = dataclasses.replace(RELU, fraction=metadata.NEGATIVE_FRACTION, activation="leaky_relu", gradient_at=None)
    plain = [dataclasses.replace(record, gradient_norm=None) for record in records]
    write_records(tmp_path / "a", "leaky", plain, leaky, suffix=".2")
    gated = dataclasses.replace(RELU, gradient_at=metadata.GATED_ACTIVATION, layer_type="GRU")
    poisoned = [
        dataclasses.replace(
            record, active=np.zeros(16, np.int64), non_finite_activations=np.full(16, record.samples), samples=1437
        )
        for record in records[:3]
    ]
    write_records(tmp_path / "b", "gated", [*poisoned, *make_records(6, 24)[3:]], gated)
    with serve(tmp_path) as url:
        tab = open_tab(url, layer="newer", runs="a%2Cb", order="gradient_norm")
        expect(tab.frame.locator("dr-run-head .error")).to_contain_text("version 7")
        expect(tab.frame.locator("dr-run-head").nth(1)).to_contain_text("This run has no layer 'newer'")
        tab.frame.locator("dr-sidebar label", has_text="leaky").click()
        expect(tab.frame.locator("dr-detail")).to_contain_text("Negative fraction")
        expect(tab.frame.locator("dr-detail")).to_contain_text("Gradient norm was not recorded in a")
        expect(tab.frame.locator("dr-heatmap .plot").first).to_have_attribute("data-order", "death")
        expect(tab.frame.locator("dr-run-head").first).to_contain_text("its units are never dead")
        tab.frame.locator("dr-sidebar label", has_text="gated").click()
        expect(tab.frame.locator("dr-detail")).to_contain_text("gated activation")
        head = tab.frame.locator("dr-run-head").nth(1)
        expect(head).to_contain_text("width changed between records (16, 24 units)")
        expect(head).to_contain_text("NaN or infinite: 68,976 activations, in 3 records, first at step 10")
        expect(tab.frame.locator("dr-legend").first).to_contain_text("not finite")
        expect(tab.frame.locator("dr-legend").first).to_contain_text("no such unit")


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
        tab = open_tab(url, layer="capped", order="index")
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
        tab.frame.locator("dr-sidebar label", has_text="frozen").click()
        expect(tab.frame.locator("dr-detail .missing")).to_have_text("no gradient: frozen or behind stop_gradient")
        expect(tab.frame.locator("dr-run-head")).not_to_contain_text("without gradient")


def test_draws_again_after_the_frame_was_hidden(logdir: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    with serve(logdir) as url:
        tab = open_tab(url, layer="dense", order="index")
        tab.heatmap("first")
        frame = tab.page.locator("iframe[src*='dead_relu']")
        # As TensorBoard does it while another tab is open.
        frame.evaluate("frame => { frame.style.height = '0px'; }")
        tab.page.wait_for_timeout(300)
        frame.evaluate("frame => { frame.style.height = '100%'; }")
        tab.page.wait_for_timeout(300)
        assert DEAD_LIGHT in tab.pixels(tab.heatmap("first"), 0.6, 5.2 / UNITS, 1, 5.8 / UNITS)
        expect(tab.frame.locator("dr-dead-line canvas").first).to_be_visible()


def test_says_what_failed_and_tries_again(logdir: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    with serve(logdir) as url:
        tab = open_tab(url)
        tab.heatmap("first")
        tab.page.route("**/dead_relu/layers", lambda route: route.abort())
        tab.reload()
        banner = tab.frame.locator(".banner")
        expect(banner).to_contain_text("Reloading failed")
        expect(tab.frame.locator("dr-heatmap").first).to_be_visible()
        tab.page.unroute("**/dead_relu/layers")
        banner.get_by_role("button", name="Try again").click()
        expect(banner).to_have_count(0)
        tab.problems = [problem for problem in tab.problems if "ERR_FAILED" not in problem]
