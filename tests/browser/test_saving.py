"""What leaves the page, what comes by itself, and what stays in memory."""

from __future__ import annotations

import base64
import dataclasses
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.tab import Tab
from tests.browser.test_live import HALF, RECORDS, write
from tests.event_writing import RELU, make_records, write_records
from tests.serving import serve

pytestmark = pytest.mark.browser

# Where a picture lies in another one, at so many pixels from the left; -1 where it doesn't.
_FIND = """async ([whole, part, left]) => {
  const [a, b] = await Promise.all([whole, part].map(async (data) => {
    const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + data)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const pixels = canvas.getContext("2d").getImageData(0, 0, bitmap.width, bitmap.height).data;
    return { width: bitmap.width, height: bitmap.height, pixels: new Uint32Array(pixels.buffer) };
  }));
  const same = (top) => {
    for (let y = 0; y < b.height; y++) for (let x = 0; x < b.width; x++)
      if (a.pixels[(top + y) * a.width + left + x] !== b.pixels[y * b.width + x]) return false;
    return true;
  };
  for (let top = 0; top + b.height <= a.height; top++) if (same(top)) return top;
  return -1;
}"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_png_has_the_pictures_as_they_are(
    fast_board: str, open_tab: Callable[..., Tab], context: Any, tmp_path: pathlib.Path, theme: str
) -> None:
    tab = open_tab(fast_board, runs="first%2Csecond", layer="dense", order="index")
    tab.choose_theme(theme)
    with tab.page.expect_download() as saved:
        tab.frame.get_by_role("button", name="PNG").click()
    assert saved.value.suggested_filename == "dense-fraction-units.png"
    saved.value.save_as(tmp_path / "saved.png")
    whole = base64.b64encode((tmp_path / "saved.png").read_bytes()).decode()
    blank = context.new_page()
    left, tops = 16 + 60, []
    for run in ("first", "second"):
        canvas = tab.heatmap(run).locator("canvas.cells")
        picture = canvas.evaluate("one => one.toDataURL()").partition(",")[2]
        tops.append(blank.evaluate(_FIND, [whole, picture, left]))
        left += canvas.evaluate("one => one.width") + 16 + 60
    blank.close()
    assert tops[0] > 0 and tops[0] == tops[1]


def test_what_is_new_comes_by_itself_where_tensorboard_reloads(tmp_path: pathlib.Path, context: Any) -> None:
    write(tmp_path / "run", slice(0, HALF), ".1")
    with serve(tmp_path, "--reload_interval=1") as url:
        tab = Tab(context.new_page(), url)
        settings = '{"autoReload": true, "autoReloadPeriodInMs": 1000}'
        tab.page.add_init_script(f"localStorage.setItem('_tb_global_settings', '{settings}')")
        tab.open(layer="b").settle()
        plot = tab.heatmap("run")
        expect(plot).to_have_attribute("data-records", str(HALF))
        write(tmp_path / "run", slice(HALF, RECORDS), ".2")
        expect(plot).to_have_attribute("data-records", str(RECORDS), timeout=30_000)
        expect(tab.frame.locator("dr-verdicts")).to_contain_text("14 of 128 units dead")
        assert tab.problems == tab.error_panels() == []
        tab.page.evaluate("localStorage.clear()")
        tab.page.close()


LAYERS = 16


def test_memory_levels_off_when_layers_are_opened_one_after_the_other(
    tmp_path: pathlib.Path, open_tab: Callable[..., Tab]
) -> None:
    for index in range(LAYERS):
        info = dataclasses.replace(RELU, layer_index=index)
        write_records(tmp_path / "run", f"layer_{index}", make_records(60, 512, seed=index), info, suffix=f".{index}")
    with serve(tmp_path) as url:
        tab = open_tab(url, runs="run", layer="layer_0").settle()
        session = tab.page.context.new_cdp_session(tab.page)
        session.send("Performance.enable")

        def used() -> float:
            """Megabytes that are left once what nobody needs is gone."""
            for _ in range(2):
                session.send("HeapProfiler.collectGarbage")
            metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            return metrics["JSHeapUsedSize"] / 1e6

        after = []
        for _ in range(2):
            for index in [*range(1, LAYERS), 0]:
                tab.layer(f"layer_{index}").filter(has=tab.frame.get_by_role("radio", name=f"layer_{index};")).click()
                tab.heatmap("run")
                tab.settle()
            after.append(used())
        assert after[1] < after[0] + 1.5, after
