"""What is kept of a run's records in memory."""

from __future__ import annotations

import numpy as np
import pytest

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.writing.record_memory import RecordMemory
from tb_deadrelu_plugin.writing.run_summary import LayerAtStep, RunAtStep

INFO = metadata.LayerInfo(layer_index=0)


def run_at(step: int, *names: str) -> RunAtStep:
    last = np.array([step, min(step, 73), -1])
    one = record.Record(
        step,
        step - 1,
        1000,
        1,
        np.array([5, 5 if step <= 73 else 0, 0]),
        last_active_step=last,
        ordinal=step - 1,
        total_samples=1000 * step,
    )
    states = np.array([UnitState.HEALTHY, UnitState.DEAD, UnitState.DEAD], np.int8)
    return RunAtStep({name: LayerAtStep(INFO, one, states) for name in names}, Training(loss=step / 2))


@pytest.mark.parametrize("most", [2, 3, 8, 64])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 100, 1000])
def test_what_is_kept_is_spread_evenly(most: int, count: int) -> None:
    memory = RecordMemory(most)
    for step in range(1, count + 1):
        memory.add(run_at(step, "a"))
    steps = memory.timelines("run", {"a": INFO})["a"].steps
    assert len(steps) <= most
    assert steps[0] == 1 and steps[-1] == count
    # All but the newest are one stride apart, and no more than it takes are dropped.
    apart = set(np.diff(steps[:-1]))
    assert len(apart) <= 1 and (count <= most or len(steps) > most // 2)
    assert memory.overviews("run").steps.tolist() == steps.tolist()
    np.testing.assert_array_equal(memory.overviews("run").training["loss"], steps / 2)


def test_deaths_are_dated_right_where_records_were_dropped() -> None:
    memory = RecordMemory(4)
    for step in range(1, 201):
        memory.add(run_at(step, "a"))
    timeline = memory.timelines("run", {"a": INFO})["a"]
    assert timeline.history(1).died_at == (73,) and timeline.history(2).born_dead
    assert timeline.written == 200


def test_layers_without_records_are_left_out() -> None:
    memory = RecordMemory()
    assert memory.timelines("run", {"a": INFO}) == {} and len(memory.overviews("run").steps) == 0
    memory.add(run_at(1, "a"))
    memory.add(run_at(2, "a", "b"))
    got = memory.timelines("run", {"a": INFO, "b": INFO, "c": INFO})
    assert {name: one.steps.tolist() for name, one in got.items()} == {"a": [1, 2], "b": [2]}
