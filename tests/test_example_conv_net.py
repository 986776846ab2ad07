"""The TensorFlow 1 example tells units without a gradient from dead ones, checked with NumPy."""

from __future__ import annotations

import dataclasses
import pathlib
from types import ModuleType

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="the example trains networks")

from tb_deadrelu_plugin import Timeline, UnitState, read
from tests.example_loading import load_example

pytestmark = pytest.mark.tensorflow

_UNITS = {"conv_1": 20, "conv_2": 24, "conv_3": 24, "conv_4": 32, "dense_1": 100}
_STEPS = {"conv_raw": 8, "conv_scaled": 40, "conv_negative": 16, "four_raw": 8, "four_scaled": 40}


@dataclasses.dataclass(frozen=True)
class Seen:
    """A run, and what NumPy makes of the raw values that the session fetched in each of its steps.

    Attributes:
      losses: One per step.
      layers: {layer: Timeline}, as read back.
      active: {layer: int64 [steps, units]}, samples with an activation other than 0.
      samples: {layer: samples per step and unit}.
      norms: {layer: float64 [steps, units]}, L2 norms of the gradients.
      smallest: {layer: smallest activation of all}.
    """

    losses: list[float]
    layers: dict[str, Timeline]
    active: dict[str, np.ndarray]
    samples: dict[str, int]
    norms: dict[str, np.ndarray]
    smallest: dict[str, float]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    return load_example("conv_net_tf1")


