"""How many units of a layer have which value of a statistic, over the records, as bytes. See `http_api.md`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import layer_statistics
from tb_deadrelu_plugin.serving import sections, shrinking
from tb_deadrelu_plugin.serving.shrinking import Part
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.wire import codes

FEWEST_BINS, MOST_BINS = 4, 512
DEFAULT_BINS, DEFAULT_COLUMNS = 64, 1024

# So many values at a time that what is computed of them stays in the processor's cache.
_CACHED_ENTRIES = 1 << 16


def encode(
    timeline: Timeline,
    statistic: str,
    *,
    bins: int = DEFAULT_BINS,
    max_columns: int = DEFAULT_COLUMNS,
    records: Part | None = None,
) -> bytes:
    """Encodes the distribution of one statistic as the body of `/distribution`, not compressed.

    Args:
      timeline: The layer.
      statistic: One of `layer_statistics.statistics_of(timeline)`.
      bins: Number of bins, `FEWEST_BINS` to `MOST_BINS`.
      max_columns: At most so many, 1 to `shrinking.LARGEST_SIDE`.
      records: The records to encode; all if None.

    Raises:
      RangeError: An argument is out of range.
      StatisticError: The layer does not have the statistic.
    """
    layer_statistics.check(timeline, statistic)
    if not FEWEST_BINS <= bins <= MOST_BINS:
        raise shrinking.RangeError(f"bins must be an integer from {FEWEST_BINS} to {MOST_BINS}, got {bins}.")
    shrinking.check_side("max_columns", max_columns)
    first, end = shrinking.part_of("records", len(timeline.steps), "records", records)
    edges = bin_edges(timeline, statistic, bins)
    counts = count(timeline, statistic, edges, (first, end))
    starts = shrinking.block_starts(end - first, max_columns)
    if len(starts) <= len(counts):
        counts = np.maximum.reduceat(counts, starts[:-1].astype(np.intp), axis=0)
    arrays: dict[str, npt.NDArray] = {
        "counts": np.ascontiguousarray(counts.T),
        "edges": edges,
        "column_starts": starts + np.uint32(first),
        "steps": timeline.steps.astype(np.float64),
        "window_start_steps": timeline.window_start_steps.astype(np.float64),
    }
    header = {
        "run": timeline.run,
        "layer": timeline.layer,
        "statistic": statistic,
        "units": timeline.units,
        "records": len(timeline.steps),
        "bins": bins,
        "columns": len(starts) - 1,
    }
    return sections.encode(header, arrays)


def bin_edges(timeline: Timeline, statistic: str, bins: int) -> npt.NDArray[np.float64]:
    """Where bins begin and end; the same for every part of a layer.

    Returns:
      float64 [bins + 1], not descending; bin b holds values from `edges[b]` to
      `edges[b + 1]`. The first and the last two are alike for fractions, for
      their ends have bins of their own.
    """
    if statistic == timeline.info.fraction:
        return np.concatenate([[0], np.linspace(0, 1, bins - 1), [1]])
    if statistic == "bias":
        low, high = _extent(getattr(timeline, statistic), positive=False)
        if low == high:
            margin = abs(low) / 2 or 0.5
            low, high = low - margin, high + margin
        return np.linspace(low, high, bins + 1)
    low, high = _extent(getattr(timeline, statistic), positive=True)
    if low == high:
        low, high = low / 2, high * 2
    edges = np.concatenate([[0], np.logspace(np.log10(low), np.log10(high), bins)])
    # The logarithm rounds, and no value may be outside.
    edges[1], edges[-1] = low, high
    return edges


def count(timeline: Timeline, statistic: str, edges: npt.NDArray[np.float64], records: Part) -> npt.NDArray[np.uint32]:
    """Counts units by their values.

    Args:
      timeline: The layer.
      statistic: One that it has.
      edges: From `bin_edges`.
      records: The records to look at.

    Returns:
      uint32 [records, bins]; what is NaN, infinite or absent is in no bin.
    """
    bins = len(edges) - 1
    counts = np.zeros((records[1] - records[0], bins), np.uint32)
    some = max(1, _CACHED_ENTRIES // max(1, timeline.units))
    for start in range(*records, some):
        rows = slice(start, min(start + some, records[1]))
        if statistic == timeline.info.fraction:
            places = _fraction_bins(timeline, edges, rows)
        else:
            places = _value_bins(getattr(timeline, statistic)[rows], edges, log=statistic != "bias")
        # One bin more per record for what is in none.
        places += np.arange(len(places))[:, None] * (bins + 1)
        found = np.bincount(places.ravel(), minlength=len(places) * (bins + 1))
        counts[rows.start - records[0] : rows.stop - records[0]] = found.reshape(-1, bins + 1)[:, :bins]
    return counts


def _fraction_bins(timeline: Timeline, edges: npt.NDArray[np.float64], rows: slice) -> npt.NDArray[np.intp]:
    """intp [records, units]: bins, or their number for no value."""
    bins = len(edges) - 1
    finite = np.where(timeline.present[rows], timeline.samples[rows, None] - timeline.non_finite_activations[rows], 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (finite - timeline.narrow_active[rows]) / finite
    places = np.searchsorted(edges[2:-2], share, side="right") + 1
    # The codes know the ends: a share next to 1 may be 1 as a float.
    fraction_codes = timeline.fraction_codes[rows]
    places[fraction_codes == 0] = 0
    places[fraction_codes == codes.FRACTION16_ONE] = bins - 1
    places[fraction_codes == codes.NAN_CODE] = bins
    return places


def _value_bins(values: npt.NDArray[np.float32], edges: npt.NDArray[np.float64], log: bool) -> npt.NDArray[np.intp]:
    """intp [records, units]: bins, or their number for no value."""
    bins = len(edges) - 1
    # The last bin holds the largest value as well.
    places = np.searchsorted(edges[1:-1], values.astype(np.float64), side="right")
    if log:
        places[values == 0] = 0
    places[~np.isfinite(values)] = bins
    return places


def _extent(values: npt.NDArray[np.float32], *, positive: bool) -> tuple[float, float]:
    """The smallest and the largest finite value, or positive finite value; alike where there is none."""
    low, high = np.inf, -np.inf
    for row in values:
        known = row[np.isfinite(row) & (row > 0)] if positive else row[np.isfinite(row)]
        low, high = min(low, known.min(initial=np.inf)), max(high, known.max(initial=-np.inf))
    if low > high:
        low = high = float(positive)
    return float(low), float(high)
