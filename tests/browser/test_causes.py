"""Why units are dead, with the evidence and the advice, and marks of deaths, revivals and repairs."""

from __future__ import annotations

import pathlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

import tb_deadrelu_plugin
from tb_deadrelu_plugin import report
from tb_deadrelu_plugin.diagnosis.findings import Cause
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tests.browser import runs
from tests.browser.accessibility import focus, page_frame, violations
from tests.browser.tab import Tab
from tests.serving import serve

pytestmark = pytest.mark.browser

BOTH = {"runs": "sick,fine", "layer": "dense_2"}
NAMES = {Cause.BURST: "died in a burst", Cause.BIAS_DRIFT: "bias drift"}
STEPS = runs.CAUSE_RECORDS * runs.CAUSE_EVERY
MERGED_PX = 6
NOTHING = (0, 0, 0)
"""The colour of pixels that are not drawn on."""


@pytest.fixture(scope="module")
def causes_logdir(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, report.RunReport]:
    """A run with causes and one without, and what there is to say of the first."""
    logdir = tmp_path_factory.mktemp("causes")
    stored = [Stored(one.step, 0.0, overview.encode(one)) for one in runs.write_causes(logdir)["sick"]]
    layers = tb_deadrelu_plugin.read(logdir, progress=False)["sick"]
    return logdir, report.report("sick", layers, OverviewSeries("sick", stored))


@pytest.fixture(scope="module")
def expected(causes_logdir: tuple[pathlib.Path, report.RunReport]) -> report.RunReport:
    """What there is to say of the run with causes."""
    return causes_logdir[1]


@pytest.fixture(scope="module")
def timeline(causes_logdir: tuple[pathlib.Path, report.RunReport]) -> Timeline:
    """The layer whose units died."""
    return tb_deadrelu_plugin.read(causes_logdir[0], progress=False)["sick"]["dense_2"]


@pytest.fixture(scope="module")
def causes_board(causes_logdir: tuple[pathlib.Path, report.RunReport]) -> Iterator[str]:
    """URL of a TensorBoard with both runs."""
    with serve(causes_logdir[0], "--load_fast=false") as url:
        yield url


def findings(tab: Tab, run: str = "sick") -> Any:
    """The causes in a run's head."""
    return tab.frame.locator(f"dr-detail .column[data-run={run}] dr-run-head .causes li")


def ribbon(tab: Tab, run: str = "sick") -> Any:
    """The plot on which the marks are."""
    return tab.frame.locator(f"dr-ribbon .plot[data-run={run}]")


def test_causes_have_evidence_advice_and_reference(
    causes_board: str, open_tab: Callable[..., Tab], expected: report.RunReport
) -> None:
    tab = open_tab(causes_board, **BOTH).settle()
    (layer,) = [layer for layer in expected.layers if layer.findings]
    assert {finding.cause for finding in layer.findings} == set(NAMES)
    expect(findings(tab)).to_have_count(len(layer.findings))
    for item, finding in zip(findings(tab).all(), layer.findings):
        assert item.get_attribute("data-cause") == finding.cause.value
        expect(item.get_by_role("button", name="unit")).to_have_text(
            f"{len(finding.units)} units: {NAMES[finding.cause]}"
        )
        for part in (finding.evidence, finding.advice, finding.reference):
            expect(item).to_contain_text(part)
    expect(findings(tab, "fine")).to_have_count(0)
    # As high in both, so that the pictures are level.
    tops = [ribbon(tab, run).bounding_box()["y"] for run in ("sick", "fine")]
    assert tops[0] == tops[1]


