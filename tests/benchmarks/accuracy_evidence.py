"""Units that are active so rarely that short windows have nothing of them: what "dead" says then, and whether 3 / N holds."""

from __future__ import annotations

import dataclasses

import numpy as np

from tb_deadrelu_plugin.verdict import UnitState
from tests.benchmarks import accuracy_cases, accuracy_scores

UPDATE_FREQ = 4
"""Batches to a record: of 200 to an epoch, 2,000 samples."""


@dataclasses.dataclass(frozen=True)
class Evidence:
    """The units of one rate, over all records.

    Attributes:
      rate: Share of samples on which such a unit is active.
      entries: Units x records.
      dead: How many of them were called dead.
      active_since: How many of these were active in a sample since the step that they are said to be dead from.
      exceeded: How many of all have a rate above 3 / N, N being the samples since they were active.
      least: The smallest N.
    """

    rate: float
    entries: int
    dead: int
    active_since: int
    exceeded: int
    least: int


def measure(rows: int = 100_000) -> list[Evidence]:
    """Trains with short windows, and looks at the units that are active on less than 1 % of samples."""
    trained = accuracy_scores.train(accuracy_cases.every_state(rows), update_freq=UPDATE_FREQ)
    (name, timeline), truth = next(iter(trained.timelines.items())), trained.truth
    active = np.array([one[name].active for one in truth.batches])
    epoch = len(active) // trained.case.epochs
    rates = active[:epoch].sum(0) / sum(one[name].samples for one in truth.batches[:epoch])
    states = timeline.states()
    found = []
    for rate in sorted({rate for rate in rates.tolist() if 0 < rate < 0.01}, reverse=True):
        units = np.flatnonzero(rates == rate)
        records, columns = np.nonzero(states[:, units] == UnitState.DEAD)
        evidence = timeline.samples_since_active[records, units[columns]]
        since = np.maximum(timeline.last_active_step[records, units[columns]], 0)
        so_far = timeline.steps[records]
        since_active = [int(active[first:last, unit].sum()) for first, last, unit in zip(since, so_far, units[columns])]
        found.append(
            Evidence(
                rate=rate,
                entries=states[:, units].size,
                dead=len(records),
                active_since=int(np.count_nonzero(since_active)),
                exceeded=int(np.count_nonzero(rate * timeline.samples_since_active[:, units] > 3)),
                least=int(evidence.min()) if len(evidence) else 0,
            )
        )
    return found
