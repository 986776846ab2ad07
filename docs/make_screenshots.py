"""Makes the pictures of the tab that the README shows.

Usage: python docs/make_screenshots.py [LOGDIR]

LOGDIR is a finished demo's; without it the demo is trained first. Needs
playwright, and Chromium at /usr/bin/chromium or where the environment
variable CHROMIUM says.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from playwright import sync_api

HERE = pathlib.Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTH, HEIGHT = 1440, 900


def train(logdir: str) -> None:
    """Trains the demo's runs."""
    program = "import sys; from tb_deadrelu_plugin.cli import main; sys.exit(main())"
    subprocess.run([sys.executable, "-c", program, "demo", "--no-serve", "--logdir", logdir], check=True)


def take(url: str) -> None:
    """Opens the tab at TensorBoard's URL, and writes a picture per theme."""
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        for theme in ("Light", "Dark"):
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
            page.goto(
                f"{url}#dead_relu&p.dead_relu.runs=high_lr,healthy&p.dead_relu.layer=dense_2&p.dead_relu.order=death"
            )
            page.wait_for_selector("iframe[src*='dead_relu']")
            page.locator("app-header-dark-mode-toggle button").click()
            page.get_by_role("menuitem", name=re.compile(theme)).click()
            plots = page.frame_locator("iframe[src*='dead_relu']").locator("dr-heatmap .plot")
            plots.first.wait_for()
            for position in range(plots.count()):
                sync_api.expect(plots.nth(position)).to_have_attribute("data-drawn", "true", timeout=20_000)
            page.mouse.move(WIDTH / 2, 2)
            page.wait_for_timeout(1000)
            page.screenshot(path=str(HERE / f"tab-{theme.lower()}.png"))
            page.close()
        browser.close()


def main(arguments: list[str]) -> None:
    """Serves the runs for as long as the pictures take."""
    with tempfile.TemporaryDirectory() as made:
        logdir = arguments[0] if arguments else os.path.join(made, "demo")
        if not arguments:
            train(logdir)
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", logdir, "--host", "localhost", "--port", "0"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as board:
            try:
                for line in board.stdout or ():
                    if found := re.search(r"TensorBoard \S+ at (http://\S+)", line):
                        take(found[1])
                        break
            finally:
                board.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
