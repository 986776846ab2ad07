"""Makes the pictures of the tab: `make screenshots`.

Usage: python -m docs.make_screenshots [LOGDIR]

LOGDIR is a finished demo's; without it the demo is trained first. tab-light.png and tab-dark.png, which the README
shows, are written beside this module; each view and each state, in both themes, into pictures/.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import pathlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image
from playwright import sync_api

from docs import picture_runs
from tb_deadrelu_plugin import cli
from tests.browser import runs
from tests.browser.tab import FLAGS, Tab, chromium_path
from tests.serving import serve

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 1440, 900
DEMO = {"runs": "high_lr,healthy", "layer": "dense_1"}
_QUIET_MS = 700

# True once nothing in the frame is still to be drawn.
_DRAWN = """() => {
  const waiting = (root) => [...root.querySelectorAll("*")].some((element) =>
    (element.matches(".plot") && element.clientHeight && element.dataset.drawn !== undefined
      && element.dataset.drawn !== "true" && !(Number(element.dataset.drawn) > 0)) ||
    (element.shadowRoot && waiting(element.shadowRoot)));
  const app = document.querySelector("dr-app")?.shadowRoot;
  return Boolean(app?.querySelector("main")) && !waiting(app);
}"""


def nothing_more(tab: Tab) -> None:
    """Leaves the tab as it was opened."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """One view or state of the tab.

    Attributes:
      name: Name of the file, without the theme.
      shown: What the link to the tab says.
      before: Called before the tab is opened.
      after: Called once it is drawn.
      size: Of the browser's window.
      waits: Whether something is drawn in the end.
    """

    name: str
    shown: dict[str, str] = dataclasses.field(default_factory=dict)
    before: Callable[[Tab], None] = nothing_more
    after: Callable[[Tab], None] = nothing_more
    size: tuple[int, int] = (1280, 800)
    waits: bool = True


def see(tab: Tab, element: str) -> None:
    """Scrolls to an element."""
    tab.frame.locator(element).first.evaluate("element => element.scrollIntoView({ block: 'start' })")


def open_tables(tab: Tab) -> None:
    """Unfolds both tables, and scrolls to them."""
    for element in ("dr-worst-units", "dr-layer-table"):
        tab.frame.locator(f"{element} summary").click()
        tab.frame.locator(f"{element} dr-table tbody tr").first.wait_for()
    see(tab, "dr-worst-units")


def show_cause(tab: Tab) -> None:
    """Goes to the picture that shows the first cause."""
    tab.frame.locator("dr-run-head .causes button").first.click()
    tab.settle()


def answer_with_error(tab: Tab) -> None:
    """Lets the units' values fail, as on a server that is restarted."""
    tab.page.route(re.compile("dead_relu/matrix"), lambda route: route.fulfill(status=500, body="out of memory"))


def never_answer(tab: Tab) -> None:
    """Lets the runs' overviews be on their way for ever."""
    tab.page.add_init_script(
        """const fetched = window.fetch;
        window.fetch = (what, ...rest) =>
          /^(overview|matrix|timeline)/.test(String(what)) ? new Promise(() => {}) : fetched(what, ...rest);"""
    )


