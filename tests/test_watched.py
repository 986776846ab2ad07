"""What a watched layer remembers of its units, against the activity itself."""

from __future__ import annotations

import re

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.instrument.accumulator import Sums
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.clock import Clock
from tb_deadrelu_plugin.instrument.probes import Probe
from tb_deadrelu_plugin.instrument.watched import WatchedLayer, Window
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import Thresholds, UnitHistory, UnitState

pytestmark = pytest.mark.tensorflow


def make_layer() -> WatchedLayer:
    probe = Probe("hidden", Activation("relu"), 0.0, -1, Clock(True), lambda: None)
    return WatchedLayer(metadata.LayerInfo(gradient_at=None), probe)


def sums(samples: int, active: np.ndarray, last_active: np.ndarray) -> Sums:
    zeros = np.zeros(len(active), np.int64)
    return Sums(samples, samples, active, zeros, active * 0.5, zeros * 1.0, zeros, 0, last_active)


def write(layer: WatchedLayer, step: int, active: list[int], last_active: list[int], samples: int = 600) -> Stored:
    """The record of a window of ten steps."""
    one = layer.record(
        sums(samples, np.array(active), np.array(last_active)), Window(step - 10, step, step - 10, step, 10, 0), False
    )
    return Stored(step, 0.0, record.encode(one))


def test_repairs_are_in_the_next_record() -> None:
    layer = make_layer()
    first = write(layer, 10, [0, 0], [-1, -1], samples=1000)
    assert layer.states(Thresholds()).tolist() == [UnitState.DEAD] * 2
    layer.note_revived(np.array([1]), 10)
    assert layer.states(Thresholds()).tolist() == [UnitState.DEAD, UnitState.SILENT]
    second = write(layer, 20, [0, 0], [-1, -1])
    assert layer.last is not None and layer.last.revivals is not None and layer.last.last_revival_step is not None
    assert layer.last.revivals.tolist() == [0, 1] and layer.last.last_revival_step.tolist() == [-1, 10]
    layer.note_revived(np.array([1, 0, 1]), 20)
    # What was written stays as it was.
    assert layer.last.revivals.tolist() == [0, 1]
    third = write(layer, 30, [7, 0], [24, -1])
    timeline = Timeline("run", "hidden", layer.info, [first, second, third])
    assert timeline.revivals is not None and timeline.last_revival_step is not None
    assert timeline.revivals.tolist() == [[0, 0], [0, 1], [1, 2]]
    assert timeline.last_revival_step.tolist() == [[-1, -1], [-1, 10], [20, 20]]
    assert timeline.samples_since_active.tolist() == [[1000, 1000], [1600, 600], [0, 600]]
    assert timeline.history(1) == UnitHistory(True, (), (), (10, 20))


def test_no_repairs_are_none() -> None:
    layer = make_layer()
    write(layer, 10, [0], [-1])
    assert layer.last is not None and layer.last.revivals is None and layer.last.last_revival_step is None


def test_samples_of_a_window_with_a_repair_are_no_evidence() -> None:
    layer = make_layer()
    write(layer, 10, [0], [-1], samples=10_000)
    layer.note_revived(np.array([0]), 14)
    write(layer, 20, [0], [-1], samples=10_000)
    assert layer.states(Thresholds()).tolist() == [UnitState.SILENT]
    write(layer, 30, [0], [-1], samples=10_000)
    assert layer.states(Thresholds()).tolist() == [UnitState.DEAD]


def test_states_are_those_that_the_records_give() -> None:
    """Drawn runs with repairs between windows and within them."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        layer, units = make_layer(), 12
        last, stored = np.full(units, -1), []
        for step in range(10, 210, 10):
            active = np.where(rng.random(units) < 0.2, rng.integers(1, 400, units), 0)
            last = np.where(active > 0, rng.integers(step - 9, step + 1, units), last)
            stored.append(write(layer, step, active.tolist(), last.tolist(), samples=400))
            timeline = Timeline("run", "hidden", layer.info, stored)
            assert layer.states(Thresholds()).tolist() == timeline.states()[-1].tolist()
            repair = np.flatnonzero(rng.random(units) < 0.1)
            if len(repair):
                layer.note_revived(repair, step + int(rng.choice([0, 5])))


def test_repairs_of_what_is_not_there() -> None:
    layer = make_layer()
    with pytest.raises(
        ValueError, match=r"^units can be re-initialised once the layer was watched .* got none so far\.$"
    ):
        layer.note_revived(np.array([0]), 0)
    write(layer, 10, [0, 0], [-1, -1])
    for units in ([2], [-1, 0]):
        message = f"units must be in [0, 1], got {units[0]} to {units[-1]}."
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            layer.note_revived(np.array(units), 10)
    layer.note_revived(np.zeros(0, np.int64), 10)
