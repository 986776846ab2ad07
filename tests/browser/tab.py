"""The tab on a page of TensorBoard."""

from __future__ import annotations

import os
import re
import shutil
from typing import Any

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


def chromium_path() -> str | None:
    """Where Chromium is: as the environment variable CHROMIUM says, else on the PATH."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


class Tab:
    """The Dead ReLU tab on one browser page."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, message: Any) -> None:
        """Keeps what went wrong in the frame; TensorBoard's own page misses its fonts below a path prefix."""
        text = f"{message.text} ({message.location.get('url')})"
        if message.type == "error" and "dead_relu" in text:
            self.problems.append(text)

    def open(self, **selection: str) -> Tab:
        """Opens TensorBoard at the tab, with a selection as in a link."""
        parts = ["#dead_relu", *(f"p.dead_relu.{key}={value}" for key, value in selection.items())]
        self.page.goto(self.url + "&".join(parts))
        self.page.wait_for_selector("iframe[src*='dead_relu']")
        return self

    @property
    def frame(self) -> Any:
        """The frame that TensorBoard gives the plugin."""
        return self.page.frame_locator("iframe[src*='dead_relu']")

    @property
    def app(self) -> Any:
        return self.frame.locator("dr-app")

    def heatmap(self, run: str, panel: str = "fraction") -> Any:
        """The heatmap of a run once it is drawn."""
        runs = [self.runs().nth(i).inner_text() for i in range(self.runs().count())]
        found = self.frame.locator(f"dr-heatmap[data-panel={panel}]").nth(runs.index(run))
        playwright.expect(found.locator(".plot")).to_have_attribute("data-drawn", "true", timeout=15_000)
        return found

    def runs(self) -> Any:
        """The names above the columns."""
        self.frame.locator("dr-run-head h2 .name").first.wait_for()
        return self.frame.locator("dr-run-head h2 .name")

    def pixels(self, heatmap: Any, left: float, top: float, right: float, bottom: float) -> list[tuple[int, int, int]]:
        """The colours of a part of a heatmap's canvas; the part in shares of its width and height."""
        flat = heatmap.locator("canvas.cells").evaluate(
            """(canvas, [left, top, right, bottom]) => {
              const x = Math.round(left * canvas.width), y = Math.round(top * canvas.height);
              const width = Math.max(1, Math.round(right * canvas.width) - x);
              const height = Math.max(1, Math.round(bottom * canvas.height) - y);
              return [...canvas.getContext("2d").getImageData(x, y, width, height).data];
            }""",
            [left, top, right, bottom],
        )
        return [tuple(flat[i : i + 3]) for i in range(0, len(flat), 4)]

    def point(self, heatmap: Any, x: float, y: float) -> None:
        """Moves the pointer to a place on a heatmap, in shares of its width and height."""
        box = heatmap.locator(".plot").bounding_box()
        self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

    def tooltip(self) -> dict[str, str]:
        """The tooltip's lines once the recorded values are in it: name to value, and 'text' for all of it."""
        tip = self.frame.locator("dr-tooltip[shown]")
        playwright.expect(tip.locator("dt", has_text="samples")).to_be_visible(timeout=5_000)
        names, values = tip.locator("dt").all_inner_texts(), tip.locator("dd").all_inner_texts()
        return {**dict(zip(names, values)), "text": tip.locator("div").first.inner_text()}

    def reload(self) -> None:
        """Presses TensorBoard's reload button."""
        self.page.locator("app-header-reload button").click()

    def choose_theme(self, name: str) -> None:
        """Picks 'Light' or 'Dark' in TensorBoard's own menu."""
        self.page.locator("app-header-dark-mode-toggle button").click()
        self.page.get_by_role("menuitem", name=re.compile(name)).click()
