"""Which statistics a layer has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import statistics
from tb_deadrelu_plugin.timeline import Timeline

OPTIONAL = ("gradient_norm", "mean_activation", "bias")
"""Those that may not have been recorded, in the order in which they are named."""

_SEEN_ACTIVE = 2.0**-64


class StatisticError(ValueError):
    """The layer does not have the statistic that was asked for."""


def statistics_of(timeline: Timeline) -> list[str]:
    """Names of the statistics that the layer has, the fraction first."""
    return [timeline.info.fraction] + [name for name in OPTIONAL if getattr(timeline, name) is not None]


def check(timeline: Timeline, statistic: str) -> None:
    """Checks that a layer has a statistic.

    Raises:
      StatisticError: It does not.
    """
    known = statistics_of(timeline)
    if statistic not in known:
        raise StatisticError(
            f"statistic must be one of {', '.join(map(repr, known))} for layer {timeline.layer!r} of run "
            f"{timeline.run!r}, got {statistic!r}."
        )


def active_share(timeline: Timeline, record: int) -> npt.NDArray[np.float64]:
    """Share of active samples in one record: 1 minus the fraction, but exact where that is next to 1.

    Returns:
      float64 [units]; 0 only where no sample was active, NaN where there is
      no finite sample or no such unit. A unit that was active, but in none of
      the samples that the share is of, has 2**-64, below any share of counts.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = timeline.narrow_active[record] / _finite(timeline, record)
    return np.where((share == 0) & timeline.seen_active[record], _SEEN_ACTIVE, share)


def fraction_at(timeline: Timeline, record: int) -> npt.NDArray[np.float32]:
    """One record's `Timeline.fraction`, float32 [units], where those of all records are not needed."""
    return statistics.zero_fraction(
        timeline.narrow_active[record], _finite(timeline, record), timeline.seen_active[record]
    )


def _finite(timeline: Timeline, record: int) -> npt.NDArray[np.int64]:
    """int64 [units], finite samples in one record's window; 0 where there is no such unit."""
    return np.where(timeline.present[record], timeline.samples[record] - timeline.non_finite_activations[record], 0)
