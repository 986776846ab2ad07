"""A run's overview made of its layers' own records, where none was written beside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.run_overview import overview_rows
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries, SeriesRecord
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.wire import codes


@dataclasses.dataclass(frozen=True)
class LayerRows:
    """What an overview has of one layer, without per-unit data.

    Attributes:
      name, layer_type: As in `overview.LayerOverview`.
      steps, window_start_steps, ordinals: int64 [records].
      wall_times: float64 [records].
      rows: `overview_rows.ROW` [records].
      counts: int64 [records, states].
      deaths: int64 [records, 2], as `overview_rows.Rows.deaths`.
      unreadable: Number of damaged records that were left out.
    """

    name: str
    layer_type: str
    steps: npt.NDArray[np.int64]
    window_start_steps: npt.NDArray[np.int64]
    ordinals: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    rows: npt.NDArray[np.void]
    counts: npt.NDArray[np.int64]
    deaths: npt.NDArray[np.int64]
    unreadable: int


def layer_rows(timeline: Timeline) -> LayerRows:
    """Sums a layer's records up, as `overview.layer_overview` does for one."""
    info, states = timeline.info, timeline.states()
    rows = np.zeros(len(timeline.steps), overview_rows.ROW)
    rows["samples"], rows["screened_samples"] = timeline.samples, timeline.screened_samples
    rows["units"] = timeline.widths
    rows["layer_index"] = overview_rows.NO_INDEX if info.layer_index is None else info.layer_index
    rows["flags"] = overview_rows.CAN_DIE if info.fraction == metadata.ZERO_FRACTION else 0
    fractions = timeline.fraction_codes
    rows["fraction"] = _quantiles(fractions, fractions == codes.NAN_CODE, codes.NAN_CODE)
    for name, flag in overview_rows.FLAGS.items():
        values = getattr(timeline, name)
        if values is not None:
            rows["flags"] |= flag
            rows[name] = codes.encode_log16(_quantiles(values, np.isnan(values), np.nan))
    counts = np.stack([np.count_nonzero(states == state, axis=1) for state in range(overview_rows.STATES)], axis=1)
    return LayerRows(
        name=timeline.layer,
        layer_type=info.layer_type,
        steps=timeline.steps,
        window_start_steps=timeline.window_start_steps,
        ordinals=timeline.ordinals,
        wall_times=timeline.wall_times,
        rows=rows,
        counts=counts.astype(np.int64),
        deaths=deaths(timeline.last_active_step, states == UnitState.DEAD),
        unreadable=timeline.unreadable,
    )


def deaths(last_active_step: npt.NDArray[np.int64], dead: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Of the units that are dead in each record the earliest last activity, and how many never were active.

    Args:
      last_active_step, dead: [records, units].

    Returns:
      int64 [records, 2], as `overview_rows.Rows.deaths`.
    """
    never = np.iinfo(np.int64).max
    first = np.where(dead & (last_active_step >= 0), last_active_step, never).min(axis=1, initial=never)
    born = np.count_nonzero(dead & (last_active_step < 0), axis=1)
    return np.stack([np.where(first < never, first, -1), born], axis=1)


def series(run: str, layers: Sequence[LayerRows]) -> OverviewSeries:
    """Puts layers together.

    There is a record at every step at which a layer has one, but no more
    records than the layer that has the most; then some steps are left out,
    evenly, and never the newest. Layers without records are left out. Each has every layer's newest record up to
    its step: layers may have been written at different steps, and of the newest
    step a part of the layers may not be there yet.
    """
    unreadable = sum(layer.unreadable for layer in layers)
    layers = [layer for layer in layers if len(layer.steps)]
    most = max((len(layer.steps) for layer in layers), default=0)
    steps = np.unique(np.concatenate([layer.steps for layer in layers])) if layers else np.zeros(0, np.int64)
    if len(steps) > most:
        steps = steps[np.arange(1, most + 1) * len(steps) // most - 1]
    shape = len(steps), len(layers)
    table = np.zeros(shape, overview_rows.ROW)
    table["fraction"] = codes.NAN_CODE
    counts = np.zeros((*shape, overview_rows.STATES), np.int64)
    deaths = np.full((*shape, len(overview_rows.DEATHS)), -1, np.int64)
    starts, ordinals, wall_times = np.zeros_like(steps), np.full_like(steps, -1), np.zeros(len(steps))
    numbered = all(np.array_equal(layer.steps, steps) for layer in layers)
    for column, layer in reversed(list(enumerate(layers))):
        newest = np.searchsorted(layer.steps, steps, side="right") - 1
        has = newest >= 0
        table[has, column] = layer.rows[newest[has]]
        counts[has, column] = layer.counts[newest[has]]
        deaths[has, column] = layer.deaths[newest[has]]
        at_step = np.flatnonzero(has)[layer.steps[newest[has]] == steps[has]]
        starts[at_step] = layer.window_start_steps[newest[at_step]]
        wall_times[at_step] = layer.wall_times[newest[at_step]]
        if numbered:
            ordinals[:] = layer.ordinals
    named = [(layer.name, layer.layer_type) for layer in layers]
    records: list[SeriesRecord] = []
    for r, step in enumerate(steps.tolist()):
        rows = overview_rows.Rows(step, int(starts[r]), int(ordinals[r]), table[r], counts[r], deaths[r], b"")
        records.append((step, float(wall_times[r]), rows, named))
    return OverviewSeries.of_records(run, records, unreadable=unreadable)


def _quantiles(values: npt.NDArray, missing: npt.NDArray[np.bool_], none: float) -> npt.NDArray:
    """Quantiles over units by nearest rank.

    Args:
      values: [records, units]; what is missing must be last when they are sorted.
      missing: bool [records, units].
      none: What to give for records in which all are missing.

    Returns:
      [records, 7] of the dtype of `values`.
    """
    known = values.shape[1] - np.count_nonzero(missing, axis=1)
    ranks = np.rint(np.array(overview_rows.QUANTILES) * (known[:, None] - 1)).astype(np.intp)
    chosen = np.take_along_axis(np.sort(values, axis=1), np.maximum(ranks, 0), axis=1)
    return np.where(known[:, None] > 0, chosen, np.asarray(none, values.dtype))
