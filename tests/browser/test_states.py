"""What is said while there is nothing to show, or not all, or something is wrong."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from tb_deadrelu_plugin import metadata, plugin_data_pb2
from tests.browser.runs import UNITS
from tests.browser.tab import DEAD_LIGHT, Tab
from tests.event_writing import RELU, encoded, make_records, write_records, write_values
from tests.serving import serve

pytestmark = pytest.mark.browser

BOTH = "first%2Csecond"


def test_empty_log_directory_says_what_to_do(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    with serve(tmp_path) as url:
        tab = open_tab(url)
        expect(tab.app).to_contain_text("from tb_deadrelu_plugin.keras import DeadReLU", timeout=15_000)
        expect(tab.app).to_contain_text('model.fit(x, y, callbacks=[DeadReLU("logs/run1")])')


def test_newer_version_other_width_and_values_that_are_not_finite(
    tmp_path: pathlib.Path, open_tab: Callable[..., Tab]
) -> None:
    records = make_records(6, 16)
    newer = metadata.create_summary_metadata(RELU)
    content = plugin_data_pb2.DeadReluPluginData.FromString(newer.plugin_data.content)
    content.version = 7
    newer.plugin_data.content = content.SerializeToString()
    write_values(tmp_path / "a", "newer", encoded(records), newer, suffix=".1")
    poisoned = [
        dataclasses.replace(
            record, active=np.zeros(16, np.int64), non_finite_activations=np.full(16, record.samples), samples=1437
        )
        for record in records[:3]
    ]
    write_records(tmp_path / "b", "dense", [*poisoned, *make_records(6, 24)[3:]])
    with serve(tmp_path) as url:
        tab = open_tab(url, layer="newer", runs="a%2Cb").settle()
        heads = tab.frame.locator("dr-run-head")
        expect(heads.first.locator(".error")).to_contain_text("version 7")
        expect(heads.nth(1)).to_contain_text("This run has no layer 'newer'")
        expect(tab.layer("newer").locator(".count").first).to_have_text("!")
        # Said once, with what to do, and nothing around it that would be empty.
        expect(heads.first.locator(".error")).to_contain_text("pip install --upgrade tb-deadrelu-plugin")
        expect(tab.frame.get_by_text("version 7")).to_have_count(1)
        for element in ("dr-toolbar", "dr-ribbon", "dr-heatmap", "dr-minimap", "dr-chart", "dr-worst-units"):
            expect(tab.frame.locator(element)).to_have_count(0)
        tab.layer("dense").click()
        tab.settle()
        expect(heads.nth(1)).to_contain_text("width changed between records (16, 24 units)")
        expect(heads.nth(1)).to_contain_text("NaN or infinite: 68,976 activations, in 3 records, first at step 10")
        legend = tab.frame.locator("dr-legend").first
        expect(legend).to_contain_text("not finite")
        expect(legend).to_contain_text("no such unit")
        # Neither is drawn like a value: dots on a ground of their own.
        plot = tab.heatmap("b")
        tab.choose("order", "index")
        healthy = tab.pixels(plot, 0.55, 12 / 24, 1, 15 / 24)
        poison = tab.pixels(plot, 0.05, 12 / 24, 0.45, 15 / 24)
        absent = tab.pixels(plot, 0.05, 18 / 24, 0.45, 23 / 24)
        assert len(poison) == len(absent) == 2
        assert not poison & absent and not (poison | absent) & healthy
        assert DEAD_LIGHT not in poison | absent


def test_a_run_that_is_not_finite_is_not_called_ok(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    nothing = {"active": np.zeros(16, np.int64), "gradient_norm": np.full(16, np.nan)}
    bad = [dataclasses.replace(r, **nothing, non_finite_activations=np.full(16, 1437)) for r in make_records(3, 16)]
    alive = [dataclasses.replace(r, active=np.full(16, 700), gradient_norm=np.ones(16)) for r in make_records(3, 16)]
    for run, records in (("fine", alive), ("nan", bad)):
        write_records(tmp_path / run, "dense", records)
    with serve(tmp_path) as url:
        tab = open_tab(url, runs="fine%2Cnan").settle()
        lines = tab.frame.locator("dr-verdicts .run")
        expect(lines.first.locator(".severity")).to_have_text("ok")
        expect(lines.nth(1).locator(".severity")).to_have_text("not finite")
        expect(lines.nth(1)).to_contain_text("No dead unit among 16; 16 not finite in dense")
        expect(tab.frame.locator("dr-run-head .severity")).to_have_text(["not finite"])
        counts = tab.layer("dense").locator(".count")
        expect(counts).to_have_text(["0", "⚠ NaN"])
        expect(counts.nth(1)).to_have_attribute("title", re.compile("16 NaN or infinite: neither active nor dead"))


def test_says_what_failed_and_tries_again(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs=BOTH, layer="dense").settle()
    tab.page.route("**/dead_relu/layers", lambda route: route.abort())
    tab.reload()
    banner = tab.frame.locator(".banner")
    expect(banner).to_contain_text("Reloading failed")
    expect(tab.frame.locator("dr-heatmap").first).to_be_visible()
    tab.page.unroute("**/dead_relu/layers")
    banner.get_by_role("button", name="Try again").click()
    expect(banner).to_have_count(0)
    # The picture of one run alone, the first time.
    fails = lambda route: route.fulfill(status=500, content_type="text/plain", body="Out of disk.")  # noqa: E731
    tab.page.route("**/matrix?run=second*", fails)
    tab.frame.locator("dr-toolbar select[name=order]").select_option("fraction")
    alert = tab.frame.locator("dr-heatmap").nth(1).get_by_role("alert")
    expect(alert).to_contain_text("This picture couldn't be fetched: Out of disk.")
    assert DEAD_LIGHT in tab.pixels(tab.frame.locator("dr-heatmap .plot[data-run=first]"), 0, 0, 1, 1)
    tab.page.unroute("**/matrix?run=second*")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    tab.settle()
    # Only that: no unit was opened below the button.
    assert "unit" not in tab.selection
    assert DEAD_LIGHT in tab.pixels(tab.heatmap("second"), 0, 0, 1, 1)
    assert len(tab.problems) > 0
    tab.problems = [problem for problem in tab.problems if "ERR_FAILED" not in problem and "500" not in problem]


def test_says_that_it_loads_only_where_that_takes_long(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs=BOTH, layer="dense", order="index").settle()
    held: list[Route] = []
    tab.page.route("**/matrix?*", lambda route: held.append(route))
    # How long it takes until it is said.
    tab.app.evaluate(
        """(app) => {
          const start = performance.now();
          const look = () => {
            const plots = [...app.shadowRoot.querySelector("dr-detail").shadowRoot.querySelectorAll("dr-heatmap")];
            const late = plots.flatMap((one) => [...one.shadowRoot.querySelectorAll("dr-late")]);
            if (late.some((one) => one.due)) window.waited = performance.now() - start;
            else requestAnimationFrame(look);
          };
          look();
        }"""
    )
    tab.frame.locator("dr-toolbar select[name=order]").select_option("death")
    loading = tab.frame.locator("dr-heatmap dr-late", has_text="Loading")
    expect(loading).to_have_count(2)
    told = tab.app.evaluate("() => new Promise((found) => setTimeout(() => found(window.waited), 1000))")
    assert told >= 300
    expect(tab.frame.locator("dr-heatmap .plot.stale")).to_have_count(2)
    expect(loading.first).to_contain_text("Loading zero fraction, 0 of 2 pictures")
    expect(loading.first.get_by_role("progressbar")).to_have_js_property("value", 0)
    held.pop().continue_()
    expect(loading).to_have_count(1)
    expect(loading).to_contain_text("1 of 2 pictures")
    expect(loading.get_by_role("progressbar")).to_have_js_property("position", 0.5)
    for route in held:
        route.continue_()
    tab.page.unroute("**/matrix?*")
    expect(loading).to_have_count(0)
    tab.settle()
    expect(tab.heatmap("first")).to_have_attribute("data-order", "death")


def test_draws_again_after_the_frame_was_hidden(fast_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(fast_board, runs=BOTH, layer="dense", order="index", rows="0_64").settle()
    plot = tab.heatmap("first")
    image = "canvas => canvas.toDataURL()"
    before = plot.locator("canvas").first.evaluate(image)
    frame = tab.page.locator("iframe[src*='dead_relu']")
    # As TensorBoard does it while another tab is open.
    for height in ("0px", "100%"):
        frame.evaluate("(frame, height) => { frame.style.height = height; }", height)
        tab.page.wait_for_timeout(400)
    tab.settle()
    assert plot.locator("canvas").first.evaluate(image) == before
    assert tab.shown_rows(plot) == (0, UNITS // 2)
    for one in ("dr-strip .plot", "dr-ribbon .plot", "dr-heatmap .plot"):
        assert {found.get_attribute("data-drawn") for found in tab.frame.locator(one).all()} == {"true"}
