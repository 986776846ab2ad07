"""What callback, command and tab say of a run."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re

import numpy as np
import pytest

from tb_deadrelu_plugin import metadata, record, report
from tb_deadrelu_plugin.diagnosis.diagnose import Cause
from tb_deadrelu_plugin.run_overview import overview, overview_from_layers, run_verdict
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import Severity, Thresholds, UnitState
from tests.planted import NEVER, Layer, records_of, run_of, ten_of

SCHEMA = pathlib.Path(report.__file__).parent / "report_schema.md"

FIRST = Layer(units=120, died={**dict.fromkeys(range(5), NEVER), **{unit: 340 + unit % 10 for unit in range(20, 32)}})
SECOND = Layer(units=16, inputs=("first",))
LEAKY = Layer(units=8, inputs=("second",), changes={"fraction": metadata.NEGATIVE_FRACTION, "activation": "leaky_relu"})
LAYERS = {"first": FIRST, "second": SECOND, "leaky": LEAKY}


def series_of(run: dict[str, Timeline], trainings: list[Training] | None = None) -> OverviewSeries:
    """The overviews that a writer gives."""
    stored = []
    records = {name: records_of(layer) for name, layer in LAYERS.items() if name in run}
    states = {name: run[name].states() for name in records}
    infos = {
        name: dataclasses.replace(run[name].info, layer_index=index)
        for index, name in enumerate(LAYERS)
        if name in records
    }
    for r, step in enumerate(next(iter(run.values())).steps.tolist()):
        layers = [overview.layer_overview(name, infos[name], records[name][r], states[name][r]) for name in records]
        training = None if trainings is None else trainings[r]
        stored.append(
            Stored(step, 0.0, overview.encode(overview.Overview(step, step - 10, r, tuple(layers), training)))
        )
    return OverviewSeries("run", stored)


@pytest.fixture(scope="module")
def run() -> dict[str, Timeline]:
    return run_of(LAYERS)


def test_run(run: dict[str, Timeline]) -> None:
    got = report.report("high_lr", run)
    assert (got.run, got.severity, got.preset) == ("high_lr", Severity.WATCH, "default")
    assert (got.step, got.records, got.written) == (3000, 300, 300)
    assert (got.units, got.dead, got.dead_share) == (136, 17, 17 / 136)
    assert got.sentence == "17 of 136 units dead, all in first, 5 since the start, the next since step 340"
    assert [layer.layer for layer in got.layers] == ["first", "second", "leaky"]


def test_layers(run: dict[str, Timeline]) -> None:
    first, second, leaky = report.report("run", run).layers
    assert (first.layer_type, first.activation, first.units, first.can_die) == ("Dense", "relu", 120, True)
    assert (first.dead, first.dead_share, first.severity) == (17, 17 / 120, Severity.WATCH)
    assert first.dead_units == (*range(5), *range(20, 32))
    assert (first.dead_since, first.born_dead) == (340, 5)
    states = run["first"].states()[-1]
    assert first.counts == {s.name.lower(): int((states == s).sum()) for s in UnitState if s != UnitState.ABSENT}
    assert first.counts["dead"] == 17 and sum(first.counts.values()) == 120
    evidence = run["first"].samples_since_active[-1, list(first.dead_units)]
    assert first.samples == evidence.min() > 1000 and first.bound == 3 / first.samples
    assert (first.flagged, first.flagged_share) == (17, 17 / 120)
    assert {finding.cause for finding in first.findings} == {Cause.BORN_DEAD, Cause.BURST}
    assert (second.dead, second.severity, second.dead_since, second.samples, second.bound) == (
        0, Severity.OK, None, 0, None,
    )  # fmt: skip
    assert second.dead_units == second.findings == ()
    assert not leaky.can_die and leaky.severity == Severity.OK and leaky.activation == "leaky_relu"


def test_units_born_dead_have_no_step() -> None:
    (layer,) = report.report("run", run_of({"first": Layer(died={0: NEVER})})).layers
    assert (layer.dead_since, layer.born_dead) == (None, 1)


def test_severities_and_their_shares(run: dict[str, Timeline]) -> None:
    assert report.report("run", run, watch=0.2).severity == Severity.OK
    sick = report.report("run", run, sick=0.1)
    assert sick.severity == Severity.SICK
    assert [layer.severity for layer in sick.layers] == [Severity.SICK, Severity.OK, Severity.OK]


def test_thresholds(run: dict[str, Timeline]) -> None:
    strict = Thresholds(min_samples=10**9)
    short = {"first": run["first"]}
    got = report.report("run", short, series_of(short), thresholds=strict)
    # An epoch is enough in any case.
    assert got.dead == 17
    run_without_epochs = run_of({"first": Layer(died={0: 2985})})
    assert report.report("run", run_without_epochs).dead == 1
    stricter = report.report("run", run_without_epochs, thresholds=Thresholds(min_samples=2000))
    assert stricter.dead == stricter.layers[0].flagged == 0
    assert stricter.sentence.startswith("No dead unit among 32") and stricter.layers[0].counts["silent"] == 1


@pytest.mark.parametrize("preset", ["default", "sagemaker", "sokar_0.1"])
def test_presets_count_apart_from_states(preset: str) -> None:
    rare = run_of({"first": Layer(died={0: NEVER, 1: 2991})})
    (layer,) = report.report("run", rare, preset=preset).layers
    assert layer.dead == 1
    assert layer.flagged == (1 if preset == "default" else 2 if preset == "sokar_0.1" else 1)
    assert report.report("run", rare, preset=preset).preset == preset


def test_no_such_preset() -> None:
    with pytest.raises(ValueError, match=r"^preset must be one of default, .*, got 'none'\.$"):
        report.report("run", {}, preset="none")


def test_sentence_is_that_of_the_tab(run: dict[str, Timeline]) -> None:
    series = series_of(run)
    spoken = run_verdict.of_run(series)
    assert spoken is not None
    assert report.report("run", run, series).sentence == spoken.sentence
    made = overview_from_layers.series("run", [overview_from_layers.layer_rows(timeline) for timeline in run.values()])
    of_layers = run_verdict.of_run(made)
    assert of_layers is not None
    assert report.report("run", run).sentence == of_layers.sentence
    assert report.report("run", run, OverviewSeries("run", ())).sentence == of_layers.sentence


def test_training_numbers_are_part_of_the_evidence(run: dict[str, Timeline]) -> None:
    numbers = [Training(learning_rate=0.4, loss=0.31 if step < 340 else 2.3) for step in range(10, 3001, 10)]
    first = report.report("run", run, series_of(run, numbers)).layers[0]
    (burst,) = (finding for finding in first.findings if finding.cause == Cause.BURST)
    assert burst.evidence.endswith("; the learning rate was 0.4 and the loss rose from 0.31 to 2.3.")


def test_missing_records_are_counted() -> None:
    full, thin = report.report("run", run_of(LAYERS)), report.report("run", run_of(LAYERS, ten_of(300)))
    assert (thin.records, thin.written) == (10, 300)
    assert [layer.dead_units for layer in thin.layers] == [layer.dead_units for layer in full.layers]
    assert [layer.dead_since for layer in thin.layers] == [layer.dead_since for layer in full.layers]


@pytest.mark.parametrize("series", [None, OverviewSeries("run", ())])
def test_no_records(series: OverviewSeries | None) -> None:
    empty = Timeline("run", "first", metadata.LayerInfo(), ())
    for timelines in ({}, {"first": empty}):
        got = report.report("run", timelines, series)
        assert got.layers == () and got.step == report.NO_STEP and got.sentence == "No records"
        assert (got.severity, got.units, got.dead_share, got.records, got.written) == (Severity.OK, 0, 0.0, 0, None)


def test_non_finite_units_are_said() -> None:
    spoilt = records_of(Layer(units=4), steps=30)
    spoilt[-1].non_finite_activations = np.array([5, 0, 0, 0])
    items = [Stored(one.step, 0.0, record.encode(one)) for one in spoilt]
    (layer,) = report.report("run", {"l": Timeline("run", "l", metadata.LayerInfo(), items)}).layers
    assert layer.counts["non_finite"] == 1 and layer.dead == 0


def plain(run: dict[str, Timeline]) -> dict:
    return json.loads(json.dumps(report.to_json([report.report("run", run)]), allow_nan=False))


def test_json(run: dict[str, Timeline]) -> None:
    whole = plain(run)
    assert (whole["schema"], whole["version"]) == ("deadrelu.report", 1)
    (one,) = whole["runs"]
    assert one["severity"] == "watch" and one["dead"] == 17
    first = one["layers"][0]
    assert first["dead_units"] == [*range(5), *range(20, 32)]
    assert {finding["cause"] for finding in first["findings"]} == {"born_dead", "burst"}
    assert first["findings"][0]["units"] == [0, 1, 2, 3, 4]
    assert report.to_json([])["runs"] == []
    json.dumps(report.to_json([report.report("run", {})]), allow_nan=False)


def test_json_is_as_documented(run: dict[str, Timeline]) -> None:
    """The tables name all fields and no others; the example has them as well."""
    text = SCHEMA.read_text()
    parts = re.split(r"^## (?:The|A) (\w+)$", text, flags=re.MULTILINE)
    documented = {}
    for name, part in zip(parts[1::2], parts[2::2]):
        table = part.split("| field |")[1].split("\n\n")[0]
        documented[name] = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    example = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])  # type: ignore[index]
    for whole in (plain(run), example):
        levels = {"whole": whole, "run": whole["runs"][0]}
        levels["layer"] = levels["run"]["layers"][0]
        levels["finding"] = levels["layer"]["findings"][0]
        assert {name: list(level) for name, level in levels.items()} == documented
    named = re.findall(r"^\| `(\w+)` \|", text.split("| `cause` | when it is told |")[1], re.MULTILINE)
    assert sorted(named) == sorted(cause.value for cause in Cause)
