"""What is known of the model's input: its scale over the run, whether it varies, and whether it has changed."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.diagnosis.numbers_in_words import number

LARGE_INPUT = 30.0
"""Largest entry of an input that is far from what initialisers are made for, entries of about 1: scaled
pixels and standardised features, outliers included, stay below, pixels from 0 to 255 do not."""

LARGE_INPUT_RMS = 3.0
"""What goes with it: few outliers in an input of ordinary scale leave its root mean square near 1."""

FAR_FROM_ZERO = 3.0
"""Mean over standard deviation of an input whose entries all but share their sign."""

OTHER_SCALE = 3.0
"""Factor between root mean squares, and distance between means in standard deviations over three, from which an input
is another one: windows of one data set, shuffled or not, differ by less."""

OTHER_MEAN = 1.0

OUTLIER = 10.0
"""Factor between largest entries: single values that are wrong hardly show in the others."""

FEWEST_ROWS = 8
"""Rows that a record must be of to be compared with others: single rows differ by anything."""

_BEFORE = 64


@dataclasses.dataclass(frozen=True)
class Input:
    """The model's input over some records: medians over them; NaN where not known.

    Attributes:
      low, high: Smallest and largest entry.
      mean, deviation: Over all entries.
    """

    low: float
    high: float
    mean: float
    deviation: float

    @property
    def rms(self) -> float:
        """Root mean square of the entries."""
        return math.hypot(self.mean, self.deviation)

    @property
    def is_large(self) -> bool:
        """Whether its scale is far from 1."""
        return max(abs(self.low), abs(self.high)) >= LARGE_INPUT and self.rms >= LARGE_INPUT_RMS

    @property
    def is_off_centre(self) -> bool:
        """Whether its entries all but share their sign: large ones of one sign, or a mean far from 0."""
        one_sign = self.is_large and self.low * self.high >= 0
        return one_sign or abs(self.mean) >= FAR_FROM_ZERO * self.deviation > 0

    def numbers(self) -> str:
        """For example "from 0 to 255, mean 33, standard deviation 78"."""
        low, high, mean, deviation = map(number, (self.low, self.high, self.mean, self.deviation))
        return f"from {low} to {high}, mean {mean}, standard deviation {deviation}"


@dataclasses.dataclass(frozen=True)
class Change:
    """The model's input is another one than before.

    Attributes:
      step: The last step of the records before.
      before: Over these.
      now: In the first record that differs.
    """

    step: int
    before: Input
    now: Input

    def sentence(self) -> str:
        """The numbers, without a full stop."""
        return (
            f"the model's input, {self.before.numbers()} up to step {self.step:,}, "
            f"changed: {self.now.numbers()} after it"
        )


@dataclasses.dataclass(frozen=True)
class Constant:
    """The model's input does not vary from some record on, up to the newest.

    Attributes:
      change: What it was before; None where it never varied.
      mixed_since: Step at which the last record before begins, as far as is
        known: what varied in it may have been its first part only.
    """

    change: Change | None
    mixed_since: int


class InputEvidence:
    """The input's numbers in a run's overviews; records without them are left out.

    Args:
      training: {name: float64 [records]}, as `OverviewSeries.training`.
      steps: int64 [records].
    """

    def __init__(self, training: Mapping[str, npt.NDArray[np.float64]], steps: npt.NDArray[np.int64]) -> None:
        unknown = np.full(len(steps), np.nan)

        def values(name: str) -> npt.NDArray[np.float64]:
            return np.asarray(training.get(f"input_{name}", unknown), np.float64)

        known = ~np.isnan(values("mean") + values("min") + values("max") + values("deviation"))
        self._steps = steps[known]
        self._low, self._high, self._mean, self._deviation, self._constant, self._constant_most, self._rows = (
            values(name)[known] for name in ("min", "max", "mean", "deviation", "constant", "constant_most", "rows")
        )
        with np.errstate(over="ignore"):
            self._rms = np.hypot(self._mean, self._deviation)
        self._peak = np.maximum(np.abs(self._low), np.abs(self._high))

    @functools.cached_property
    def whole(self) -> Input:
        """Over the whole run."""
        return self._over(np.arange(len(self._steps)))

    @functools.cached_property
    def constant(self) -> Constant | None:
        """Since when nothing varies; None where something does, or too little was seen to tell."""
        # What has one value within each record only, as in batches of one row, varies from record to record.
        same = (
            (self._constant >= 1)
            & (self._low == self._low[-1:])
            & (self._high == self._high[-1:])
            & (np.abs(self._mean - self._mean[-1:]) <= 1e-6 * self._peak)
        )
        others = np.flatnonzero(~same)
        start = int(others[-1]) + 1 if len(others) else 0
        tail = np.arange(start, len(same))
        if not self._is_enough(tail, FEWEST_ROWS if start else 2):
            return None
        if start == 0:
            return Constant(None, 0)
        change = Change(int(self._steps[start - 1]), self._over(self._before(start)), self._over(tail))
        return Constant(change, int(self._steps[start - 2]) if start > 1 else 0)

    @property
    def one_is_constant(self) -> bool:
        """Whether one of several inputs does not vary in any record that is of enough rows, of which there are some."""
        told = self._constant_most[self._rows >= FEWEST_ROWS]
        return bool(len(told) and (told >= 1).all())

    def change(self, died: int) -> Change | None:
        """How the input at the death of a unit differs from all that was before it; None where it does not.

        Args:
          died: Step at which it was last active.
        """
        at = int(np.searchsorted(self._steps, died))
        before = self._before(at)
        before = before[self._comparable[before]]
        if len(before) == 0:
            return None
        # A unit that was last active at a window's end died in the next.
        for row in range(at, min(at + 2, len(self._steps))):
            if self._comparable[row] and self._is_other(row, before):
                return Change(int(self._steps[row - 1]), self._over(before), self._over(np.array([row])))
        return None

    def _before(self, row: int) -> npt.NDArray[np.int64]:
        return np.arange(max(0, row - _BEFORE), row)

    @functools.cached_property
    def _comparable(self) -> npt.NDArray[np.bool_]:
        return np.isnan(self._rows) | (self._rows >= FEWEST_ROWS)

    def _is_enough(self, rows: npt.NDArray[np.int64], least: int) -> bool:
        """Whether so many rows of data are behind these records; two records where it is not known how many."""
        counted = self._rows[rows]
        return bool(len(rows) >= 2 if np.isnan(counted).any() else counted.sum() >= least)

    def _is_other(self, row: int, before: npt.NDArray[np.int64]) -> bool:
        """Whether a record's input is outside of the range of those before, by far."""
        mean, rms, peak = self._mean, self._rms, self._peak
        spread = OTHER_MEAN * max(self._deviation[row], float(self._deviation[before].max()))
        moved = max(mean[before].min() - mean[row], mean[row] - mean[before].max()) > spread
        scaled = rms[row] > OTHER_SCALE * rms[before].max() or OTHER_SCALE * rms[row] < rms[before].min()
        return bool(moved or scaled or peak[row] > OUTLIER * peak[before].max())

    def _over(self, rows: npt.NDArray[np.int64]) -> Input:
        return Input(
            *(
                float(np.median(values[rows])) if len(rows) else math.nan
                for values in (self._low, self._high, self._mean, self._deviation)
            )
        )
