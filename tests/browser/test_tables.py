"""The tables: worst units, and layers with their parameters."""

from __future__ import annotations

import csv
import io
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.serving import ordering
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tests.browser.runs import RECORDS, UNITS
from tests.browser.tab import Tab, number
from tests.event_writing import make_records, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

AUTOENCODER = (1024, 8, 4, 3, 4, 8, 1024, 1602)
INPUTS = 1602


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An autoencoder of leaky units, 1602 -> 1024 -> 8 -> 4 -> 3 -> 4 -> 8 -> 1024 -> 1602, and a ReLU layer beside."""
    logdir = tmp_path_factory.mktemp("logs")
    layers, before = {}, INPUTS
    for index, units in enumerate(AUTOENCODER):
        name = f"dense_{index}"
        layers[name] = make_records(2, units)
        info = metadata.LayerInfo(
            fraction=metadata.NEGATIVE_FRACTION,
            activation="leaky_relu",
            layer_type="Dense",
            layer_index=index,
            gradient_at=metadata.PRE_ACTIVATION,
            kernel_parameters=before * units,
            bias_parameters=units,
        )
        write_records(logdir / "auto", name, layers[name], info, suffix=f".{index}")
        before = units
    write_records(logdir / "relu", "dense_3", make_records(2, 3), suffix=".relu")
    with serve(logdir) as url:
        yield url


def rows(table: Any) -> list[list[str]]:
    return table.locator("tbody tr").evaluate_all("all => all.map((row) => [...row.cells].map((one) => one.innerText))")


def column(table: Any, key: str) -> list[str]:
    return table.locator(f"tbody td[data-key={key}]").all_inner_texts()


def unfold(tab: Tab, element: str) -> Any:
    tab.frame.locator(f"{element} summary").click(timeout=15_000)
    table = tab.frame.locator(f"{element} dr-table")
    expect(table.locator("tbody tr").first).to_be_visible(timeout=15_000)
    tab.settle()
    return table


def test_parameters_add_up_to_the_models_summary(autoencoder: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(autoencoder, runs="auto%2Crelu")
    table = unfold(tab, "dr-layer-table")
    assert table.locator("tbody th").all_inner_texts() == [f"dense_{i}" for i in range(8)]
    assert column(table, "units") == ["1,024", "8", "4", "3", "4", "8", "1,024", "1,602"]
    both = [1_641_472, 8_200, 36, 15, 16, 40, 9_216, 1_642_050]
    assert column(table, "parameters") == [f"{count:,}" for count in both]
    for kernel, bias, total in zip(column(table, "kernel"), column(table, "bias"), both):
        assert number(kernel) + number(bias) == total
    foot = table.locator("tfoot")
    assert foot.locator("td[data-key=parameters]").inner_text() == "3,301,045"
    assert foot.locator("td[data-key=units]").inner_text() == f"{sum(AUTOENCODER):,}"
    assert number(foot.locator("td[data-key=bias]").inner_text()) == sum(AUTOENCODER)
    # Leaky units can't die, and are not called healthy for it.
    assert set(column(table, "severity")) == {"can't die"}
    assert set(column(table, "dead")) == {"–"}
    tab.frame.locator("dr-layer-table select").select_option("relu")
    expect(table.locator("tbody tr")).to_have_count(1)
    # A third of the bottleneck is one unit.
    assert [column(table, key)[0] for key in ("units", "dead", "share", "severity")] == ["3", "1", "33.3 %", "watch"]


def test_layers_are_sorted_and_opened(autoencoder: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(autoencoder, runs="auto")
    table = unfold(tab, "dr-layer-table")
    head = table.get_by_role("columnheader", name="Units")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    units = [number(text) for text in column(table, "units")]
    assert units == sorted(AUTOENCODER, reverse=True)
    # The order of the network where units are alike; the sum stays below.
    names = table.locator("tbody th").all_inner_texts()
    assert names[:3] == ["dense_7", "dense_0", "dense_6"]
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert [number(text) for text in column(table, "units")] == sorted(AUTOENCODER)
    # By keyboard: one stop for all rows, arrows from there.
    stops = table.locator("tbody button[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    tab.page.keyboard.press("Home")
    tab.page.keyboard.press("ArrowDown")
    name = table.locator("tbody button:focus").inner_text()
    assert name == table.locator("tbody th").nth(1).inner_text()
    tab.page.keyboard.press("Enter")
    expect(tab.frame.locator("dr-detail h1")).to_have_text(name)
    expect(table.locator("tbody tr.chosen th")).to_have_text(name)
    # Folds are remembered.
    tab.page.reload()
    expect(table.locator("tbody tr")).to_have_count(8, timeout=15_000)


def test_worst_units_are_those_that_were_recorded(
    board: str, recorded: dict[str, dict[str, Timeline]], open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(board, runs="first%2Csecond", layer="dense")
    table = unfold(tab, "dr-worst-units")
    timeline = recorded["first"]["dense"]
    worst = ordering.worst_first(timeline)[:100].tolist()
    found = rows(table)
    assert [int(row[0]) for row in found] == worst
    expect(tab.frame.locator("dr-worst-units .about")).to_contain_text("the worst 100 of 128 units at step 300")
    last = RECORDS - 1
    states = timeline.states()[last]
    for row, unit in zip(found, worst):
        _, state, fraction, norm, mean, bias, active, samples, rate, history = row
        assert state == UnitState(states[unit]).name.lower().replace("_", " ")
        for text, values in (
            (fraction, timeline.fraction),
            (norm, timeline.gradient_norm),
            (mean, timeline.mean_activation),
            (bias, timeline.bias),
        ):
            assert np.float32(number(text)) == values[last, unit]
        since = timeline.samples_since_active[last, unit]
        assert active == ("never" if unit == 0 else str(timeline.last_active_step[last, unit]))
        assert number(samples) == since
        assert (rate == "–") == (since == 0)
        if since:
            assert number(rate.strip("<% ")) == pytest.approx(300 / since, rel=0.06)
        dead = "born dead" if unit == 0 else f"died at step {timeline.last_active_step[last, unit]}"
        assert history == (dead if unit < RECORDS // 3 else "")
    table.get_by_role("button", name="Gradient norm").click()
    norms = [number(row[3]) for row in rows(table)]
    assert norms == sorted(norms, reverse=True)
    table.locator("tbody tr").nth(3).click()
    unit = rows(table)[3][0]
    expect(tab.frame.locator("dr-inspector h2")).to_have_text(f"Unit {unit} of dense")
    assert tab.selection["unit"] == unit
    expect(table.locator("tbody tr.chosen th")).to_have_text(unit)


def test_a_layer_as_csv(board: str, recorded: dict[str, dict[str, Timeline]], open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs="first%2Csecond", layer="dense").settle()
    unfold(tab, "dr-worst-units")
    tab.frame.locator("dr-worst-units select").select_option("second")
    with tab.page.expect_download() as saved:
        tab.frame.get_by_role("link", name="Download this layer as CSV").click()
    assert saved.value.suggested_filename.endswith(".csv")
    check_csv(pathlib.Path(saved.value.path()), recorded["second"]["dense"])
    with tab.page.expect_download() as saved:
        tab.frame.locator("dr-run-head").first.get_by_role("link", name="CSV").click()
    check_csv(pathlib.Path(saved.value.path()), recorded["first"]["dense"])


def check_csv(path: pathlib.Path, timeline: Timeline) -> None:
    """Compares a layer's CSV with what was recorded."""
    table = list(csv.DictReader(io.StringIO(path.read_text())))
    assert len(table) == RECORDS * UNITS
    assert {row["run"] for row in table} == {timeline.run} and {row["layer"] for row in table} == {timeline.layer}
    steps = [row["step"] for row in table[::UNITS]]
    assert steps == [str(step) for step in timeline.steps]
    for name in ("zero_fraction", "gradient_norm", "mean_activation", "bias", "active", "last_active_step"):
        values = getattr(timeline, "fraction" if name == "zero_fraction" else name)
        read = np.array([row[name] for row in table], values.dtype).reshape(RECORDS, UNITS)
        np.testing.assert_array_equal(read, values, err_msg=name)
