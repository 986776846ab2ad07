"""TensorBoard itself, over HTTP, with both of its data loaders."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tb_deadrelu_plugin import csv_export, metadata, read, record
from tb_deadrelu_plugin.serving import data_routes, matrix, routes, value_distribution
from tests.event_writing import (
    RELU,
    encoded,
    make_overlapping,
    make_overviews,
    make_records,
    write_newer_version,
    write_overviews,
    write_records,
    write_values,
)
from tests.golden import make

WRITTEN = 300
PREFIX = "/a/b"
FLAGS = {
    "default": [],
    "all": ["--samples_per_plugin", "dead_relu=0"],
    "50": ["--samples_per_plugin", "dead_relu=50", "--path_prefix", PREFIX],
}


@dataclasses.dataclass
class Server:
    process: subprocess.Popen
    log: pathlib.Path
    prefix: str = ""
    url: str = ""

    def wait(self, is_ready: Any) -> None:
        """Waits for the address, then until everything is loaded."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            found = re.search(r" at (http://localhost:\d+)/", self.log.read_text())
            if found:
                self.url = found[1]
                if is_ready(self):
                    return
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text())

    def get(self, route: str, **query: Any) -> tuple[int, Any, bytes]:
        """Returns status, headers and body, inflated."""
        query_string = "?" + urllib.parse.urlencode(query) if query else ""
        url = f"{self.url}{self.prefix}/data/plugin/dead_relu{route}{query_string}"
        request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                status, headers, body = response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, headers, body = error.code, error.headers, error.read()
        if headers.get("Content-Encoding") == "gzip":
            body = zlib.decompress(body, 16 + zlib.MAX_WBITS)
        return status, headers, body

    def json(self, route: str, **query: Any) -> Any:
        status, headers, body = self.get(route, **query)
        assert status == 200, body
        assert headers["Content-Type"] == "application/json"
        return json.loads(body)


def frame_starts(data: bytes) -> list[int]:
    """Where the frames of an event file begin: length, its checksum, data, their checksum."""
    starts, start = [], 0
    while start < len(data):
        starts.append(start)
        start += 8 + 4 + struct.unpack_from("<Q", data, start)[0] + 4
    return starts


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    directory = tmp_path_factory.mktemp("logs")
    for run, seed in (("high_lr", 0), ("healthy", 1)):
        write_records(directory / run, "dense_1", make_records(WRITTEN, 20, seed=seed))
    write_overviews(directory / "high_lr", make_overviews({"dense_1": make_records(WRITTEN, 20)}))
    write_newer_version(directory / "newer", "dense_1")
    write_records(directory / "changed", "dense_1", [*make_records(3, 6)[:2], *make_records(3, 4)[2:]])
    values = list(encoded(make_records(5, 4)))
    values[1] = (values[1][0], values[1][1][:-3])
    write_values(directory / "damaged", "dense_1", values, metadata.create_summary_metadata(RELU))
    non_finite = record.Record(5, 0, 10, 5, np.array([4, 0]), non_finite_activations=np.array([0, 10]), ordinal=0)
    write_records(directory / "nan", "dense_1", [non_finite])
    path = write_records(directory / "cut_off", "dense_1", make_records(20, 4))
    path.write_bytes(path.read_bytes()[:-10])
    path = write_records(directory / "flipped", "dense_1", make_records(20, 4))
    data = bytearray(path.read_bytes())
    data[frame_starts(data)[1 + 10] + 40] ^= 1  # The file's version comes first, then ten records that are whole.
    path.write_bytes(data)
    first = write_records(directory / "resumed", "dense_1", make_records(6, 4))
    first.rename(first.parent / "events.out.tfevents.1700000000.host")
    second = make_records(9, 4, seed=1)[3:]
    path = write_records(directory / "resumed", "dense_1", second, wall_time=1_700_001_000.0)
    path.rename(first.parent / "events.out.tfevents.1700001000.host")
    for number, records in enumerate(make_overlapping()):
        path = write_records(directory / "overlapping", "dense_1", records, wall_time=1_700_000_000.0 + 1000 * number)
        path.rename(path.parent / f"events.out.tfevents.{1_700_000_000 + 1000 * number}.host")
    return directory


