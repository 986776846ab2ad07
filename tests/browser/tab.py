"""The tab on a page of TensorBoard."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from playwright import sync_api as playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Rgb = tuple[int, int, int]
DEAD_LIGHT: Rgb = (208, 0, 60)
DEAD_DARK: Rgb = (226, 20, 80)
SATURATED: Rgb = (0, 190, 255)

PREFIX = "p.dead_relu."
QUIET_MS = 250
"""Longer than the page waits before it fetches what a view that moved needs."""

_COLOURS = """(canvas, [left, top, right, bottom]) => {
  const x = Math.round(left * canvas.width), y = Math.round(top * canvas.height);
  const width = Math.max(1, Math.round(right * canvas.width) - x);
  const height = Math.max(1, Math.round(bottom * canvas.height) - y);
  const { data } = canvas.getContext("2d").getImageData(x, y, width, height);
  return [...new Set(new Uint32Array(data.buffer))];
}"""


def chromium_path() -> str | None:
    """Where Chromium is: as the environment variable CHROMIUM says, else on the PATH."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number(text: str) -> float:
    """A number as the page writes it."""
    plain = text.replace("−", "-").replace("∞", "inf").replace(",", "")
    by_powers = re.fullmatch(r"(-?)([\d.]+)?×?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", plain)
    if by_powers is None:
        return float(plain)
    sign, digits, exponent = by_powers.groups()
    return float(f"{sign}{digits or 1}e{exponent.translate(_SUPERSCRIPTS)}")