OF_DEMO = (
    Picture("difference", {**DEMO, "picture": "difference", "order": "difference"}),
    Picture("distribution", {**DEMO, "picture": "distribution", "show": "gradient_norm"}),
    Picture("states", {**DEMO, "show": "state"}),
    Picture("gradient-zoomed", {**DEMO, "show": "gradient_norm", "x": "100_300", "rows": "0_48"}),
    Picture("lines", DEMO, after=lambda tab: see(tab, "dr-minimap")),
    Picture("inspector", {**DEMO, "unit": "7"}, after=lambda tab: see(tab, "dr-inspector")),
    Picture("tables", DEMO, after=open_tables),
    Picture("help", DEMO, after=lambda tab: tab.frame.locator("dr-sidebar .foot > button").click()),
    Picture("narrow", DEMO, size=(1024, 768)),
    Picture("three-runs", {"runs": "high_lr,healthy,leaky_relu", "layer": "dense_1"}),
    Picture("error", DEMO, before=answer_with_error, waits=False),
    Picture("loading", DEMO, before=never_answer, waits=False),
)
OF_FEW_RECORDS = (Picture("dropped-records", DEMO),)
OF_MANY = (Picture("many-layers"),)
OF_ODD = (
    Picture("nan", {"runs": "nan,later_version", "layer": "dense", "show": "gradient_norm"}),
    Picture("width-changed", {"runs": "later_version,width_changed", "layer": "dense"}),
    Picture("newer-version", {"runs": "later_version,nan", "layer": "dense_of_a_later_version"}),
)
OF_CAUSES = (Picture("causes", {"runs": "sick,fine", "layer": "dense_2"}, after=show_cause, size=(WIDTH, HEIGHT)),)
OF_NOTHING = (Picture("nothing-recorded", waits=False),)


def take(browser: Any, url: str, pictures: tuple[Picture, ...], folder: pathlib.Path) -> None:
    """Writes the pictures of the runs that TensorBoard has at the URL, one per theme."""
    for theme in ("light", "dark"):
        for picture in pictures:
            width, height = picture.size
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
            tab = Tab(page, url)
            picture.before(tab)
            tab.open(**picture.shown)
            if picture.waits:
                wait_until_drawn(page)
                sync_api.expect(tab.frame.get_by_text("Looking for causes")).to_have_count(0, timeout=30_000)
            else:
                page.wait_for_timeout(4 * _QUIET_MS)
            picture.after(tab)
            page.mouse.move(width / 2, 2)
            page.wait_for_timeout(_QUIET_MS)
            save(page.screenshot(), folder / f"{picture.name}-{theme}.png")
            page.close()


def save(screenshot: bytes, path: pathlib.Path) -> None:
    """Writes a screenshot with 256 colours, which is what it has but for blended edges of text, and a third as large."""
    with Image.open(io.BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def wait_until_drawn(page: Any) -> None:
    """Waits for the frame, and for what is drawn in it."""
    frame = page.wait_for_selector("iframe[src*='dead_relu']").content_frame()
    frame.wait_for_function(_DRAWN, timeout=30_000)


@contextlib.contextmanager
def made(write: Callable[[pathlib.Path], object]) -> Iterator[pathlib.Path]:
    """A log directory for as long as it is needed."""
    with tempfile.TemporaryDirectory() as directory:
        write(pathlib.Path(directory))
        yield pathlib.Path(directory)


def take_all(browser: Any, demo: pathlib.Path) -> None:
    """Writes all pictures."""
    folder = HERE / "pictures"
    folder.mkdir(exist_ok=True)
    with serve(demo) as url:
        take(browser, url, (Picture("tab", DEMO, size=(WIDTH, HEIGHT)),), HERE)
        take(browser, url, OF_DEMO, folder)
    with serve(demo, "--samples_per_plugin=dead_relu=30") as url:
        take(browser, url, OF_FEW_RECORDS, folder)
    for write, pictures in (
        (picture_runs.write_many, OF_MANY),
        (picture_runs.write_odd, OF_ODD),
        (runs.write_causes, OF_CAUSES),
        (lambda directory: None, OF_NOTHING),
    ):
        with made(write) as logdir, serve(logdir) as url:
            take(browser, url, pictures, folder)


def main(arguments: list[str]) -> None:
    """Serves the runs for as long as the pictures take."""
    with tempfile.TemporaryDirectory() as directory, sync_api.sync_playwright() as driver:
        logdir = pathlib.Path(arguments[0]) if arguments else pathlib.Path(directory) / "demo"
        if not arguments:
            cli.main(["demo", "--no-serve", "--logdir", str(logdir)])
        browser = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        take_all(browser, logdir)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