LAST_STEPS = {
    "high_lr": 10 * WRITTEN,
    "healthy": 10 * WRITTEN,
    "newer": 7,
    "changed": 30,
    "damaged": 50,
    "nan": 5,
    "cut_off": 190,
    "flipped": 100,
    "resumed": 90,
    "overlapping": 93,
}


def everything_is_loaded(server: Server) -> bool:
    runs = server.json("/layers")["runs"]
    return {run: layers["dense_1"]["last_step"] for run, layers in runs.items()} == LAST_STEPS


@pytest.fixture(scope="module")
def servers(logdir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Server]]:
    logs = tmp_path_factory.mktemp("server_logs")
    started = {}
    try:
        # All at once: each needs seconds to start.
        for load_fast in ("true", "false"):
            for name, flags in FLAGS.items():
                log = logs / f"{load_fast}_{name}.txt"
                command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", "0"]
                with log.open("w") as output:
                    process = subprocess.Popen(
                        [*command, "--load_fast", load_fast, *flags],
                        stdout=output,
                        stderr=output,
                        env=os.environ | {"PYTHONPATH": str(pathlib.Path(__file__).parents[1])},
                    )
                started[load_fast, name] = Server(process, log, PREFIX if PREFIX in flags else "")
        for server in started.values():
            server.wait(everything_is_loaded)
        yield started
    finally:
        for server in started.values():
            server.process.terminate()
        for server in started.values():
            server.process.wait(timeout=30)


