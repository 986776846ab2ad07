"""More runs than columns, their colours, and runs whose layers have no partner."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.tab import DEAD_LIGHT, Tab
from tests.event_writing import RELU, make_overviews, make_records, write_overviews, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

RUNS = tuple(f"seed/{i}" for i in range(6))
ALL = "%2C".join(RUNS)
RECORDS = 9


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Six runs of two layers; the fifth has but half of the units in `a`, and `c` in place of `b`."""
    logdir = tmp_path_factory.mktemp("logs")
    for seed, run in enumerate(RUNS):
        odd = seed == 4
        layers = {
            "a": make_records(RECORDS, 16 if odd else 32, seed=seed),
            "c" if odd else "b": make_records(RECORDS, 8, seed=seed),
        }
        for index, (name, records) in enumerate(layers.items()):
            info = dataclasses.replace(RELU, layer_index=index)
            write_records(logdir / run, name, records, info, suffix=f".{name}")
        write_overviews(logdir / run, make_overviews(layers))
    with serve(logdir) as url:
        yield url


def colours(tab: Tab) -> dict[str, str]:
    """Of each listed run."""
    found = tab.frame.locator("dr-runs-list .swatch").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).borderColor)"
    )
    return dict(zip(tab.frame.locator("dr-runs-list .name").all_inner_texts(), found))


def test_six_runs_in_the_overview_and_four_of_them_side_by_side(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=ALL, layer="a").settle()
    assert tab.runs() == list(RUNS[:4])
    expect(tab.frame.locator("dr-heatmap .plot")).to_have_count(4)
    for element, attribute in (("dr-verdicts .run", "data-run"), ("dr-strip .plot", "data-run")):
        found = [one.get_attribute(attribute) for one in tab.frame.locator(element).all()]
        assert found == list(RUNS)
    for run in RUNS[:4]:
        assert DEAD_LIGHT in tab.pixels(tab.heatmap(run), 0, 0, 1, 0.1)
    expect(tab.frame.locator("dr-runs-list")).to_contain_text("side by side for the first 4")
    # Another base comes first, and the run that is no longer among the first four goes.
    tab.frame.get_by_role("button", name="base: seed/5").click()
    tab.settle()
    assert tab.runs() == ["seed/5", *RUNS[:3]]
    gives = tab.frame.locator("dr-run-head").filter(has_text="gives the order of units")
    expect(gives).to_have_count(1)
    expect(gives).to_contain_text("seed/5")
    tab.choose("picture", "difference")
    plots = tab.frame.locator("dr-heatmap .plot")
    assert [plot.get_attribute("data-run") for plot in plots.all()] == list(RUNS[:3])
    for plot in plots.all():
        assert plot.get_by_role("img").get_attribute("aria-label").startswith("Zero fraction of a in seed/5 minus")


def test_colours_stay_whatever_is_chosen(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs=ALL, layer="a").settle()
    before = colours(tab)
    assert sorted(before) == list(RUNS) and len(set(before.values())) == 6
    for run in ("seed/1", "seed/0"):
        tab.run(run).click()
    tab.frame.locator("dr-runs-list").get_by_role("searchbox").fill("[2-5]")
    tab.settle()
    assert colours(tab) == {run: before[run] for run in RUNS[2:]}
    assert tab.runs() == list(RUNS[2:])
    for element in ("dr-verdicts", "dr-overview", "dr-run-head"):
        swatches = tab.frame.locator(f"{element} .swatch").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).backgroundColor)"
        )
        assert swatches == [before[run] for run in RUNS[2:]], element
    # The ribbon's line is of that colour as well.
    for run in RUNS[2:]:
        ribbon = tab.frame.locator(f"dr-ribbon .plot[data-run='{run}']")
        rgb = tuple(int(part) for part in before[run][4:-1].split(", "))
        assert rgb in tab.pixels(ribbon, 0, 0, 1, 1), run
    tab.page.reload()
    tab.settle()
    assert colours(tab) == {run: before[run] for run in RUNS[2:]}


def test_says_what_has_no_partner(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs="seed/0%2Cseed/4", layer="a", order="index").settle()
    line = tab.frame.locator("dr-verdicts .run[data-run='seed/4']")
    expect(line).to_contain_text("no 'b'; 'c' not in base; 'a' has 16 units, base 32")
    expect(tab.frame.locator("dr-run-head").nth(1)).to_contain_text(
        "16 units, seed/0 has 32: from unit 16 on there is no partner, and rows don't line up."
    )
    assert tab.frame.locator("dr-layer-list .name").all_inner_texts() == ["a", "b", "c"]
    expect(tab.layer("b").locator(".count").nth(1)).to_have_text("–")
    # Of a difference there is nothing for units that one of them lacks.
    tab.choose("picture", "difference")
    plot = tab.frame.locator("dr-heatmap .plot")
    upper, lower = (tab.pixels(plot, 0, *part) for part in ((0, 1, 0.48), (0.52, 1, 1)))
    assert len(lower) == 2 and len(upper - lower) > 5
    expect(tab.frame.locator("dr-detail dr-legend")).to_contain_text("no partner in the other run")
    tab.layer("b").click()
    tab.settle()
    expect(tab.frame.locator("dr-run-head")).to_contain_text("This run has no layer 'b'")
    expect(tab.frame.locator("dr-detail dr-heatmap")).to_have_count(0)