def test_a_cause_leads_to_the_picture_that_shows_it(
    causes_board: str, open_tab: Callable[..., Tab], expected: report.RunReport
) -> None:
    burst, drift = expected.layers[1].findings
    tab = open_tab(causes_board, **BOTH, show="gradient_norm", picture="distribution").settle()
    findings(tab).get_by_role("button", name="died in a burst").click()
    tab.settle()
    chosen = tab.selection
    assert {key: chosen[key] for key in ("show", "picture", "unit", "layer")} == {
        "show": "state",
        "picture": "units",
        "unit": str(burst.units[0]),
        "layer": "dense_2",
    }
    low, high = (float(end) for end in chosen["x"].split("_"))
    assert low < burst.step < high and high - low <= 0.2 * STEPS
    expect(tab.frame.locator("dr-inspector section")).to_have_attribute("data-unit", str(burst.units[0]))
    # The picture is what one looks at, with the keys as with the pointer.
    tab.page.wait_for_timeout(600)
    assert "Unit state of dense_2 in sick" in focus(tab)["name"]
    assert focus(tab)["inSight"]
    box = tab.heatmap("sick").bounding_box()
    assert 0 <= box["y"] <= box["y"] + box["height"] <= 900
    tab.press("Reset zoom")
    assert "x" not in tab.selection
    # A bias has no heatmap: the unit's own chart shows it.
    findings(tab).get_by_role("button", name="bias drift").click()
    tab.settle()
    assert tab.selection["unit"] == str(drift.units[0])
    assert tab.selection["show"] == "state"
    chart = tab.frame.locator("dr-inspector .plot[data-chart=Bias]")
    expect(chart).to_be_in_viewport(ratio=0.9)
    # On an axis of time there is no such step.
    tab.go(**BOTH, axis="relative")
    findings(tab).get_by_role("button", name="died in a burst").click()
    assert "x" not in tab.selection


