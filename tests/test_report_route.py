"""The route `/report`: what the records of a whole run say."""

from __future__ import annotations

import json
import pathlib

import pytest
from tensorboard import errors

from tb_deadrelu_plugin import metadata, read, report
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.serving import provider, responses
from tb_deadrelu_plugin.timeline import Stored
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
from tests.plugin_site import Site

LAYERS = {"dense_1": make_records(30, 12), "dense_2": make_records(30, 5, seed=1)}


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    directory = tmp_path_factory.mktemp("logs")
    for run in ("with_overviews", "without"):
        for number, (layer, records) in enumerate(LAYERS.items()):
            write_records(directory / run, layer, records, suffix=f".{number}")
    write_overviews(directory / "with_overviews", make_overviews(LAYERS))
    write_newer_version(directory / "newer", "dense_1")
    write_values(directory / "damaged", "dense_1", [(1, b"garbage")], metadata.create_summary_metadata(RELU))
    return directory


@pytest.fixture(scope="module")
def site(logdir: pathlib.Path) -> Site:
    return Site(logdir)


@pytest.mark.parametrize("run", ["with_overviews", "without"])
def test_it_is_what_the_records_say(site: Site, logdir: pathlib.Path, run: str) -> None:
    stored = [Stored(one.step, 0.0, overview.encode(one)) for one in make_overviews(LAYERS)]
    layers = read(logdir / run, progress=False)["."]
    (expected,) = report.to_json([report.report(run, layers, OverviewSeries(run, stored))])["runs"]
    answer = site.json("/report", run=run)
    # Without overviews the server makes some of the layers' records, which say the same.
    assert answer == json.loads(responses.to_json(expected))
    (first, second) = answer["layers"]
    assert (first["layer"], first["dead"], second["layer"]) == ("dense_1", 10, "dense_2")
    dead = [unit for finding in first["findings"] if finding["cause"] != "always_on" for unit in finding["units"]]
    assert sorted(dead) == first["dead_units"]


def test_wide_layers_are_reported_of_some_records(
    site: Site, logdir: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = site.json("/report", run="without")
    monkeypatch.setattr(provider, "_MOST_RUN_ENTRIES", 1)
    monkeypatch.setattr(provider, "_FEWEST_RUN_RECORDS", 7)
    thinned = Site(logdir).json("/report", run="without")
    assert (whole["records"], thinned["records"], thinned["written"]) == (30, 7, 30)
    for name in ("dead", "units", "severity", "step"):
        assert thinned[name] == whole[name], name
    for few, all_of_them in zip(thinned["layers"], whole["layers"]):
        for name in ("dead", "dead_since", "born_dead", "dead_units"):
            assert few[name] == all_of_them[name], name


def test_it_is_made_once_until_something_changes(tmp_path: pathlib.Path) -> None:
    records = make_records(8, 5)
    write_records(tmp_path / "run", "a", records, suffix=".a")
    path = write_records(tmp_path / "run", "b", records[:5], suffix=".b")
    site = Site(tmp_path)
    first = site.json("/report", run="run")
    reads = site.reads
    assert site.json("/report", run="run") == first and site.reads == reads
    more = write_values(tmp_path / "run", "b", encoded(records[5:]), metadata.create_summary_metadata(RELU))
    more.rename(path.parent / "events.out.tfevents.9999999999.later")
    site.reload()
    again = site.json("/report", run="run")
    assert again["layers"] != first["layers"] and site.reads > reads


def test_what_is_not_there(site: Site) -> None:
    with pytest.raises(errors.NotFoundError, match="No run 'nope' with dead_relu records; the runs are: 'damaged', "):
        site.get("/report", run="nope")


@pytest.mark.parametrize("run", ["newer", "damaged"])
def test_what_can_not_be_read_is_left_out(site: Site, run: str) -> None:
    answer = site.json("/report", run=run)
    assert (answer["layers"], answer["sentence"], answer["severity"]) == ([], "No records", "ok")