@pytest.fixture(scope="module")
def seen(example: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    logdir = tmp_path_factory.mktemp("logs")
    runs = {}
    for run, steps in _STEPS.items():
        fetched: list[dict[str, tuple[np.ndarray, np.ndarray]]] = []
        losses = example.train(str(logdir / run), example.RUNS[run], steps=steps, observe=fetched.append)
        assert len(losses) == len(fetched) == steps
        active, samples, norms, smallest = {}, {}, {}, {}
        for layer in fetched[0]:
            flat = [[values.reshape(-1, values.shape[-1]) for values in step[layer]] for step in fetched]
            active[layer] = np.array([np.count_nonzero(a, axis=0) for a, _ in flat])
            samples[layer] = len(flat[0][0])
            norms[layer] = np.array([np.sqrt(np.square(g.astype(np.float64)).sum(axis=0)) for _, g in flat])
            smallest[layer] = min(float(a.min()) for a, _ in flat)
        runs[run] = Seen(losses, {}, active, samples, norms, smallest)
    # One directory per run: all of them are read at once, as TensorBoard would.
    layers = read(logdir)
    assert layers.keys() == _STEPS.keys()
    return {run: dataclasses.replace(values, layers=layers[run]) for run, values in runs.items()}


@pytest.mark.parametrize("run", _STEPS)
def test_what_is_read_back_is_what_numpy_counts(seen: dict[str, Seen], run: str) -> None:
    values = seen[run]
    units = {"dense_1": 4} if run.startswith("four") else _UNITS
    assert {layer: timeline.units for layer, timeline in values.layers.items()} == units
    for layer, timeline in values.layers.items():
        np.testing.assert_array_equal(timeline.steps, np.arange(1, _STEPS[run] + 1))
        np.testing.assert_array_equal(timeline.samples, values.samples[layer])
        np.testing.assert_array_equal(timeline.active, values.active[layer])
        # What is written has 16 bits.
        np.testing.assert_allclose(timeline.gradient_norm, values.norms[layer], rtol=2e-3, atol=1e-14)


@pytest.mark.parametrize("run", _STEPS)
def test_verdicts_follow_from_the_raw_values(seen: dict[str, Seen], run: str) -> None:
    values = seen[run]
    for layer, timeline in values.layers.items():
        active, norms, states = values.active[layer], values.norms[layer], timeline.states()[-1]
        without_gradient = (active[-1] > 0) & (norms[-1] < 1e-8)
        np.testing.assert_array_equal(states == UnitState.NO_GRADIENT, without_gradient)
        steps_inactive = np.argmax(np.append(active[::-1] > 0, np.ones((1, len(states)), bool), axis=0), axis=0)
        dead = (steps_inactive * values.samples[layer] >= 1000) & (norms[-1] == 0)
        np.testing.assert_array_equal(states == UnitState.DEAD, dead)
        np.testing.assert_array_equal(timeline.dead_units(), np.flatnonzero(dead))


def test_raw_pixels_leave_units_alive_without_a_gradient(example: ModuleType, seen: dict[str, Seen]) -> None:
    values = seen["conv_raw"]
    for layer, timeline in values.layers.items():
        # Positive pixels and mostly positive weights: every unit is active in every step, so that none can be dead.
        assert values.active[layer].min() > 0
        assert values.norms[layer].max() < 1e-8
        assert np.all(timeline.states() == UnitState.NO_GRADIENT)
        assert len(timeline.dead_units()) == 0
    # One class has all of the probability, and it is none of the digits: 1 too much there, 1 too little at the label.
    np.testing.assert_allclose(values.losses, 2, rtol=1e-6)
    assert example.judge(values.layers, values.losses) == "no_gradient"


def test_division_by_255_lets_gradients_through(example: ModuleType, seen: dict[str, Seen]) -> None:
    values = seen["conv_scaled"]
    for layer, timeline in values.layers.items():
        assert not np.any(timeline.states() == UnitState.NO_GRADIENT)
        assert values.norms[layer][values.active[layer] > 0].min() > 1e-8
        # Ordinary units are the rule, though training leaves a few of the dense layer's inactive.
        assert np.mean(np.isin(timeline.states()[-1], [UnitState.HEALTHY, UnitState.ALWAYS_ON])) > 0.7
    assert np.mean(values.losses[-10:]) < 0.97 * np.mean(values.losses[:10])
    assert example.judge(values.layers, values.losses) == "clear"


def test_negative_pre_activations_are_dead(example: ModuleType, seen: dict[str, Seen]) -> None:
    values = seen["conv_negative"]
    for layer, timeline in values.layers.items():
        assert values.active[layer].max() == 0
        assert values.norms[layer].max() == 0
        np.testing.assert_array_equal(timeline.dead_units(), np.arange(_UNITS[layer]))
        assert all(timeline.history(unit).born_dead for unit in range(timeline.units))
        # 1,000 samples are asked for: one step has them by its positions, or else 16 steps of 64 rows.
        enough = np.arange(1, 17) * values.samples[layer] >= 1000
        states = np.where(enough, UnitState.DEAD, UnitState.SILENT)[:, None]
        np.testing.assert_array_equal(timeline.states(), np.broadcast_to(states, timeline.active.shape))
    assert [layer for layer, samples in values.samples.items() if samples < 1000] == ["conv_4", "dense_1"]
    assert example.judge(values.layers, values.losses) == "dead"


def test_four_numbers_have_no_gradient_until_they_are_divided(example: ModuleType, seen: dict[str, Seen]) -> None:
    raw, scaled = seen["four_raw"], seen["four_scaled"]
    # Leaky units put out something on the negative side, too.
    assert raw.smallest["dense_1"] < 0 and scaled.smallest["dense_1"] < 0
    assert raw.active["dense_1"].min() == 1 and scaled.active["dense_1"].min() == 1
    assert raw.norms["dense_1"].max() < 1e-8
    assert np.all(raw.layers["dense_1"].states() == UnitState.NO_GRADIENT)
    assert np.ptp(raw.losses) < 1e-6
    assert example.judge(raw.layers, raw.losses) == "no_gradient"

    assert scaled.norms["dense_1"].min() > 1e-8
    # There is one row only, on which they are active.
    assert np.all(scaled.layers["dense_1"].states() == UnitState.ALWAYS_ON)
    assert np.all(np.diff(scaled.losses) < 0)
    assert example.judge(scaled.layers, scaled.losses) == "clear"


def test_weights_have_a_scale_too(example: ModuleType, tmp_path: pathlib.Path) -> None:
    run = dataclasses.replace(example.RUNS["conv_scaled"], mean=0.1, stddev=0.1)
    losses = example.train(str(tmp_path), run, steps=2)
    assert example.judge(read(tmp_path)["."], losses) == "no_gradient"


def test_example_prints_a_table_and_a_conclusion_per_run(
    example: ModuleType, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert example.main(["--logdir", str(tmp_path), "--steps", "16"]) == 0
    raw, scaled, negative, four_raw, four_scaled, _ = capsys.readouterr().out.split("\n\n")
    for text, state in ((raw, "no_gradient"), (negative, "dead")):
        assert text.splitlines()[2].split() == ["layer", "units", state]
        assert [line.split() for line in text.splitlines()[3:8]] == [[n, str(u), str(u)] for n, u in _UNITS.items()]
    assert four_raw.splitlines()[2].split() == ["layer", "units", "no_gradient"]
    for text in (scaled, four_scaled):
        assert "no_gradient" not in text and "the loss falls" in text
    for text in (raw, four_raw):
        assert "alive, but no gradient reaches them" in text
    assert "The units are dead" in negative
    assert set(read(tmp_path)) == set(example.RUNS)


def test_example_exits_with_1_if_a_run_turns_out_otherwise(
    example: ModuleType, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = example.RUNS["four_scaled"]
    monkeypatch.setattr(example, "RUNS", {"four": run})
    assert example.main(["--logdir", str(tmp_path / "right"), "--steps", "20"]) == 0
    monkeypatch.setattr(example, "RUNS", {"four": dataclasses.replace(run, outcome="dead")})
    assert example.main(["--logdir", str(tmp_path / "wrong"), "--steps", "20"]) == 1
