"""How fast TensorBoard starts with the plugin, and how fast the routes answer."""

from __future__ import annotations

import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import numpy as np

from tb_deadrelu_plugin.run_overview import overview, overview_rows
from tests import event_writing
from tests.benchmarks.tables import Table
from tests.serving import serve

UNITS, RECORDS = 4096, 1000
LAYERS = 100

START = """
import time
from tensorboard import default, program
from tensorboard.plugins import base_plugin
default.get_static_plugins()
start = time.perf_counter()
from tb_deadrelu_plugin import plugin
made = plugin.DeadReluLoader().load(base_plugin.TBContext())
made.get_plugin_apps(), made.frontend_metadata(), made.is_active()
print(time.perf_counter() - start)
"""


def _start_up() -> float:
    """Seconds that the plugin adds to TensorBoard's start: its import, and what it is asked then."""
    runs = [subprocess.run([sys.executable, "-c", START], capture_output=True, check=True, text=True) for _ in range(7)]
    return statistics.median(float(run.stdout) for run in runs)


def _seconds(url: str) -> float:
    # As a browser asks; without it TensorBoard inflates the answer itself.
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as response:
        response.read()
    return time.perf_counter() - start


def _wait_until_loaded(data: str, last_step: int) -> None:
    while True:
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{data}/layers") as response:
            runs = json.load(response)["runs"]
            if runs and runs["run"]["dense"]["last_step"] == last_step:
                return
        time.sleep(0.5)


def _overviews() -> Iterator[overview.Overview]:
    """Overviews of a network whose layers differ and change, so that they are as large as they get."""
    rng = np.random.default_rng(0)
    for r in range(RECORDS):
        layers = []
        for index in range(LAYERS):
            counts = rng.multinomial(1024, [0.7, 0.05, 0.05, 0.1, 0.0, 0.0, 0.02, 0.0, 0.08])
            quantiles = np.sort(rng.integers(0, 65535, (3, len(overview_rows.QUANTILES))).astype(np.uint16))
            layers.append(
                overview.LayerOverview(
                    f"block{index}/conv", "Conv2D", index, 1024, True, 1437, 14370, counts, *quantiles
                )
            )
        yield overview.Overview(10 * (r + 1), 10 * r, r, tuple(layers))


def tables(quick: bool) -> list[Table]:
    """Times TensorBoard's start and the routes' answers; no part of it is long enough to leave out."""
    rows = [["start-up added", f"{1000 * _start_up():.0f} ms", "50 ms"]]
    with tempfile.TemporaryDirectory() as logs:
        records = event_writing.make_records(RECORDS, UNITS)
        event_writing.write_records(pathlib.Path(logs) / "run", "dense", records)
        event_writing.write_overviews(pathlib.Path(logs) / "layers", _overviews())
        for load_fast in ("true", "false"):
            with serve(pathlib.Path(logs), "--load_fast", load_fast) as url:
                data = f"{url.rstrip('/')}/data/plugin/dead_relu"
                _wait_until_loaded(data, records[-1].step)
                route = f"{data}/matrix?run=run&layer=dense&statistic=zero_fraction&max_rows=4096"
                name = f"matrix of {UNITS} units x {RECORDS} records, --load_fast={load_fast}"
                rows.append([f"{name}, first time", f"{_seconds(route):.2f} s", "0.40 s"])
                again = statistics.median(_seconds(route) for _ in range(7))
                rows.append([f"{name}, after", f"{1000 * again:.0f} ms", "20 ms"])
                route = f"{data}/overview?run=layers"
                name = f"overview of {LAYERS} layers x {RECORDS} records, --load_fast={load_fast}"
                rows.append([f"{name}, first time", f"{_seconds(route):.2f} s", "0.30 s"])
                again = statistics.median(_seconds(route) for _ in range(7))
                rows.append([f"{name}, after", f"{1000 * again:.0f} ms", "20 ms"])
    return [Table("TensorBoard with the plugin", ["what", "measured", "budget"], rows)]