def test_a_verdict_names_the_cause_and_opens_its_layer(causes_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(causes_board, runs="sick%2Cfine", layer="dense_1").settle()
    expect(findings(tab)).to_have_count(0)
    verdict = tab.frame.locator("dr-verdicts .run[data-run=sick]")
    verdict.get_by_role("button", name="dense_2: died in a burst at step 341", exact=True).click()
    expect(tab.frame.locator("dr-detail h1")).to_have_text("dense_2")
    expect(tab.frame.locator("dr-verdicts .run[data-run=fine]").get_by_role("button")).to_have_count(0)


def test_marks_are_the_histories_of_the_units(
    causes_board: str, open_tab: Callable[..., Tab], timeline: Timeline
) -> None:
    events: dict[str, Counter[int]] = {"died": Counter(), "revived": Counter(), "re-initialised": Counter()}
    for unit in range(timeline.units):
        history = timeline.history(unit)
        for what, steps in zip(events, (history.died_at, history.revived_at, history.repaired_at)):
            events[what].update(steps)
    tab = open_tab(causes_board, **BOTH).settle()
    names = {"died": "death", "revived": "revival", "re-initialised": "repair"}
    told = "; ".join(
        f"{count.total()} {names[what]}{'' if count.total() == 1 else 's'}, first at step {min(count)}"
        for what, count in events.items()
    )
    assert told == "20 deaths, first at step 150; 2 revivals, first at step 520; 1 repair, first at step 500"
    image = ribbon(tab).get_by_role("img")
    expect(image).to_have_attribute("aria-label", re.compile(re.escape(told)))
    legend = tab.frame.locator("dr-legend").first
    for text in ("▼ died", "▲ revived", "◆ re-initialised"):
        expect(legend).to_contain_text(text)
    # Zoomed in until no two steps are as near as to be drawn as one.
    found: dict[str, Counter[int]] = {what: Counter() for what in events}
    for low in range(0, STEPS, 40):
        tab.go(**BOTH, x=f"{low}_{low + 40}")
        width = ribbon(tab).bounding_box()["width"]
        assert width / 40 > MERGED_PX
        for what, count in events.items():
            for step in (step for step in count if low < step <= low + 40):
                tab.point(ribbon(tab), (step - low) / 40 - 0.1 / width, 0.9)
                title = ribbon(tab).get_attribute("title")
                units, at = re.search(rf"(\d+) units? {what} at step (\d+)", title).groups()
                found[what][int(at)] += int(units)
    assert found == events
    tab.go(**BOTH)
    tab.point(ribbon(tab), 343 / STEPS, 0.9)
    merged = ribbon(tab).get_attribute("title")
    assert re.search(r"1[2-9] units died at steps 34[01] to 345|12 units died at steps 341 to 345", merged), merged
    expect(ribbon(tab, "fine").get_by_role("img")).not_to_have_attribute("aria-label", re.compile("death"))


def test_marks_are_drawn_at_their_steps_on_any_axis(causes_board: str, open_tab: Callable[..., Tab]) -> None:
    # A record was written each second, so that times are to steps as the axes are.
    for axis in ("step", "relative", "wall"):
        tab = open_tab(causes_board, **BOTH, axis=axis).settle()
        canvas = ribbon(tab)
        width = canvas.bounding_box()["width"]
        for step in (150, 343, 600):
            place = step / STEPS
            around = tab.pixels(canvas, place - 5 / width, 0.75, place + 5 / width, 1)
            assert around - {NOTHING}, (axis, step)
        assert tab.pixels(canvas, 0.7, 0.75, 0.74, 1) == {NOTHING}


def test_a_unit_tells_of_its_repair(causes_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(causes_board, **BOTH, unit=str(runs.REPAIRED)).settle()
    expect(tab.frame.locator("dr-inspector .past[data-run=sick]")).to_contain_text(
        "Died at step 150, re-initialised at step 500, revived at step 520, not dead since."
    )


def test_a_unit_tells_that_it_came_back(causes_board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(causes_board, **BOTH, unit=str(runs.REVIVED)).settle()
    expect(tab.frame.locator("dr-inspector .past[data-run=sick]")).to_contain_text(
        "Died at step 250, revived at step 600, not dead since."
    )
    expect(tab.frame.locator("dr-inspector .past[data-run=fine]")).to_contain_text("Never dead.")


def test_causes_are_asked_for_after_the_pictures_and_again_on_reload(
    causes_board: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(causes_board, **BOTH, order="index").settle()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url) if "/report?" in request.url else None)
    held: list[Any] = []
    tab.page.route("**/matrix?*", lambda route: held.append(route))
    tab.reload()
    tab.page.wait_for_timeout(1000)
    assert held and asked == []
    expect(findings(tab)).to_have_count(2)
    for route in held:
        route.continue_()
    tab.page.unroute("**/matrix?*")
    tab.settle()
    assert sorted(url.rpartition("=")[2] for url in asked) == ["fine", "sick"]
    expect(findings(tab)).to_have_count(2)


def test_says_that_it_looks_for_causes_and_what_failed(causes_board: str, browser: Any) -> None:
    # Not by open_tab: that the browser logs the failed request is meant here.
    tab = Tab(browser.new_page(), causes_board)
    held: list[Any] = []
    tab.page.route("**/report?*", lambda route: held.append(route))
    tab.open(**BOTH)
    head = tab.frame.locator("dr-detail .column[data-run=sick] dr-run-head")
    expect(head.get_by_text("Looking for causes…")).to_be_visible(timeout=15_000)
    for route in held:
        route.fulfill(status=500, content_type="text/plain", body="Out of disk.")
    tab.page.unroute("**/report?*")
    alert = head.get_by_role("alert")
    expect(alert).to_contain_text("Causes couldn't be fetched: Out of disk.")
    assert violations(tab) == []
    alert.get_by_role("button", name="Try again").click()
    expect(findings(tab)).to_have_count(2)
    expect(alert).to_have_count(0)
    tab.page.close()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_with_causes_shown(causes_board: str, open_tab: Callable[..., Tab], theme: str) -> None:
    tab = open_tab(causes_board, **BOTH)
    tab.choose_theme(theme)
    expect(findings(tab)).to_have_count(2)
    assert violations(tab) == []


@pytest.mark.parametrize("size", [(1280, 800), (1024, 800)], ids=str)
def test_the_pictures_are_in_sight_below_the_causes(
    causes_board: str, open_tab: Callable[..., Tab], size: tuple[int, int]
) -> None:
    tab = open_tab(causes_board, *size, **BOTH).settle()
    expect(findings(tab)).to_have_count(2)
    for run in ("sick", "fine"):
        box = tab.heatmap(run).bounding_box()
        assert box["height"] >= 150 and box["y"] + box["height"] <= size[1]
    expect(tab.frame.locator("dr-minimap")).to_be_in_viewport(ratio=1)
    # A line for each cause, and all of it on demand.
    assert [one.bounding_box()["height"] for one in findings(tab).all()] == [16, 16]
    told = findings(tab).first
    more = told.get_by_role("button", name="more")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    assert told.bounding_box()["height"] > 40
    expect(told).to_be_in_viewport(ratio=1)
    more.click()
    assert told.bounding_box()["height"] == 16
    assert page_frame(tab).evaluate("document.documentElement.scrollWidth <= innerWidth")
