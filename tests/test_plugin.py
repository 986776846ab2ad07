"""The plugin's routes on TensorBoard's data provider, in this process; `test_loaders.py` has the real server."""

from __future__ import annotations

import concurrent.futures
import pathlib
import subprocess
import sys
import threading
import time
import types
import warnings
import zlib
from collections import Counter
from typing import Any

import numpy as np
import pytest
import werkzeug.test
from tensorboard import errors
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_deadrelu_plugin import (
    Timeline,
    UnitState,
    csv_export,
    layer_statistics,
    metadata,
    plugin,
    plugin_data_pb2,
    read,
    record,
)
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.serving import data_routes, matrix, ordering, value_distribution
from tb_deadrelu_plugin.serving.cache import ByteBoundedCache
from tests.event_writing import (
    RELU,
    encoded,
    make_overviews,
    make_records,
    write_newer_version,
    write_overviews,
    write_records,
    write_values,
)
from tests.golden import make
from tests.plugin_site import PREFIX, Site


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    directory = tmp_path_factory.mktemp("logs")
    info = metadata.LayerInfo(
        activation="relu",
        layer_type="Dense",
        layer_index=3,
        gradient_at=metadata.PRE_ACTIVATION,
        threshold=0.5,
        kernel_parameters=8192,
        bias_parameters=128,
        calls=2,
        upper_bound=6.0,
        other_parameters=7,
    )
    write_records(directory / "high_lr", "dense_1", make_records(30, 12), info)
    write_records(directory / "healthy", "dense_1", make_records(30, 12, seed=1), info)
    only_fraction = [
        record.Record(r.step, r.window_start_step, r.samples, r.batches, r.active) for r in make_records(3, 4)
    ]
    write_records(directory / "healthy", "leaky", only_fraction, metadata.LayerInfo(fraction="negative_fraction"))
    write_newer_version(directory / "newer", "dense_1")
    values = [(step, b"garbage") for step in range(3)]
    write_values(directory / "damaged", "dense_1", values, metadata.create_summary_metadata(RELU))
    bad = record.Record(
        5,
        0,
        10,
        5,
        np.array([4, 0]),
        np.array([np.nan, np.inf]),
        bias=np.array([np.inf, 1.0]),
        non_finite_activations=np.array([0, 10]),
        non_finite_gradients=np.array([2, 1]),
    )
    write_records(directory / "nan", "dense_1", [bad])
    write_overviews(directory / "high_lr", make_overviews({"dense_1": make_records(30, 12), "x": make_records(30, 5)}))
    return directory


@pytest.fixture(scope="module")
def site(logdir: pathlib.Path) -> Site:
    return Site(logdir)


def read_layer(logdir: pathlib.Path, run: str) -> Timeline:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the runs that are damaged on purpose
        return read(logdir)[run]["dense_1"]


def test_layers(site: Site) -> None:
    answer = site.json("/layers")
    assert answer["version"] == metadata.VERSION
    assert set(answer["runs"]) == {"high_lr", "healthy", "newer", "damaged", "nan"}
    assert answer["runs"]["high_lr"] == {
        "dense_1": {
            "index": 3,
            "layer_type": "Dense",
            "activation": "relu",
            "fraction": "zero_fraction",
            "threshold": 0.5,
            "gradient_at": "pre_activation",
            "kernel_parameters": 8192,
            "bias_parameters": 128,
            "other_parameters": 7,
            "calls": 2,
            "upper_bound": 6.0,
            "description": "",
            "last_step": 300,
            "last_wall_time": 1700000029.0,
            "problem": None,
        }
    }
    assert set(answer["runs"]["healthy"]) == {"dense_1", "leaky"}
    assert answer["runs"]["healthy"]["leaky"]["index"] is None
    assert site.reads == 0  # metadata alone


