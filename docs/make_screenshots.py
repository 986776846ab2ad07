"""Makes the pictures of the tab that the README shows: `make screenshots`.

Usage: python -m docs.make_screenshots [LOGDIR]

LOGDIR is a finished demo's; without it the demo is trained first.
"""

from __future__ import annotations

import pathlib
import sys
import tempfile

from playwright import sync_api

from tb_deadrelu_plugin import cli
from tests.browser.tab import FLAGS, Tab, chromium_path
from tests.serving import serve

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 1440, 900
SHOWN = {"runs": "high_lr,healthy", "layer": "dense_2", "order": "death"}


def take(url: str) -> None:
    """Opens the tab at TensorBoard's URL, and writes a picture per theme."""
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
            tab = Tab(page, url).open(**SHOWN)
            tab.choose_theme(theme.capitalize())
            for run in ("high_lr", "healthy"):
                for panel in ("fraction", "gradient"):
                    tab.heatmap(run, panel)
            page.mouse.move(WIDTH / 2, 2)
            page.wait_for_timeout(1000)
            page.screenshot(path=str(HERE / f"tab-{theme}.png"))
            page.close()
        browser.close()


def main(arguments: list[str]) -> None:
    """Serves the runs for as long as the pictures take."""
    with tempfile.TemporaryDirectory() as made:
        logdir = pathlib.Path(arguments[0]) if arguments else pathlib.Path(made) / "demo"
        if not arguments:
            cli.main(["demo", "--no-serve", "--logdir", str(logdir)])
        with serve(logdir) as url:
            take(url)


if __name__ == "__main__":
    main(sys.argv[1:])
