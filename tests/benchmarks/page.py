"""How soon the tab shows something, how smooth it is, and what memory it takes, on large runs."""

from __future__ import annotations

import gzip
import json
import pathlib
import statistics
import sys
import tempfile
import time
import urllib.request
from typing import Any

from playwright import sync_api as playwright

from tests.benchmarks import run_sets
from tests.benchmarks.tables import Table
from tests.browser.tab import FLAGS, Tab, chromium_path
from tests.serving import serve

SIDE_BY_SIDE = 2
"""Runs in the budget for the first picture."""

STATIC = pathlib.Path(__file__).parents[2] / "tb_deadrelu_plugin" / "static" / "index.js"

# In every frame from its beginning: when pictures were first there, and how long frames take while asked.
WATCH = """
window.pictures = {};
window.frames_ms = null;
let before = null;
const drawn = (element, inner) => {
  const found = element?.shadowRoot?.querySelector(inner);
  return found?.dataset.drawn === "true" ? found : null;
};
const look = (now) => {
  const app = document.querySelector("dr-app")?.shadowRoot;
  const overview = app?.querySelector("dr-overview")?.shadowRoot;
  const strips = [...(overview?.querySelectorAll("dr-strip") ?? [])];
  if (!window.pictures.overview && strips.length && strips.every((strip) => drawn(strip, ".plot")))
    window.pictures.overview = now;
  const maps = [...(app?.querySelector("dr-detail")?.shadowRoot?.querySelectorAll("dr-heatmap") ?? [])];
  if (!window.pictures.heatmaps && maps.length && maps.every((map) => drawn(map, ".plot")))
    window.pictures.heatmaps = now;
  if (window.frames_ms && before !== null) window.frames_ms.push(now - before);
  before = now;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def tables(quick: bool) -> list[Table]:
    """Opens each set of runs in a real browser; with `quick` only the two smaller ones."""
    chosen = run_sets.RUN_SETS[1:] if quick else run_sets.RUN_SETS
    on_demand = [path for path in STATIC.parent.glob("*.js") if path != STATIC]
    rows = [
        ["page, gzipped", f"{_gzipped([STATIC]):.1f} KB", "60 KB"],
        ["files loaded on demand, gzipped", f"{_gzipped(on_demand):.1f} KB", ""],
    ]
    for run_set in chosen:
        with tempfile.TemporaryDirectory() as logs:
            run_sets.write(run_set, pathlib.Path(logs))
            with serve(pathlib.Path(logs), "--load_fast=true") as url:
                _wait_until_loaded(url, run_set)
                rows += _measured(url, run_set)
            if run_set.runs > SIDE_BY_SIDE:
                # The budget's own case, on a server that has answered nothing yet.
                with serve(pathlib.Path(logs), "--load_fast=true") as url:
                    _wait_until_loaded(url, run_set)
                    rows += _two_of_the_runs(url, run_set)
    for row in rows:
        print(" | ".join(row), file=sys.stderr, flush=True)
    return [Table("The tab in a browser without a GPU", ["what", "measured", "budget"], rows)]


def _gzipped(paths: list[pathlib.Path]) -> float:
    return sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in paths) / 1000


def _wait_until_loaded(url: str, run_set: run_sets.RunSet) -> None:
    expected = {f"run_{number}": run_set.records * (10 + 2 * number) for number in range(run_set.runs)}
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{url}data/plugin/dead_relu/layers") as response:
            runs = json.load(response)["runs"]
        last = {run: min(layer["last_step"] for layer in layers.values()) for run, layers in runs.items()}
        if last == expected and all(len(layers) == run_set.layers for layers in runs.values()):
            return
        time.sleep(1)
    raise RuntimeError(f"TensorBoard did not load all of {run_set.name}.")


def _measured(url: str, run_set: run_sets.RunSet) -> list[list[str]]:
    with playwright.sync_playwright() as driver:
        flags = [*FLAGS, "--enable-precise-memory-info", "--js-flags=--expose-gc"]
        browser = driver.chromium.launch(executable_path=chromium_path(), args=flags)
        tab, rows = _opened(browser, url, run_set.name)
        frame = _frame(tab.page)
        for name, gesture in (("cursor", _move), ("zoom", _zoom), ("pan", _pan)):
            took = _frames(frame, lambda gesture=gesture: gesture(tab))
            rows.append([f"{run_set.name}: {name}, 95 % of frames", f"{took:.0f} ms", "20 ms"])
        frame.evaluate("gc()")
        used = frame.evaluate("performance.memory.usedJSHeapSize") / 1e6
        rows.append([f"{run_set.name}: memory afterwards", f"{used:.0f} MB", ""])
        browser.close()
    return rows


def _two_of_the_runs(url: str, run_set: run_sets.RunSet) -> list[list[str]]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        name = f"{SIDE_BY_SIDE} of these runs chosen"
        _, rows = _opened(
            browser, url, f"{run_set.name}, {name}", runs=",".join(f"run_{n}" for n in range(SIDE_BY_SIDE))
        )
        browser.close()
    return rows


def _opened(browser: Any, url: str, name: str, **selection: str) -> tuple[Tab, list[list[str]]]:
    """Opens the tab three times; returns it with how long it took to draw, counted from the load of its frame."""
    took: list[dict[str, float]] = []
    for _ in range(3):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.add_init_script(WATCH)
        tab = Tab(page, url).open(**selection)
        frame = _frame(page)
        frame.wait_for_function("window.pictures.overview && window.pictures.heatmaps", timeout=120_000)
        took.append(frame.evaluate("window.pictures"))
        if len(took) < 3:
            page.close()
    rows = [
        [
            f"{name}: {picture} drawn, first time and after",
            f"{took[0][picture] / 1000:.2f} s, {took[-1][picture] / 1000:.2f} s",
            "1.0 s",
        ]
        for picture in ("overview", "heatmaps")
    ]
    return tab, rows


def _frame(page: Any) -> Any:
    for _ in range(600):
        found = [frame for frame in page.frames if frame != page.main_frame and "dead_relu" in frame.url]
        if found:
            return found[0]
        page.wait_for_timeout(50)
    raise RuntimeError("TensorBoard did not make the tab's frame.")


def _frames(frame: Any, gesture: Any) -> float:
    """Milliseconds that 95 % of the frames take at most."""
    frame.evaluate("window.frames_ms = []")
    gesture()
    took = frame.evaluate("window.frames_ms")
    return statistics.quantiles(took, n=20)[-1]


def _place(tab: Tab) -> tuple[float, float, float, float]:
    box = tab.frame.locator("dr-heatmap .plot").first.bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def _move(tab: Tab) -> None:
    x, y, width, height = _place(tab)
    for i in range(120):
        tab.page.mouse.move(x + width * (0.1 + 0.8 * i / 120), y + height * (0.1 + 0.8 * ((i * 7) % 120) / 120))
        tab.page.wait_for_timeout(10)


def _zoom(tab: Tab) -> None:
    x, y, width, height = _place(tab)
    tab.page.mouse.move(x + width / 2, y + height / 2)
    tab.frame.locator("dr-heatmap .plot").first.focus()
    for i in range(60):
        tab.page.mouse.wheel(0, -60 if i < 40 else 60)
        tab.page.wait_for_timeout(20)


def _pan(tab: Tab) -> None:
    x, y, width, height = _place(tab)
    tab.page.keyboard.down("Shift")
    tab.page.mouse.move(x + width * 0.7, y + height / 2)
    tab.page.mouse.down()
    for i in range(80):
        tab.page.mouse.move(x + width * (0.7 - 0.5 * i / 80), y + height / 2)
        tab.page.wait_for_timeout(15)
    tab.page.mouse.up()
    tab.page.keyboard.up("Shift")