def test_runs_that_go_and_come_back_are_drawn_without_an_error(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs="seed/0%2Cseed/1%2Cseed/2", layer="a").settle()
    frame = next(frame for frame in tab.page.frames if "plugin_entry" in frame.url)
    frame.evaluate("() => { window.told = []; addEventListener('error', (event) => told.push(event.message)); }")
    strip = tab.frame.locator("dr-strip .plot[data-run='seed/1']")
    for _ in range(3):
        tab.run("seed/1").click()
        expect(strip).to_have_count(0)
        tab.run("seed/1").click()
        expect(strip).to_have_attribute("data-drawn", "true")
        tab.settle()
    assert frame.evaluate("told") == []
    assert tab.error_panels() == []


LONG = "experiments/2024-06-01_resnet_with_a_very_long_name,lr=0.001,bs=128,wd=1e-4,seed={},aug=mixup+cutmix/train"


def test_long_names_stay_in_their_columns_and_apart(tmp_path: pathlib.Path, open_tab: Callable[..., Tab]) -> None:
    names = [LONG.format(seed) for seed in (42, 43)]
    for seed, run in enumerate(names):
        write_records(tmp_path / run, "a", make_records(RECORDS, 8, seed=seed))
    with serve(tmp_path) as url:
        tab = open_tab(url, width=1024, height=800).settle()
        for element in ("dr-runs-list", "dr-verdicts", "dr-overview", "dr-run-head", "dr-readout"):
            shown = tab.frame.locator(f"{element} .name").all_inner_texts()
            assert [text.strip()[:8] for text in shown[:2]] == ["…seed=42", "…seed=43"], element
        for run, name in zip(names, tab.frame.locator("dr-run-head .name").all()):
            expect(name).to_have_attribute("title", run)
        boxes = [one.bounding_box() for one in tab.frame.locator("dr-detail .column").all()]
        names_at = [one.bounding_box() for one in tab.frame.locator("dr-run-head .name").all()]
        for column, name in zip(boxes, names_at):
            assert column["x"] <= name["x"] and name["x"] + name["width"] <= column["x"] + column["width"]


def test_runs_side_by_side_differ_in_colour_where_there_are_more_than_colours(
    tmp_path: pathlib.Path, open_tab: Callable[..., Tab]
) -> None:
    records = make_records(3, 4)
    for number in range(20):
        write_records(tmp_path / f"run_{number}", "a", records)
    with serve(tmp_path) as url:
        tab = open_tab(url, runs="run_0").settle()
        of = colours(tab)
        same = next(run for run in list(of)[1:] if of[run] == of["run_0"])
        tab.run(same).locator("input").check()
        tab.settle()
        now = colours(tab)
        assert now["run_0"] != now[same]
        # None but the two has changed.
        assert {run: now[run] for run in of if run not in ("run_0", same)} == {
            run: of[run] for run in of if run not in ("run_0", same)
        }


def test_the_chosen_unit_is_marked_in_every_picture(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, runs="seed/0%2Cseed/1", layer="a", order="index", unit="7").settle()
    marks = tab.frame.locator("dr-heatmap svg path")
    expect(marks).to_have_count(2)
    for theme in ("Light", "Dark"):
        tab.choose_theme(theme)
        for run, mark in zip(RUNS, marks.all()):
            plot, box = tab.heatmap(run).bounding_box(), mark.bounding_box()
            assert box["x"] + box["width"] <= plot["x"]
            middle = box["y"] + box["height"] / 2 - plot["y"]
            assert middle == pytest.approx(plot["height"] * 7.5 / 32, abs=1.5)
    tab.go(runs="seed/0%2Cseed/1", layer="a", order="index", unit="7", rows="8_20")
    expect(marks).to_have_count(0)


def test_a_frame_that_is_hardly_high_prints_nothing_over_another(board: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(board, width=1000, height=300).settle()
    runs, layers = (tab.frame.locator(name).bounding_box() for name in ("dr-runs-list", "dr-layer-list"))
    buttons = tab.frame.locator("dr-runs-list .all").bounding_box()
    assert buttons["y"] + buttons["height"] <= runs["y"] + runs["height"] <= layers["y"]
