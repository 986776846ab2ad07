"""Biases that fell record by record until their units died."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.timeline import Timeline

STRONG = 2.0
"""Fall of a bias that takes nearly all samples from a unit, in what the unit gave on average when it was active: for
normally distributed sums that is 0.8 standard deviations, so that twice as much leaves 1 sample in 20."""

BEFORE_DEATH = 0.25
"""Share of the fall that must lie before the window of the death: a unit that is killed at once has none there."""

AT_ONCE = 0.9
"""Share of the fall that no two records in a row may have between them: it would not be step by step."""

STEADY = 0.7
"""Share of all of a bias's movement that the fall must be."""

_MOST_RECORDS = 128
"""So many, evenly spread, show a drift as well as all of them."""


@dataclasses.dataclass(frozen=True)
class Drift:
    """How the biases of dead units moved from their highest value to their death.

    Attributes:
      first: float64 [n], the highest bias recorded before the death.
      at_death: float64 [n], the bias when the unit was last active, between
        records on a line.
      ratio: float64 [n], the fall over the mean of the unit's active samples
        in the first record that has any.
      steady: bool [n], whether it fell strongly, step by step, and mostly
        before the window of the death. Never where less than two records
        are from before.

    All but `steady` are NaN where not known.
    """

    first: npt.NDArray[np.float64]
    at_death: npt.NDArray[np.float64]
    ratio: npt.NDArray[np.float64]
    steady: npt.NDArray[np.bool_]


def measure(timeline: Timeline, units: npt.NDArray[np.int64], died: npt.NDArray[np.int64]) -> Drift:
    """Measures the drift of units.

    Args:
      timeline: Their layer's records.
      units: int64 [n].
      died: int64 [n], steps at which they were last active.
    """
    if timeline.bias is None or timeline.mean_activation is None or len(units) == 0:
        unknown = np.full(len(units), np.nan)
        return Drift(unknown, unknown, unknown, np.zeros(len(units), bool))
    count = len(timeline.steps)
    chosen = np.arange(count) if count <= _MOST_RECORDS else np.linspace(0, count - 1, _MOST_RECORDS).astype(np.intp)
    steps = timeline.steps[chosen]
    # The record whose window has the death, or which follows it; one further on for units that no record is after.
    at = np.minimum(np.searchsorted(steps, died), len(steps) - 1)
    used = int(at.max()) + 1
    bias = timeline.bias[np.ix_(chosen[:used], units)].astype(np.float64)
    columns, rows = np.arange(len(units)), np.arange(used)[:, None]
    highest = np.where((rows < at) & ~np.isnan(bias), bias, -np.inf)
    top = np.argmax(highest, axis=0)
    first = np.where(at > 0, highest[top, columns], np.nan)
    before = np.maximum(at - 1, 0)
    length = np.maximum(steps[at] - steps[before], 1)
    part = np.clip((died - steps[before]) / length, 0.0, 1.0)
    at_death = bias[before, columns] + part * (bias[at, columns] - bias[before, columns])
    # From the highest value on, and with the death's own in place of that at the end of its window.
    path = np.where(rows == at, at_death, np.where((rows > at) | (rows < top), np.nan, bias))
    moves = np.diff(path, axis=0) if used > 1 else np.zeros((1, len(units)))
    fall = first - at_death
    with np.errstate(invalid="ignore", divide="ignore"):
        share_before = (first - bias[before, columns]) / fall
        monotone = fall / np.nansum(np.abs(moves), axis=0)
        largest = np.nanmax(np.where(np.isnan(moves), -np.inf, -moves), axis=0) / fall
        ratio = fall / _first_active_mean(timeline, units)
        steady = (
            (before - top >= 1)
            & (ratio >= STRONG)
            & (share_before >= BEFORE_DEATH)
            & (monotone >= STEADY)
            & (largest <= AT_ONCE)
        )
    return Drift(first, at_death, ratio, steady & (died >= 0))


def _first_active_mean(timeline: Timeline, units: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """float64 [n], the mean of each unit's active samples in the first record that has any; NaN where none has."""
    assert timeline.mean_activation is not None
    active = timeline.active[:, units]
    row = np.argmax(active > 0, axis=0)
    count = active[row, np.arange(len(units))]
    finite = timeline.samples[row] - timeline.non_finite_activations[row, units]
    total = timeline.mean_activation[row, units].astype(np.float64) * finite
    return np.divide(total, count, out=np.full(len(units), np.nan), where=count > 0)