@pytest.fixture(params=["true", "false"], ids=["data_server", "multiplexer"])
def load_fast(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def server(servers: dict[tuple[str, str], Server], load_fast: str) -> Server:
    return servers[load_fast, "default"]


@pytest.mark.parametrize("flags", ["default", "all"])
def test_every_record_written_is_read(servers: dict[tuple[str, str], Server], load_fast: str, flags: str) -> None:
    answer = servers[load_fast, flags].json("/timeline", run="high_lr", layer="dense_1")
    assert answer["shown"] == answer["written"] == WRITTEN
    assert answer["steps"] == [r.step for r in make_records(WRITTEN, 20)]
    assert answer["unreadable"] == 0


def test_records_left_out_by_the_user_are_told(servers: dict[tuple[str, str], Server], load_fast: str) -> None:
    server = servers[load_fast, "50"]
    answers = [server.json("/timeline", run=run, layer="dense_1") for run in ("high_lr", "healthy")]
    for answer in answers:
        assert (answer["shown"], answer["written"]) == (50, WRITTEN)
        assert answer["steps"][-1] == 10 * WRITTEN
    assert answers[0]["steps"] == answers[1]["steps"]
    # Deaths are dated right though the records around them are gone.
    unit = server.json("/unit", run="high_lr", layer="dense_1", unit=15)
    assert unit["history"] == {"born_dead": False, "died_at": [449], "revived_at": [], "repaired_at": []}


def test_overview(servers: dict[tuple[str, str], Server], load_fast: str) -> None:
    """It keeps the same steps as the layers where TensorBoard drops some."""
    for flags, shown in (("default", WRITTEN), ("50", 50)):
        server = servers[load_fast, flags]
        assert set(server.json("/layers")["runs"]["high_lr"]) == {"dense_1"}
        answer = server.json("/overview", run="high_lr")
        timeline = server.json("/timeline", run="high_lr", layer="dense_1")
        assert (answer["shown"], answer["written"], answer["unreadable"]) == (shown, WRITTEN, 0)
        assert answer["steps"] == timeline["steps"]
        assert answer["dead"] == timeline["states"]["dead"] and answer["units"] == [20] * shown
        assert "No dead unit" not in answer["verdict"]["sentence"]
        # The other run has none, and gets one that is made of its layer's records.
        made = server.json("/overview", run="healthy")
        timeline = server.json("/timeline", run="healthy", layer="dense_1")
        assert (made["shown"], made["steps"]) == (shown, timeline["steps"])
        assert made["dead"] == timeline["states"]["dead"]
        assert server.get("/overview", run="nope")[0] == 404


def test_path_prefix(servers: dict[tuple[str, str], Server], load_fast: str) -> None:
    server = servers[load_fast, "50"]
    assert server.prefix == PREFIX
    assert server.get("/layers")[0] == 200
    assert server.get("/static/index.js")[0] == 200
    with urllib.request.urlopen(f"{server.url}{PREFIX}/data/plugins_listing", timeout=60) as response:
        shown = json.load(response)["dead_relu"]
    assert shown["enabled"] and shown["tab_name"] == "Dead ReLU"
    assert shown["loading_mechanism"]["module_path"].endswith("/data/plugin/dead_relu/static/index.js")


@pytest.mark.parametrize("statistic", ["zero_fraction", "gradient_norm", "bias"])
def test_matrix_is_that_of_the_event_files(server: Server, logdir: pathlib.Path, statistic: str) -> None:
    status, headers, body = server.get(
        "/matrix",
        run="high_lr",
        layer="dense_1",
        statistic=statistic,
        order="death",
        order_run="healthy",
        max_rows=7,
        max_columns=64,
    )
    assert status == 200
    assert headers["Content-Type"] == "application/octet-stream" and headers["Content-Encoding"] == "gzip"
    assert headers["X-Content-Type-Options"] == "nosniff"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the runs that are damaged on purpose
        runs = read(logdir)
    expected = matrix.encode(
        runs["high_lr"]["dense_1"],
        statistic,
        order="death",
        order_by=runs["healthy"]["dense_1"],
        max_rows=7,
        max_columns=64,
    )
    assert body == expected
    assert make.parse_body(body)[0]["columns"] == 64


def test_what_is_made_of_a_layer_is_that_of_its_event_files(server: Server, logdir: pathlib.Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the runs that are damaged on purpose
        high_lr, healthy = (read(logdir)[run]["dense_1"] for run in ("high_lr", "healthy"))
    asked = {"statistic": "gradient_norm", "max_columns": 9}
    query = {"run": "high_lr", "layer": "dense_1"}
    part = {"order": "difference", "positions": (3, 20), "records": (100, 250)}
    status, _, body = server.get(
        "/matrix",
        **query,
        **asked,
        minus="healthy",
        order="difference",
        order_minus="healthy",
        positions="3-20",
        records="100-250",
    )
    assert status == 200
    assert body == matrix.encode(high_lr, **asked, **part, minus=healthy, order_minus=healthy)
    status, headers, body = server.get("/distribution", **query, **asked, bins=10)
    assert status == 200 and headers["Content-Encoding"] == "gzip"
    assert body == value_distribution.encode(high_lr, **asked, bins=10)
    assert server.json("/units", **query, limit=5) == routes.units_json(high_lr, 5)
    status, headers, body = server.get("/csv", **query)
    assert status == 200 and headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Encoding"] == "gzip" and headers["X-Content-Type-Options"] == "nosniff"
    assert body.decode() == "".join(csv_export.lines(high_lr))


def test_layer_of_a_newer_version(server: Server) -> None:
    layer = server.json("/layers")["runs"]["newer"]["dense_1"]
    assert layer["problem"].startswith("These records were written in format version 99; this plugin reads up to")
    assert layer["fraction"] is None and layer["description"] == "From the future."
    status, _, body = server.get("/timeline", run="newer", layer="dense_1")
    assert status == 400
    assert body.startswith(
        b"Invalid argument: Layer 'dense_1' of run 'newer' can't be read. These records were written"
    )


def test_width_that_changes(server: Server) -> None:
    answer = server.json("/timeline", run="changed", layer="dense_1")
    assert answer["widths"] == [6, 6, 4] and answer["width_changed"] and answer["units"] == 6
    unit = server.json("/unit", run="changed", layer="dense_1", unit=5)
    assert unit["states"][-1] == "absent" and unit["bias"][-1] is None and unit["bias"][0] is not None


def test_non_finite_activations(server: Server) -> None:
    answer = server.json("/timeline", run="nan", layer="dense_1")
    assert answer["non_finite_activations"] == [10] and answer["states"]["non_finite"] == [1]
    assert answer["states"]["dead"] == [0]
    assert server.json("/unit", run="nan", layer="dense_1", unit=1)["zero_fraction"] == [None]


def test_damaged_record_is_left_out(server: Server) -> None:
    answer = server.json("/timeline", run="damaged", layer="dense_1")
    assert answer["steps"] == [10, 30, 40, 50] and answer["unreadable"] == 1


def test_file_cut_off_shows_everything_before(server: Server) -> None:
    answer = server.json("/timeline", run="cut_off", layer="dense_1")
    assert answer["steps"] == [r.step for r in make_records(20, 4)[:19]]


def test_file_with_a_flipped_bit_shows_everything_before(server: Server) -> None:
    answer = server.json("/timeline", run="flipped", layer="dense_1")
    assert answer["steps"] == [r.step for r in make_records(20, 4)[:10]]


def test_resumed_run_has_one_record_per_step_the_last_written(server: Server) -> None:
    answer = server.json("/timeline", run="resumed", layer="dense_1")
    assert answer["steps"] == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert answer["wall_times"][2:4] == [1_700_000_002.0, 1_700_001_000.0]
    unit = server.json("/unit", run="resumed", layer="dense_1", unit=3)
    first, second = make_records(6, 4)[:3], make_records(9, 4, seed=1)[3:]
    assert unit["active"] == [r.active[3] for r in [*first, *second]]


def test_what_a_run_resumed_between_two_records_overrides_is_left_out(server: Server) -> None:
    first, second = make_overlapping()
    answer = server.json("/timeline", run="overlapping", layer="dense_1")
    assert answer["steps"] == [10, 20, 30, 40, 50, 60, 73, 83, 93]
    assert answer["shown"] == answer["written"] == 9
    unit = server.json("/unit", run="overlapping", layer="dense_1", unit=3)
    assert unit["active"] == [r.active[3] for r in [*first[:6], *second]]
    assert server.json("/overview", run="overlapping")["steps"] == answer["steps"]


@pytest.mark.parametrize(
    ("route", "query", "status", "text"),
    [
        (
            "/timeline",
            {"run": "nope", "layer": "dense_1"},
            404,
            "Not found: No run 'nope' with dead_relu records; the runs are: 'changed', 'cut_off', 'damaged', "
            "'flipped', 'healthy', 'high_lr', 'nan', 'newer', 'overlapping', 'resumed'.",
        ),
        (
            "/matrix",
            {"run": "healthy", "layer": "x", "statistic": "bias"},
            404,
            "Not found: No layer 'x' in run 'healthy'; its layers are: 'dense_1'.",
        ),
        (
            "/matrix",
            {"run": "healthy", "layer": "dense_1", "statistic": "x"},
            400,
            "Invalid argument: statistic must be one of 'zero_fraction', 'gradient_norm', 'mean_activation', 'bias' "
            "for layer 'dense_1' of run 'healthy', got 'x'.",
        ),
        (
            "/unit",
            {"run": "healthy", "layer": "dense_1", "unit": "x"},
            400,
            "Invalid argument: unit must be an integer of at least 0, got 'x'.",
        ),
        ("/static/../plugin.py", {}, 404, "Not found: No file '../plugin.py' in the plugin's static files."),
    ],
)
def test_errors_are_plain_text(server: Server, route: str, query: dict, status: int, text: str) -> None:
    got, headers, body = server.get(route, **query)
    assert (got, headers["Content-Type"], body.decode()) == (status, "text/plain; charset=utf-8", text)


def test_page_is_served(server: Server) -> None:
    names = [path.name for path in data_routes._STATIC.iterdir() if path.suffix == ".js"]
    assert "index.js" in names
    for name in names:
        status, headers, body = server.get(f"/static/{name}")
        assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert body == (data_routes._STATIC / name).read_bytes()


def test_start_without_complaints(servers: dict[tuple[str, str], Server]) -> None:
    for server in servers.values():
        assert "Traceback" not in server.log.read_text()
