"""Marks on a layer's timeline are the histories of its units."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tb_deadrelu_plugin import record
from tb_deadrelu_plugin.serving import marks
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tests.event_writing import RELU, make_records


def of_histories(timeline: Timeline) -> dict[str, Counter[int]]:
    """The same by a loop over units."""
    found: dict[str, Counter[int]] = {"deaths": Counter(), "revivals": Counter(), "repairs": Counter()}
    for unit in range(timeline.units):
        history = timeline.history(unit)
        found["deaths"].update(history.died_at)
        if history.born_dead:
            found["deaths"][int(timeline.window_start_steps[0])] += 1
        found["revivals"].update(history.revived_at)
        found["repairs"].update(history.repaired_at)
    return found


def random_timeline(seed: int, units: int = 30, records: int = 40, keep: float = 1.0) -> Timeline:
    """Units that are active now and then, some never, and some of which are re-initialised."""
    rng = np.random.default_rng(seed)
    last, repaired = np.full(units, -1), np.full(units, -1)
    rates = rng.choice([0.0, 0.1, 0.5, 0.9], units)
    stored = []
    for r in range(records):
        start, step = 10 * r, 10 * r + 10
        active = rng.random(units) < rates
        last = np.where(active, rng.integers(start + 1, step + 1, units), last)
        repaired = np.where(rng.random(units) < 0.03, rng.integers(start + 1, step + 1, units), repaired)
        one = record.Record(
            step,
            start,
            1000,
            10,
            np.where(active, 500, 0),
            last_active_step=last,
            last_revival_step=repaired,
            revivals=(repaired >= 0).astype(np.int64),
            total_samples=1000 * (r + 1),
            ordinal=r,
        )
        if rng.random() < keep:
            stored.append(Stored(step, 0.0, record.encode(one)))
    return Timeline("run", "layer", RELU, stored)


@pytest.mark.parametrize("keep", [1.0, 0.3])
@pytest.mark.parametrize("seed", range(5))
def test_they_are_the_histories_of_all_units(seed: int, keep: float) -> None:
    timeline = random_timeline(seed, keep=keep)
    found = {name: dict(zip(of.steps.tolist(), of.units.tolist())) for name, of in marks.of_timeline(timeline).items()}
    assert found == of_histories(timeline)
    assert all(found.values())


def test_steps_increase_and_nothing_is_marked_for_nothing() -> None:
    for of in marks.of_timeline(random_timeline(0)).values():
        assert np.all(np.diff(of.steps) > 0) and np.all(of.units >= 1)
    stored = [Stored(one.step, 0.0, record.encode(one)) for one in make_records(3, 4)]
    never = marks.of_timeline(Timeline("run", "layer", RELU, stored))["repairs"]
    assert never.steps.shape == never.units.shape == (0,)
    empty = marks.of_timeline(Timeline("run", "layer", RELU, []))
    assert all(len(of.steps) == 0 for of in empty.values())