class Tab:
    """The Dead ReLU tab on one browser page."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        self._under_way: set[Any] = set()
        self._theme_chosen = False
        self._listeners: dict[str, Callable[[Any], None]] = {
            "console": self._note,
            "pageerror": lambda error: self.problems.append(str(error)),
            "request": self._asked,
            "requestfinished": self._answered,
            "requestfailed": self._answered,
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def _note(self, message: Any) -> None:
        """Keeps what went wrong in the frame; TensorBoard's own page misses its fonts below a path prefix."""
        text = f"{message.text} ({message.location.get('url')})"
        if message.type == "error" and "dead_relu" in text:
            self.problems.append(text)

    def _asked(self, request: Any) -> None:
        if "/plugin/dead_relu/" in request.url:
            self._under_way.add(request)

    def _answered(self, request: Any) -> None:
        self._under_way.discard(request)

    def open(self, **selection: str) -> Tab:
        """Opens TensorBoard at the tab, with a selection as in a link; where it is open already, loads the tab anew."""
        if self.page.url.partition("#")[0] == self.url:
            self.page.bring_to_front()  # Behind others it would be drawn once a second.
            # Without an event: the tab that is still there must fetch nothing.
            self.page.evaluate("hash => history.replaceState(history.state, '', hash)", self._hash(selection))
            entry = next(frame for frame in self.page.frames if "dead_relu" in frame.url)
            with self.page.expect_event("framenavigated"):
                entry.evaluate("location.reload()")
            self.app.wait_for()
        else:
            self.page.goto(self.url + self._hash(selection))
            self.page.wait_for_selector("iframe[src*='dead_relu']")
        return self

    def let_go(self) -> bool:
        """Undoes what was done to the page; returns whether it is as it was."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.emulate_media(reduced_motion="null")
        self.page.mouse.move(0, 0)
        return not self.problems and not self._theme_chosen

    def go(self, **selection: str) -> Tab:
        """Goes on to another selection, as when the link is edited, and waits until all of it is there."""
        self.page.evaluate("hash => { location.hash = hash; }", self._hash(selection))
        return self.settle()

    @staticmethod
    def _hash(selection: dict[str, str]) -> str:
        return "&".join(["#dead_relu", *(f"{PREFIX}{key}={value}" for key, value in selection.items())])

    @property
    def selection(self) -> dict[str, str]:
        """What the link says once it is written."""
        self.page.wait_for_timeout(200)
        parts = self.page.url.partition("#")[2].split("&")
        pairs = [part.partition("=") for part in parts if part.startswith(PREFIX)]
        return {key.removeprefix(PREFIX): unquote(value) for key, _, value in pairs}

    @property
    def frame(self) -> Any:
        """The frame that TensorBoard gives the plugin."""
        return self.page.frame_locator("iframe[src*='dead_relu']")

    @property
    def app(self) -> Any:
        """The whole page in it."""
        return self.frame.locator("dr-app")

    def error_panels(self) -> list[str]:
        """What the page reports of errors that nothing else caught."""
        return self.frame.locator("body > pre[role=alert]").all_inner_texts()

    def settle(self) -> Tab:
        """Waits until nothing more is fetched or drawn."""
        drawn = "dr-heatmap .plot[data-drawn=true]:not(.stale)"
        for _ in range(100):
            self.page.wait_for_timeout(QUIET_MS)
            plots = self.frame.locator("dr-heatmap .plot").count()
            if not self._under_way and self.frame.locator(drawn).count() == plots:
                return self
        raise TimeoutError(f"still under way: {[request.url for request in self._under_way]}")

    def heatmap(self, run: str, statistic: str = "zero_fraction") -> Any:
        """The plot of a run's heatmap once it is drawn."""
        found = self.frame.locator(f"dr-heatmap[data-statistic={statistic}] .plot[data-run='{run}']")
        playwright.expect(found).to_have_attribute("data-drawn", "true", timeout=15_000)
        return found

    def runs(self) -> list[str]:
        """The names above the columns."""
        self.frame.locator("dr-run-head h2 .name").first.wait_for(timeout=15_000)
        return self.frame.locator("dr-run-head h2 .name").all_inner_texts()

    def pixels(self, plot: Any, left: float, top: float, right: float, bottom: float) -> set[Rgb]:
        """The colours in a part of a plot's canvas; the part in shares of its width and height."""
        words = plot.locator("canvas").first.evaluate(_COLOURS, [left, top, right, bottom])
        return {(word & 255, word >> 8 & 255, word >> 16 & 255) for word in words}

    def point(self, plot: Any, x: float, y: float) -> None:
        """Moves the pointer to a place on a plot, in shares of its width and height."""
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

    def drag(self, plot: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drags from one place on a plot to another."""
        self.point(plot, *start)
        self.page.mouse.down()
        self.point(plot, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.point(plot, *end)
        self.page.mouse.up()

    def tooltip(self) -> dict[str, str]:
        """The tooltip's lines once the recorded values are in it: name to value, and 'text' for all of it."""
        tip = self.frame.locator("dr-tooltip[shown]")
        playwright.expect(tip.locator("dt", has_text=re.compile("^(samples|difference)$"))).to_be_visible(timeout=5_000)
        return {**dict(self.tooltip_lines()), "text": tip.locator("div").first.inner_text()}

    def tooltip_lines(self) -> list[tuple[str, str]]:
        """Names and values in the tooltip, in order."""
        tip = self.frame.locator("dr-tooltip[shown]")
        return list(zip(tip.locator("dt").all_inner_texts(), tip.locator("dd").all_inner_texts()))

    def shown_range(self, plot: Any) -> tuple[float, float]:
        """The part of the axis that a plot shows."""
        low, high = plot.get_attribute("data-x").split("_")
        return float(low), float(high)

    def shown_rows(self, plot: Any) -> tuple[int, int]:
        """The positions that a plot shows, the second excluded."""
        low, high = plot.get_attribute("data-rows").split("-")
        return int(low), int(high)

    def point_at(self, plot: Any, place: float, position: int) -> None:
        """Moves the pointer to a place on the axis and to a unit's position."""
        low, high = self.shown_range(plot)
        first, end = self.shown_rows(plot)
        self.page.mouse.move(0, 0)
        self.point(plot, (place - low) / (high - low), (position + 0.5 - first) / (end - first))

    def layer(self, name: str) -> Any:
        """A layer's row in the list."""
        return self.frame.locator("dr-layer-list label").filter(has_text=name)

    def run(self, name: str) -> Any:
        """A run's row in the list."""
        return self.frame.locator("dr-runs-list label").filter(has_text=name)

    def choose(self, name: str, value: str) -> Tab:
        """Picks from one of the tool bar's menus."""
        self.frame.locator(f"dr-toolbar select[name={name}]").select_option(value)
        return self.settle()

    def press(self, name: str) -> Tab:
        """Presses one of the tool bar's buttons."""
        self.frame.locator("dr-toolbar").get_by_role("button", name=name, exact=True).click()
        return self.settle()

    def reload(self) -> None:
        """Presses TensorBoard's reload button."""
        self.page.locator("app-header-reload button").click()

    def choose_theme(self, name: str) -> None:
        """Picks 'Light' or 'Dark' in TensorBoard's own menu."""
        self._theme_chosen = True
        self.page.locator("app-header-dark-mode-toggle button").click()
        self.page.get_by_role("menuitem", name=re.compile(name)).click()
        playwright.expect(self.app).to_have_attribute("theme", name.lower())
        self.settle()