def test_layers_that_are_not_watched(tmp_path: pathlib.Path) -> None:
    output = metadata.OtherLayer("output", "Dense", "softmax", 10, 1280, 10, 0, 4)
    norm = metadata.OtherLayer("norm", "BatchNormalization", "", 0, 0, 0, 512, 2)
    run_info = metadata.RunInfo(9996, (norm, output))
    told = metadata.create_overview_metadata(run_info)
    newer = metadata.create_overview_metadata(run_info)
    content = plugin_data_pb2.DeadReluPluginData.FromString(newer.plugin_data.content)
    content.version = 99
    newer.plugin_data.content = content.SerializeToString()
    for run, overview_metadata in (("told", told), ("newer", newer), ("old", metadata.create_overview_metadata())):
        write_records(tmp_path / run, "dense_1", make_records(3, 12))
        write_values(tmp_path / run, overview.TAG, [(1, b"")], overview_metadata, suffix=".overview")
    write_values(tmp_path / "no_layers", overview.TAG, [(1, b"")], told)
    fresh = Site(tmp_path)
    answer = fresh.json("/layers")
    assert {run: list(layers) for run, layers in answer["runs"].items()} == {
        run: ["dense_1"] for run in ("told", "newer", "old")
    }
    assert answer["models"] == {
        "told": {
            "parameters": 9996,
            "other_layers": [
                {
                    "name": "norm",
                    "layer_type": "BatchNormalization",
                    "activation": "",
                    "units": None,
                    "kernel_parameters": 0,
                    "bias_parameters": 0,
                    "other_parameters": 512,
                    "index": 2,
                },
                {
                    "name": "output",
                    "layer_type": "Dense",
                    "activation": "softmax",
                    "units": 10,
                    "kernel_parameters": 1280,
                    "bias_parameters": 10,
                    "other_parameters": 0,
                    "index": 4,
                },
            ],
        }
    }
    assert fresh.reads == 0


def test_layers_of_a_newer_version_say_so(site: Site) -> None:
    layer = site.json("/layers")["runs"]["newer"]["dense_1"]
    problem = layer.pop("problem")
    assert problem.startswith("These records were written in format version 99; this plugin reads up to version 1.")
    assert (layer.pop("description"), layer.pop("last_step")) == ("From the future.", 7)
    assert layer.pop("last_wall_time") == 1_700_000_000.0
    assert set(layer.values()) == {None}
    with pytest.raises(errors.InvalidArgumentError, match=r"Layer 'dense_1' of run 'newer' can't be read\. These"):
        site.get("/timeline", run="newer", layer="dense_1")


def test_timeline(site: Site, logdir: pathlib.Path) -> None:
    answer = site.json("/timeline", run="high_lr", layer="dense_1")
    timeline = read_layer(logdir, "high_lr")
    records = make_records(30, 12)
    assert (answer["run"], answer["layer"], answer["units"]) == ("high_lr", "dense_1", 12)
    assert (answer["shown"], answer["written"], answer["unreadable"], answer["width_changed"]) == (30, 30, 0, False)
    assert answer["steps"] == [r.step for r in records]
    assert answer["window_start_steps"] == [r.window_start_step for r in records]
    assert answer["samples"] == [1437] * 30 and answer["batches"] == [10] * 30
    assert answer["ordinals"] == list(range(30)) and answer["widths"] == [12] * 30
    assert answer["wall_times"] == [1_700_000_000.0 + n for n in range(30)]
    assert answer["statistics"] == ["zero_fraction", "gradient_norm", "mean_activation", "bias"]
    assert answer["non_finite_activations"] == answer["non_finite_gradients"] == [0] * 30
    assert answer["states"]["dead"] == (timeline.states() == UnitState.DEAD).sum(axis=1).tolist()
    assert answer["states"]["dead"][-1] == 10
    assert np.sum(list(answer["states"].values()), axis=0).tolist() == [12] * 30
    died = timeline.last_active_step[-1, timeline.dead_units()]
    assert answer["facts"] == [f"1 since the start, the next since step {died[died >= 0].min()}"]
    assert answer["notes"] == []
    assert set(answer["states"]) == {
        "healthy",
        "always_on",
        "dormant",
        "rare",
        "no_gradient",
        "saturated",
        "silent",
        "non_finite",
        "dead",
    }


def test_overview(site: Site, logdir: pathlib.Path) -> None:
    answer = site.json("/overview", run="high_lr")
    timeline = read_layer(logdir, "high_lr")
    dead = (timeline.states() == UnitState.DEAD).sum(axis=1)
    assert (answer["run"], answer["shown"], answer["written"], answer["unreadable"]) == ("high_lr", 30, 30, 0)
    assert answer["steps"] == timeline.steps.tolist()
    assert answer["window_start_steps"] == timeline.window_start_steps.tolist()
    assert answer["wall_times"] == timeline.wall_times.tolist()
    assert answer["units"] == [17] * 30 and answer["quantiles"] == [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]
    layer = answer["layers"]["dense_1"]
    assert layer["states"]["dead"] == dead.tolist()
    assert set(layer["states"]) == {"dead", "healthy"}  # only those that occur
    assert np.sum(list(layer["states"].values()), axis=0).tolist() == [12] * 30
    others = answer["layers"]["x"]["states"]["dead"]
    assert answer["dead"] == (dead + others).tolist()
    assert (layer["index"], layer["layer_type"], layer["can_die"], layer["units"]) == (0, "Dense", True, 12)
    assert timeline.zero_fraction is not None and timeline.gradient_norm is not None
    newest = np.sort(timeline.zero_fraction[-1])
    np.testing.assert_allclose(layer["newest"]["fraction"], newest[[0, 1, 3, 6, 8, 10, 11]], rtol=2e-3)
    assert layer["newest"]["fraction"][-1] == 1
    assert "fraction" not in layer
    died = timeline.last_active_step[-1, timeline.dead_units()]
    born = np.count_nonzero(died < 0)
    assert (layer["severity"], layer["dead_since"], layer["born_dead"]) == ("sick", died[died >= 0].min(), born)
    assert answer["verdict"] == {
        "severity": "sick",
        "sentence": "15 of 17 units dead, 10 of them in dense_1, 2 since the start, the next since step 29",
    }


