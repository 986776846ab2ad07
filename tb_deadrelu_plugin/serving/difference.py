"""What two runs of one layer differ by, record by record."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import layer_statistics
from tb_deadrelu_plugin.serving.shrinking import Part
from tb_deadrelu_plugin.timeline import Timeline

FRACTION = "fraction"
"""The zero or the negative fraction, whichever each run has."""

_BY_RATIO = ("gradient_norm", "mean_activation")


def partners(timeline: Timeline, minus: Timeline) -> npt.NDArray[np.int64]:
    """The record of `minus` that covers the step of each record of `timeline`.

    It is the first one at this step or after it: the two may have been
    written at different steps.

    Returns:
      int64 [records], indices of records of `minus`; -1 where it has none
      that covers the step, for it ended earlier or has a gap there.
    """
    first = np.searchsorted(minus.steps, timeline.steps)
    starts = np.append(minus.window_start_steps, np.iinfo(np.int64).max)[first]
    return np.where(starts < timeline.steps, first, -1)


def rows(
    timeline: Timeline, minus: Timeline, statistic: str, records: Part | None = None
) -> Iterator[npt.NDArray[np.float64]]:
    """Yields the differences of one record after the other: those of `timeline` less those of `minus`.

    Fractions and biases are subtracted; of gradient norms and mean activations
    it is the difference of the decimal logarithms: 1 for ten times as much.

    Args:
      timeline: The layer.
      minus: The layer of the same name in another run.
      statistic: `FRACTION`, or a statistic that both have.
      records: The records of `timeline`; all if None.

    Yields:
      float64 [units]. NaN where either has no value; 0 where both are 0, and
      infinite where one logarithm alone is that of 0.
    """
    shared = min(timeline.units, minus.units)
    partner = partners(timeline, minus).tolist()
    for r in range(*(records or (0, len(timeline.steps)))):
        row = np.full(timeline.units, np.nan)
        if partner[r] >= 0:
            a, b = _terms(timeline, statistic, r)[:shared], _terms(minus, statistic, partner[r])[:shared]
            with np.errstate(invalid="ignore"):
                row[:shared] = a - b
            if statistic in _BY_RATIO:
                row[:shared][np.isneginf(a) & np.isneginf(b)] = 0
        yield row


def _terms(timeline: Timeline, statistic: str, record: int) -> npt.NDArray[np.float64]:
    """float64 [units], what is subtracted."""
    if statistic in (FRACTION, timeline.info.fraction):
        # The fraction less 1: exact also where the fraction is next to 1.
        return -layer_statistics.active_share(timeline, record)
    values = getattr(timeline, statistic)[record].astype(np.float64)
    if statistic not in _BY_RATIO:
        return values
    with np.errstate(divide="ignore"):
        return np.log10(values)
