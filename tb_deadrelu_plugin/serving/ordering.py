"""Units in an order that shows something."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import layer_statistics
from tb_deadrelu_plugin.layer_statistics import StatisticError
from tb_deadrelu_plugin.serving import difference
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState

DIFFERENCE = "difference"
ORDERS = ("index", "death", "fraction", "gradient_norm", DIFFERENCE)


def unit_order(
    timeline: Timeline, order: str, units: int | None = None, minus: Timeline | None = None
) -> npt.NDArray[np.uint32]:
    """Units in the order asked for; ties by index.

    Args:
      timeline: The layer that gives the order.
      order: One of `ORDERS`.
      units: Number of units to put in order, if not those of `timeline`;
        units that it does not have come last, by index.
      minus: The layer that `timeline` is compared with, for `DIFFERENCE`.

    Returns:
      uint32 [units], the unit at each position.

    Raises:
      ValueError: `order` is none of `ORDERS`, or lacks the layer to compare with.
      StatisticError: `order` is by a statistic that the layer does not have.
    """
    units = timeline.units if units is None else units
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(map(repr, ORDERS))}, got {order!r}.")
    if order == "gradient_norm" and timeline.gradient_norm is None:
        raise StatisticError(
            f"The order 'gradient_norm' needs gradient norms, which layer {timeline.layer!r} of run {timeline.run!r} "
            "does not have; order by 'index', 'death' or 'fraction'."
        )
    key = np.full(units, np.inf)
    shared = min(units, timeline.units)
    if order == "index":
        key[:shared] = 0
    elif order == DIFFERENCE:
        if minus is None:
            raise ValueError(f"the order {order!r} needs a layer to compare with, got none.")
        key[:shared] = _difference_key(timeline, minus)[:shared]
    elif len(timeline.steps):
        key[:shared] = _last_key(timeline, order)[:shared]
    return np.argsort(key, kind="stable").astype(np.uint32)


def worst_first(timeline: Timeline) -> npt.NDArray[np.int64]:
    """The units of the newest record, those in the most severe state first.

    Within a state those that were last active earliest come first, then those
    with the smallest share of active samples, then by index.

    Returns:
      int64 [units of the newest record].
    """
    if len(timeline.steps) == 0:
        return np.zeros(0, np.int64)
    width = int(timeline.widths[-1])
    severity = timeline.states()[-1, :width].astype(np.int64)
    share = layer_statistics.active_share(timeline, -1)[:width]
    return np.lexsort((share, timeline.narrow_last_active_step[-1, :width], -severity)).astype(np.int64)


def _last_key(timeline: Timeline, order: str) -> npt.NDArray[np.float64]:
    """float64 [units] at the last record, smallest first, infinity for what comes last."""
    if order == "death":
        dead = timeline.states()[-1] == UnitState.DEAD
        return np.where(dead, timeline.narrow_last_active_step[-1].astype(np.float64), np.inf)
    if order == "fraction":
        # Shares next to 0 are told apart where fractions next to 1 are not.
        values = layer_statistics.active_share(timeline, -1)
    else:
        assert timeline.gradient_norm is not None
        values = timeline.gradient_norm[-1].astype(np.float64)
    return np.where(np.isnan(values), np.inf, values)


def _difference_key(timeline: Timeline, minus: Timeline) -> npt.NDArray[np.float64]:
    """float64 [units], smallest where the fractions differ most in the mean over records, infinity for no value."""
    total, known = np.zeros(timeline.units), np.zeros(timeline.units)
    for row in difference.rows(timeline, minus, difference.FRACTION):
        has = ~np.isnan(row)
        total += np.where(has, np.abs(row), 0)
        known += has
    return np.where(known > 0, -total / np.maximum(known, 1), np.inf)
