"""The examples give the right answers, on small settings."""

from __future__ import annotations

import pathlib
from types import ModuleType

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the examples train networks")

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import layer_table
from tests.example_loading import load_example

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def gru() -> ModuleType:
    return load_example("gru_autoencoder")


@pytest.fixture(scope="module")
def criterion() -> ModuleType:
    return load_example("dead_criterion")


@pytest.fixture(scope="module")
def parameters() -> ModuleType:
    return load_example("parameter_table")


def test_hinge_clips_half_of_the_grid_and_nothing_of_a_shifted_one(capsys: pytest.CaptureFixture[str]) -> None:
    hinge = load_example("hinge")
    model = hinge.build_model()
    clips = hinge.check_units(model, hinge.grid())["hinge"]
    assert clips.samples == 1000 and clips.fraction.tolist() == [0.5] and len(clips.always_on) == 0
    never = hinge.check_units(model, hinge.grid(0.01, 10.0))["hinge"]
    assert never.fraction.tolist() == [0.0] and never.always_on.tolist() == [0]
    # As reticulate gives a matrix of R: in float64.
    assert hinge.check_units(model, hinge.grid().astype(np.float64))["hinge"].fraction.tolist() == [0.5]
    hinge.main()
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("-5..5: zero fraction 0.5 on 1,000 points: the ReLU clips.")
    assert second.startswith("shifted to 0..10: zero fraction 0.0 on 1,000 points: always on, the layer is linear")


def test_gru_verdict_is_the_plain_definition(gru: ModuleType, tmp_path: pathlib.Path) -> None:
    verdicts = gru.train_and_judge(str(tmp_path), 1, rows=256, epochs=3)
    assert list(verdicts) == ["E1", "E2", "D1", "D2"]
    for verdict in verdicts.values():
        np.testing.assert_array_equal(verdict.dead, verdict.plain)
        assert verdict.samples == 256 * gru.TIME_STEPS
        assert list(verdict.since) == verdict.dead.tolist()
        assert all(-1 <= step <= 12 for step in verdict.since.values())
    assert any(len(verdict.dead) for verdict in verdicts.values())


def test_gru_explanation_names_units_evidence_and_remedies(gru: ModuleType) -> None:
    none, some = np.zeros(0, np.int64), np.array([1, 3])
    verdicts = {"E2": gru.Verdict(some, 10_000, {1: -1, 3: 42}, some)}
    text = gru.explain(verdicts)
    assert "E2: 2 of 4 units dead, on 10,000 samples" in text
    assert "unit 1: from the start" in text and "unit 3: since step 42" in text
    for remedy in ("leaky_relu", "tanh", "lower learning rate", "he_normal", "orthogonal", "clipnorm"):
        assert remedy in text
    assert "dying-ReLU" not in gru.explain({"E2": gru.Verdict(none, 10_000, {}, none)})


def test_gru_exits_with_1_if_a_verdict_differs(
    gru: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = gru.Verdict(np.array([0]), 10, {0: -1}, np.zeros(0, np.int64))
    right = gru.Verdict(np.zeros(0, np.int64), 10, {}, np.zeros(0, np.int64))
    verdicts = dict.fromkeys(gru.LAYERS, right)
    monkeypatch.setattr(gru, "train_and_judge", lambda *arguments, **settings: verdicts)
    assert gru.main(["--seeds", "2"]) == 0
    verdicts["D1"] = wrong
    assert gru.main(["--seeds", "2"]) == 1
    assert gru.main([]) == 1
    assert "VERDICTS DIFFER" in capsys.readouterr().out


def test_criterion_says_which_units_are_dead_and_on_what_that_rests(
    criterion: ModuleType, tmp_path: pathlib.Path
) -> None:
    first = criterion.fit(str(tmp_path), criterion.FIRST, seed=0, rows=512, epochs=10)
    assert first.needs_refit
    timelines = read(tmp_path)["first"]
    for layer in first.verdict.layers:
        timeline = timelines[layer.layer]
        assert first.dead[layer.layer].tolist() == timeline.dead_units().tolist() == list(layer.dead_units)
        # A whole epoch has less than the 1000 samples that are asked for otherwise.
        assert layer.samples == timeline.samples_since_active[-1, timeline.dead_units()].min() >= 512
        assert timeline.gradient_norm[-1, timeline.dead_units()].max() == 0
        text = criterion.describe(layer)
        assert f"{layer.dead} of 64 units dead" in text and "95 % confidence" in text
        assert all(finding.cause.value in text for finding in layer.findings)


def test_refits_are_compared(criterion: ModuleType, tmp_path: pathlib.Path) -> None:
    settings = [criterion.FIRST, *criterion.REFITS]
    fits = [criterion.fit(str(tmp_path), one, seed=0, rows=512, epochs=4) for one in settings]
    first, other_start, lower_rate, leaky = fits
    assert first.needs_refit and other_start.needs_refit and not lower_rate.needs_refit and not leaky.needs_refit
    lines = criterion.table(fits).splitlines()
    assert len(lines) == 5
    for one, line in zip(fits, lines[1:]):
        assert line.startswith(one.settings.change) and line.endswith(f"{one.accuracy:.1%}")
        assert f"{len(one.dead['hidden_1'])} of 64" in line
    text = " ".join(criterion.conclude(fits).split())
    assert "any more with: learning rate 0.002; leaky ReLU." in text
    assert "It did not help to change: He initialisation, biases from 0.1." in text
    assert f"it was {first.accuracy:.1%} at first" in text


def test_criterion_does_not_refit_what_is_well(
    criterion: ModuleType, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    well = criterion.fit(str(tmp_path), criterion.REFITS[1], seed=0, rows=512, epochs=2)
    fitted = []
    monkeypatch.setattr(criterion, "fit", lambda logdir, settings, **options: fitted.append(settings) or well)
    assert criterion.main(["--logdir", str(tmp_path)]) == 0
    assert fitted == [criterion.FIRST]
    assert "there is no need to refit" in capsys.readouterr().out


def test_parameter_table_adds_up(parameters: ModuleType) -> None:
    model = parameters.build_autoencoder()
    rows = layer_table(model)
    assert [row.units for row in rows] == [1024, 8, 4, 3, 4, 8, 1024, 1602]
    assert [row.parameters for row in rows] == [1641472, 8200, 36, 15, 16, 40, 9216, 1642050]
    assert [row.bias_parameters for row in rows] == [1024, 8, 4, 3, 4, 8, 1024, 1602]
    kernels = [row.kernel_parameters for row in rows]
    assert kernels == kernels[::-1]
    assert sum(row.parameters for row in rows) == model.count_params() == 3301045
    table = parameters.format_table(rows)
    assert table.splitlines()[-1].split() == ["total", "3,297,368", "3,677", "3,301,045"]
    assert "hidden_2_8 has 8, hidden_7_1024\nhas 1,024" in parameters.explain(rows)


def test_leaky_units_are_not_dead_and_one_of_three_is_a_third(parameters: ModuleType, tmp_path: pathlib.Path) -> None:
    timelines = parameters.train(str(tmp_path), rows=64, epochs=1)
    assert len(timelines) == 7
    for timeline in timelines.values():
        assert len(timeline.dead_units()) == 0
        assert "negative fraction" in parameters.describe_units(timeline)
    assert parameters.one_lost_unit(3) == "one lost unit of 3: 33.3% of the layer, severity 'watch' (1 of 3)"
    assert "severity 'ok' (1 of 1,024)" in parameters.one_lost_unit(1024)