def test_overview_of_one_layer(site: Site) -> None:
    answer = site.json("/overview", run="high_lr", layer="x")
    assert set(answer["layers"]) == {"x"} and answer["units"] == [17] * 30
    assert answer["verdict"] == site.json("/overview", run="high_lr")["verdict"]
    layer = answer["layers"]["x"]
    assert layer["samples"] == layer["screened_samples"] == [1437] * 30
    for name in ("fraction", "gradient_norm", "mean_activation"):
        assert np.shape(layer[name]) == (30, 7) and layer[name][-1] == layer["newest"][name]


def test_overview_is_no_layer(site: Site) -> None:
    assert set(site.json("/layers")["runs"]["high_lr"]) == {"dense_1"}
    with pytest.raises(errors.NotFoundError, match=r"No layer 'dead_relu/overview' in run 'high_lr'; its layers are: "):
        site.get("/timeline", run="high_lr", layer="dead_relu/overview")


def test_overview_of_a_run_that_has_none_is_made_of_its_layers(logdir: pathlib.Path) -> None:
    fresh = Site(logdir)
    answer = fresh.json("/overview", run="healthy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layers = read(logdir)["healthy"]
    dense, leaky = layers["dense_1"], layers["leaky"]
    assert list(answer["layers"]) == ["dense_1", "leaky"]
    assert answer["steps"] == dense.steps.tolist() and answer["wall_times"] == dense.wall_times.tolist()
    assert answer["window_start_steps"] == dense.window_start_steps.tolist()
    assert (answer["shown"], answer["written"], answer["unreadable"]) == (30, None, 0)
    assert answer["dead"] == (dense.states() == UnitState.DEAD).sum(axis=1).tolist() and answer["units"] == [12] * 30
    assert answer["layers"]["dense_1"]["states"]["dead"] == answer["dead"]
    # It was written three times, and is as it was the last time from then on.
    states = answer["layers"]["leaky"]["states"]
    assert np.sum(list(states.values()), axis=0).tolist() == [4] * 30 and not answer["layers"]["leaky"]["can_die"]
    assert {name: counts[-1] for name, counts in states.items()} == {name: counts[2] for name, counts in states.items()}
    assert answer["layers"]["leaky"]["units"] == leaky.units and answer["verdict"]["severity"] == "sick"
    assert answer["layers"]["leaky"]["newest"]["gradient_norm"] == [None] * 7
    assert fresh.reads == 2
    fresh.json("/overview", run="healthy", layer="dense_1")
    fresh.json("/timeline", run="healthy", layer="dense_1")
    assert fresh.reads == 2


@pytest.mark.parametrize(("run", "unreadable"), [("damaged", 3), ("newer", 0)])
def test_overview_of_layers_that_can_not_be_read(site: Site, run: str, unreadable: int) -> None:
    answer = site.json("/overview", run=run)
    assert (answer["shown"], answer["written"], answer["steps"], answer["layers"]) == (0, None, [], {})
    assert answer["unreadable"] == unreadable and answer["verdict"] is None


def test_overview_of_a_run_with_a_layer_of_a_newer_version(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path, "dense_1", make_records(5, 4))
    write_newer_version(tmp_path, "dense_2")
    answer = Site(tmp_path).json("/overview", run=".")
    assert list(answer["layers"]) == ["dense_1"] and answer["shown"] == 5


def test_overview_of_what_is_not_there(site: Site) -> None:
    with pytest.raises(errors.NotFoundError, match="No run 'nope' with dead_relu records; the runs are: "):
        site.get("/overview", run="nope")
    with pytest.raises(errors.NotFoundError, match="No layer 'y' in the overview of run 'high_lr'"):
        site.get("/overview", run="high_lr", layer="y")
    with pytest.raises(errors.InvalidArgumentError, match="needs the parameter 'run'"):
        site.get("/overview")


def test_overview_is_read_once_until_it_changes(tmp_path: pathlib.Path) -> None:
    overviews = make_overviews({"dense_1": make_records(5, 4)})
    write_overviews(tmp_path, overviews[:3])
    fresh = Site(tmp_path)
    for _ in range(3):
        assert fresh.json("/overview", run=".")["shown"] == 3
    assert fresh.reads == 1
    path = next(tmp_path.iterdir())
    more = write_overviews(tmp_path / "more", overviews[3:]).read_bytes()
    with path.open("ab") as file:
        file.write(more[first_frame(more) :])
    fresh.reload()
    assert fresh.json("/overview", run=".")["shown"] == 5
    assert fresh.reads == 2


def first_frame(data: bytes) -> int:
    """Bytes of an event file's first frame, which says its version."""
    return 8 + 4 + int.from_bytes(data[:8], "little") + 4


def test_overview_of_a_newer_version_says_so(tmp_path: pathlib.Path) -> None:
    newer = metadata.create_overview_metadata()
    content = plugin_data_pb2.DeadReluPluginData.FromString(newer.plugin_data.content)
    content.version = 99
    newer.plugin_data.content = content.SerializeToString()
    write_values(tmp_path, overview.TAG, [(1, b"\x63")], newer)
    with pytest.raises(errors.InvalidArgumentError, match=r"The overview of run '\.' can't be read\. These .* 99"):
        Site(tmp_path).get("/overview", run=".")


def test_timeline_marks_deaths_and_revivals(site: Site, logdir: pathlib.Path) -> None:
    found = site.json("/timeline", run="high_lr", layer="dense_1")["marks"]
    histories = [read_layer(logdir, "high_lr").history(unit) for unit in range(12)]
    deaths = Counter(step for history in histories for step in history.died_at)
    if born := sum(history.born_dead for history in histories):
        deaths[0] += born
    assert dict(zip(found["deaths"]["steps"], found["deaths"]["units"])) == deaths
    assert found["repairs"] == {"steps": [], "units": []}
    assert site.json("/timeline", run="damaged", layer="dense_1")["marks"]["deaths"] == {"steps": [], "units": []}


def test_timeline_of_what_can_not_be_read(site: Site) -> None:
    answer = site.json("/timeline", run="damaged", layer="dense_1")
    assert (answer["units"], answer["shown"], answer["written"], answer["unreadable"]) == (0, 0, None, 3)
    header, _ = site.matrix(run="damaged", layer="dense_1", statistic="zero_fraction", order="death")
    assert (header["rows"], header["columns"]) == (0, 0)
    with pytest.raises(errors.NotFoundError, match="No unit 0 in layer 'dense_1' of run 'damaged'; it has no readable"):
        site.get("/unit", run="damaged", layer="dense_1", unit=0)


def test_timeline_of_a_negative_fraction(site: Site) -> None:
    answer = site.json("/timeline", run="healthy", layer="leaky")
    assert answer["statistics"] == ["negative_fraction"]
    assert answer["written"] is None and answer["ordinals"] == [-1] * 3
    assert answer["states"]["dead"] == [0] * 3
    assert "negative_fraction" in site.json("/unit", run="healthy", layer="leaky", unit=1)


def test_matrix_is_what_the_records_give(site: Site, logdir: pathlib.Path) -> None:
    timeline = read_layer(logdir, "high_lr")
    for statistic in layer_statistics.statistics_of(timeline):
        header, sections = site.matrix(run="high_lr", layer="dense_1", statistic=statistic, max_rows=5, max_columns=7)
        expected = matrix.encode(timeline, statistic, max_rows=5, max_columns=7)
        expected_header, expected_sections = make.parse_body(expected)
        assert header == expected_header
        for name, section in expected_sections.items():
            assert np.array_equal(sections[name], section), (statistic, name)


def test_matrix_in_the_order_of_another_run(site: Site, logdir: pathlib.Path) -> None:
    query = {"run": "high_lr", "layer": "dense_1", "statistic": "gradient_norm", "order": "gradient_norm"}
    header, sections = site.matrix(**query, order_run="healthy")
    assert header["order_run"] == "healthy" and header["run"] == "high_lr"
    expected = ordering.unit_order(read_layer(logdir, "healthy"), "gradient_norm")
    assert sections["unit_order"].tolist() == expected.tolist()
    assert site.matrix(**query)[1]["unit_order"].tolist() != expected.tolist()
    with pytest.raises(errors.NotFoundError, match="No run 'nope' with dead_relu records"):
        site.get("/matrix", **query, order_run="nope")


def test_matrix_of_a_part_less_another_run(site: Site, logdir: pathlib.Path) -> None:
    asked = {"statistic": "gradient_norm", "order": "difference", "max_rows": 3, "max_columns": 4}
    query = {"run": "high_lr", "layer": "dense_1", "minus": "healthy", "order_minus": "healthy"}
    header, sections = site.matrix(**query, **asked, positions="2-11", records="10-99")
    high_lr, healthy = read_layer(logdir, "high_lr"), read_layer(logdir, "healthy")
    expected = matrix.encode(high_lr, **asked, order_minus=healthy, minus=healthy, positions=(2, 11), records=(10, 99))
    expected_header, expected_sections = make.parse_body(expected)
    assert header == expected_header and (header["minus"], header["order"]) == ("healthy", "difference")
    assert (header["rows"], header["columns"]) == (3, 4)
    for name, section in expected_sections.items():
        assert np.array_equal(sections[name], section), name
    assert sections["row_starts"].tolist() == [2, 5, 8, 11] and sections["column_starts"].tolist() == [
        10,
        15,
        20,
        25,
        30,
    ]
    # Other questions have answers of their own.
    assert site.matrix(**query, **asked, records="10-99")[0]["rows"] == 3
    whole = {name: value for name, value in query.items() if name != "minus"}
    assert site.matrix(**whole, **asked)[0]["code"] == "log16"


def test_matrix_without_gzip_accepted(site: Site) -> None:
    response = site.get("/matrix", run="high_lr", layer="dense_1", statistic="bias")
    assert "Content-Encoding" not in response.headers
    assert make.parse_body(response.data)[0]["code"] == "signed_log16"


def test_unit(site: Site, logdir: pathlib.Path) -> None:
    answer = site.json("/unit", run="high_lr", layer="dense_1", unit=2)
    timeline = read_layer(logdir, "high_lr")
    assert answer["active"] == [r.active[2] for r in make_records(30, 12)]
    assert answer["states"][0] in ("healthy", "rare", "dormant") and answer["states"][-1] == "dead"
    assert answer["last_active_step"][-1] == 59 and answer["history"]["died_at"] == [59]
    assert answer["history"]["revived_at"] == [] and answer["history"]["born_dead"] is False
    assert answer["samples_since_active"][:8] == [0] * 6 + [1437, 2 * 1437]
    for name in ("zero_fraction", "gradient_norm", "mean_activation", "bias"):
        assert answer[name] == getattr(timeline, name)[:, 2].tolist(), name
    assert site.json("/unit", run="high_lr", layer="dense_1", unit=0)["history"]["born_dead"] is True


def test_distribution_is_what_the_records_give(site: Site, logdir: pathlib.Path) -> None:
    timeline = read_layer(logdir, "high_lr")
    query = {"run": "high_lr", "layer": "dense_1"}
    for statistic in layer_statistics.statistics_of(timeline):
        for asked, options in (
            ({}, {}),
            ({"bins": 5, "max_columns": 7}, {"bins": 5, "max_columns": 7}),
            ({"records": "3-99"}, {"records": (3, 99)}),
        ):
            header, sections = site.sections("/distribution", **query, statistic=statistic, **asked)
            expected = make.parse_body(value_distribution.encode(timeline, statistic, **options))
            assert header == expected[0]
            for name, section in expected[1].items():
                assert np.array_equal(sections[name], section), (statistic, name)
    response = site.get("/distribution", **query, statistic="bias")
    assert make.parse_body(response.data)[0]["bins"] == 64 and response.content_type == "application/octet-stream"
    assert site.sections("/distribution", run="damaged", layer="dense_1", statistic="zero_fraction")[0]["columns"] == 0


def test_worst_units(site: Site, logdir: pathlib.Path) -> None:
    answer = site.json("/units", run="high_lr", layer="dense_1")
    timeline = read_layer(logdir, "high_lr")
    assert (answer["run"], answer["layer"], answer["step"], answer["of"]) == ("high_lr", "dense_1", 300, 12)
    assert [unit["unit"] for unit in answer["units"]][:10] == list(range(10))  # in the order of their deaths
    for row in answer["units"]:
        unit = site.json("/unit", run="high_lr", layer="dense_1", unit=row["unit"])
        assert row["state"] == unit["states"][-1] and row["fraction"] == unit["zero_fraction"][-1]
        for name in ("gradient_norm", "mean_activation", "bias", "last_active_step", "samples_since_active"):
            assert row[name] == unit[name][-1], name
        history = timeline.history(row["unit"])
        assert (row["born_dead"], row["revivals"]) == (history.born_dead, 0)
        assert row["died_at"] == (history.died_at[-1] if history.died_at else None)
    assert site.json("/units", run="high_lr", layer="dense_1", limit=3)["units"] == answer["units"][:3]
    leaky = site.json("/units", run="healthy", layer="leaky")["units"][0]
    assert leaky["gradient_norm"] is leaky["mean_activation"] is leaky["bias"] is None and leaky["fraction"] is not None
    empty = site.json("/units", run="damaged", layer="dense_1")
    assert empty == {"run": "damaged", "layer": "dense_1", "step": None, "of": 0, "units": []}


def test_csv(site: Site, logdir: pathlib.Path) -> None:
    timeline = read_layer(logdir, "high_lr")
    query = {"run": "high_lr", "layer": "dense_1"}
    for unit in ({}, {"unit": 2}):
        expected = "".join(csv_export.lines(timeline, **unit))
        plain, packed = (
            site.get("/csv", headers=accepted, **query, **unit) for accepted in (None, {"Accept-Encoding": "gzip"})
        )
        assert plain.status_code == 200 and plain.content_type == packed.content_type == "text/csv; charset=utf-8"
        assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
        assert plain.data.decode() == zlib.decompress(packed.data, 16 + zlib.MAX_WBITS).decode() == expected
        name = f"high_lr-dense_1{'-unit-2' if unit else ''}.csv"
        assert packed.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert packed.headers["X-Content-Type-Options"] == "nosniff"
    assert site.get("/csv", "HEAD", **query).data == b""


def test_nan_and_infinity_are_null(site: Site) -> None:
    first, second = (site.json("/unit", run="nan", layer="dense_1", unit=unit) for unit in (0, 1))
    assert first["gradient_norm"] == second["gradient_norm"] == [None] and first["bias"] == [None]
    assert second["zero_fraction"] == [None] and first["states"] == second["states"] == ["non_finite"]
    timeline = site.json("/timeline", run="nan", layer="dense_1")
    assert timeline["non_finite_activations"] == [10] and timeline["non_finite_gradients"] == [3]
    assert timeline["states"]["non_finite"] == [2]


KNOWN = {"run": "high_lr", "layer": "dense_1"}


@pytest.mark.parametrize(
    ("route", "query", "error", "message"),
    [
        ("/timeline", {}, 400, "/data/plugin/dead_relu/timeline needs the parameter 'run', got: none."),
        ("/timeline", {"run": "a"}, 400, "/data/plugin/dead_relu/timeline needs the parameter 'layer', got: 'run'."),
        (
            "/timeline",
            {"run": "nope", "layer": "dense_1"},
            404,
            "No run 'nope' with dead_relu records; the runs are: 'damaged', 'healthy', 'high_lr', 'nan', 'newer'.",
        ),
        (
            "/timeline",
            {"run": "healthy", "layer": "x"},
            404,
            "No layer 'x' in run 'healthy'; its layers are: 'dense_1', 'leaky'.",
        ),
        ("/matrix", KNOWN, 400, "/data/plugin/dead_relu/matrix needs the parameter 'statistic', got: 'run', 'layer'."),
        (
            "/matrix",
            {"run": "healthy", "layer": "leaky", "statistic": "bias"},
            400,
            "statistic must be one of 'negative_fraction' for layer 'leaky' of run 'healthy', got 'bias'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "order": "x"},
            400,
            "order must be one of 'index', 'death', 'fraction', 'gradient_norm', 'difference', got 'x'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "order": "difference"},
            400,
            "/data/plugin/dead_relu/matrix needs the parameter 'order_minus', got: 'run', 'layer', 'statistic', 'order'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "minus": "nope"},
            404,
            "No run 'nope' with dead_relu records; the runs are: 'damaged', 'healthy', 'high_lr', 'nan', 'newer'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "mean_activation", "minus": "nan"},
            400,
            "statistic must be one of 'zero_fraction', 'gradient_norm', 'bias' for layer 'dense_1' of run 'nan', "
            "got 'mean_activation'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "positions": "12-20"},
            400,
            "positions must begin below the number of units, 12, got '12-20'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "records": "30-31"},
            400,
            "records must begin below the number of records, 30, got '30-31'.",
        ),
        *(
            (
                "/matrix",
                {**KNOWN, "statistic": "bias", "records": text},
                400,
                f"records must be A-B with 0 <= A < B (B is excluded), got {text!r}.",
            )
            for text in ("3", "3-3", "4-3", "-1-3", "1-2-3", "a-b", "", "1-²")
        ),
        (
            "/matrix",
            {"run": "healthy", "layer": "leaky", "statistic": "negative_fraction", "order": "gradient_norm"},
            400,
            "The order 'gradient_norm' needs gradient norms, which layer 'leaky' of run 'healthy' does not have; "
            "order by 'index', 'death' or 'fraction'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "max_rows": "0"},
            400,
            "max_rows must be an integer from 1 to 16384, got '0'.",
        ),
        (
            "/matrix",
            {**KNOWN, "statistic": "bias", "max_columns": "16385"},
            400,
            "max_columns must be an integer from 1 to 16384, got '16385'.",
        ),
        (
            "/distribution",
            KNOWN,
            400,
            "/data/plugin/dead_relu/distribution needs the parameter 'statistic', got: 'run', 'layer'.",
        ),
        (
            "/distribution",
            {**KNOWN, "statistic": "x"},
            400,
            "statistic must be one of 'zero_fraction', 'gradient_norm', 'mean_activation', 'bias' for layer 'dense_1' "
            "of run 'high_lr', got 'x'.",
        ),
        (
            "/distribution",
            {**KNOWN, "statistic": "bias", "bins": "3"},
            400,
            "bins must be an integer from 4 to 512, got '3'.",
        ),
        (
            "/distribution",
            {**KNOWN, "statistic": "bias", "records": "30-31"},
            400,
            "records must begin below the number of records, 30, got '30-31'.",
        ),
        ("/units", {**KNOWN, "limit": "0"}, 400, "limit must be an integer from 1 to 16384, got '0'."),
        ("/unit", KNOWN, 400, "/data/plugin/dead_relu/unit needs the parameter 'unit', got: 'run', 'layer'."),
        (
            "/unit",
            {**KNOWN, "unit": "12"},
            404,
            "No unit 12 in layer 'dense_1' of run 'high_lr'; its units are 0 to 11.",
        ),
        (
            "/csv",
            {**KNOWN, "unit": "12"},
            404,
            "No unit 12 in layer 'dense_1' of run 'high_lr'; its units are 0 to 11.",
        ),
        ("/csv", {**KNOWN, "unit": "x"}, 400, "unit must be an integer of at least 0, got 'x'."),
        ("/unit", {**KNOWN, "unit": "-1"}, 400, "unit must be an integer of at least 0, got '-1'."),
        ("/unit", {**KNOWN, "unit": "²"}, 400, "unit must be an integer of at least 0, got '²'."),
        ("/unit", {**KNOWN, "unit": "9" * 5000}, 400, f"unit must be an integer of at least 0, got '{'9' * 5000}'."),
        ("/static/nope.js", {}, 404, "No file 'nope.js' in the plugin's static files."),
    ],
)
def test_errors_say_what_was_expected(site: Site, route: str, query: dict, error: int, message: str) -> None:
    with pytest.raises(errors.PublicError) as raised:
        site.get(route, **query)
    assert raised.value.http_code == error
    prefix = {400: "Invalid argument: ", 404: "Not found: "}[error]
    assert str(raised.value) == prefix + message


def test_directory_without_records(tmp_path: pathlib.Path) -> None:
    site = Site(tmp_path)
    assert site.json("/layers") == {"version": 1, "runs": {}, "models": {}}
    with pytest.raises(errors.NotFoundError, match="There are no dead_relu records yet"):
        site.get("/timeline", run="a", layer="b")


def test_other_methods_are_refused(site: Site) -> None:
    response = site.get("/layers", method="POST")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert site.get("/layers", method="HEAD").status_code == 200


def test_static_files_and_nothing_else(site: Site, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "static" / "assets").mkdir(parents=True)
    (tmp_path / "static" / "index.js").write_text("export function render() {}")
    (tmp_path / "static" / "assets" / "worker.js").write_text("1")
    (tmp_path / "static" / "secret").write_text("no known content type")
    (tmp_path / "outside.js").write_text("2")
    monkeypatch.setattr(data_routes, "_STATIC", tmp_path / "static")
    response = site.get("/static/index.js")
    assert response.content_type == "text/javascript; charset=utf-8" and b"render" in response.data
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert site.get("/static/assets/worker.js").data == b"1"
    outside = ("../outside.js", "assets/../../outside.js", "/etc/passwd", "%2e%2e/outside.js")
    for name in (*outside, "assets", "secret", ""):
        with pytest.raises(errors.NotFoundError, match="in the plugin's static files"):
            site.get("/static/" + name)
    monkeypatch.setattr(data_routes, "_STATIC", tmp_path / "not built")
    with pytest.raises(errors.NotFoundError, match="build them with: make frontend"):
        site.get("/static/index.js")


def test_what_tensorboard_asks_of_a_plugin(site: Site) -> None:
    made = plugin.DeadReluLoader().load(base_plugin.TBContext(data_provider=site.provider))
    assert made.plugin_name == "dead_relu" and made.is_active() is False
    shown = made.frontend_metadata()
    assert (shown.tab_name, shown.es_module_path) == ("Dead ReLU", "/static/index.js")
    assert not shown.disable_reload


def test_nothing_that_answers_requests_is_imported_at_the_start() -> None:
    code = """
import sys
from tensorboard.plugins import base_plugin
from tb_deadrelu_plugin import plugin
made = plugin.DeadReluLoader().load(base_plugin.TBContext())
made.get_plugin_apps(), made.frontend_metadata(), made.is_active()
print(*sorted(name for name in sys.modules if name.startswith("tb_deadrelu_plugin")))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert found == ["tb_deadrelu_plugin"] + [
        f"tb_deadrelu_plugin.{name}" for name in ("metadata", "plugin", "plugin_data_pb2")
    ]


def test_first_requests_at_the_same_time_share_what_is_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(data_routes.DataRoutes):
        def __init__(self, data_provider: Any) -> None:
            time.sleep(0.05)
            super().__init__(data_provider)

    monkeypatch.setattr(data_routes, "DataRoutes", Slow)
    made = plugin.DeadReluPlugin(base_plugin.TBContext(data_provider=site.provider))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: made._routes(), range(8)))
    assert len(set(map(id, found))) == 1


def test_flags_of_the_user_win_and_odd_flags_do_no_harm() -> None:
    fix = plugin.DeadReluLoader().fix_flags
    for given, expected in (({}, {"dead_relu": 1000}), ({"dead_relu": 0}, {"dead_relu": 0})):
        flags = types.SimpleNamespace(samples_per_plugin=given)
        fix(flags)
        assert flags.samples_per_plugin == expected
    fix(types.SimpleNamespace(samples_per_plugin=None))
    fix(types.SimpleNamespace())
    fix(None)


def test_tags_are_read_once_and_again_when_they_grow(tmp_path: pathlib.Path) -> None:
    records = make_records(8, 5)
    path = write_records(tmp_path / "run", "dense_1", records[:5])
    site = Site(tmp_path)
    query = {"run": "run", "layer": "dense_1"}
    for _ in range(2):
        assert site.json("/timeline", **query)["shown"] == 5
        assert site.matrix(**query, statistic="bias")[0]["records"] == 5
        site.json("/unit", **query, unit=1)
    assert site.reads == 1
    more = write_values(tmp_path / "run", "dense_1", encoded(records[5:]), metadata.create_summary_metadata(RELU))
    more.rename(path.parent / "events.out.tfevents.9999999999.later")
    site.reload()
    assert site.json("/timeline", **query)["shown"] == 8
    assert site.matrix(**query, statistic="bias")[0]["records"] == 8
    assert site.reads == 2


def test_one_layer_is_read_not_its_run(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = site.provider.read_tensors
    monkeypatch.setattr(site.provider, "read_tensors", lambda *a, **k: asked.append(k) or original(*a, **k))
    fresh = plugin.DeadReluPlugin(base_plugin.TBContext(data_provider=site.provider))
    app = fresh.get_plugin_apps()["/timeline"]
    client = werkzeug.test.Client(app, wrappers.Response)
    client.get(PREFIX + "/timeline", query_string={"run": "healthy", "layer": "leaky"})
    (query,) = asked
    assert (query["run_tag_filter"].runs, query["run_tag_filter"].tags) == ({"healthy"}, {"leaky"})
    assert query["downsample"] > 10**6 and query["plugin_name"] == "dead_relu"


def test_cache_is_bounded_and_keeps_what_was_used_last() -> None:
    cache: ByteBoundedCache[bytes] = ByteBoundedCache(100, len)
    made: list[str] = []

    def get(name: str, size: int) -> None:
        cache.get(name, lambda: made.append(name) or bytes(size))

    for name in ("a", "b", "a", "c", "a", "b"):
        get(name, 40)
        assert cache.bytes_kept <= 100
    assert made == ["a", "b", "c", "b"]
    get("too large", 101)
    get("a", 40)
    assert made == ["a", "b", "c", "b", "too large"]


def test_cache_makes_once_what_is_asked_for_at_the_same_time() -> None:
    cache: ByteBoundedCache[bytes] = ByteBoundedCache(100, len)
    made = []

    def slow() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"x"

    threads = [threading.Thread(target=cache.get, args=("key", slow)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and cache.bytes_kept == 1


def test_cache_does_not_keep_errors() -> None:
    cache: ByteBoundedCache[bytes] = ByteBoundedCache(100, len)
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: bytes(1 // 0))
    assert cache.get("key", lambda: b"fine") == b"fine"
