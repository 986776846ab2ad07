"""Units x records of one statistic, in a chosen order and at a chosen resolution, as bytes.

Blocks of neighbours are shrunk by their largest and their smallest value, so
that a single unit, dead or alive, never vanishes. `http_api.md` describes the
bytes. Pure functions of a `Timeline`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import layer_statistics, metadata
from tb_deadrelu_plugin.serving import difference, ordering, sections, shrinking
from tb_deadrelu_plugin.serving.shrinking import Part
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.wire import codes

DEFAULT_ROWS, DEFAULT_COLUMNS = 512, 1024


def encode(
    timeline: Timeline,
    statistic: str,
    *,
    order: str = "index",
    order_by: Timeline | None = None,
    order_minus: Timeline | None = None,
    minus: Timeline | None = None,
    positions: Part | None = None,
    records: Part | None = None,
    max_rows: int = DEFAULT_ROWS,
    max_columns: int = DEFAULT_COLUMNS,
) -> bytes:
    """Encodes one statistic of a layer as the body of `/matrix`, not compressed.

    Args:
      timeline: The layer.
      statistic: One of `layer_statistics.statistics_of(timeline)`.
      order: One of `ordering.ORDERS`.
      order_by: The layer that gives the order, if not `timeline`.
      order_minus: The layer that `order_by` is compared with, where the order
        is by their difference.
      minus: The layer whose values are subtracted, see `difference.rows`; none
        if None.
      positions: The positions in the order to encode; all if None.
      records: The records to encode; all if None.
      max_rows: At most so many, 1 to `shrinking.LARGEST_SIDE`.
      max_columns: At most so many, 1 to `shrinking.LARGEST_SIDE`.

    Raises:
      ValueError: An argument is out of range (`RangeError` for the last four);
        the message says what is not.
      StatisticError: A layer does not have the statistic.
    """
    for layer in (timeline, minus):
        if layer is not None:
            layer_statistics.check(layer, statistic)
    shrinking.check_side("max_rows", max_rows)
    shrinking.check_side("max_columns", max_columns)
    first_row, end_row = shrinking.part_of("positions", timeline.units, "units", positions)
    first_column, end_column = shrinking.part_of("records", len(timeline.steps), "records", records)
    order_by = order_by or timeline
    unit_order = ordering.unit_order(order_by, order, timeline.units, order_minus)
    row_starts = shrinking.block_starts(end_row - first_row, max_rows)
    column_starts = shrinking.block_starts(end_column - first_column, max_columns)
    units = unit_order[first_row:end_row]

    def shrunk(values: npt.NDArray, *reductions: np.ufunc) -> list[npt.NDArray]:
        return shrinking.shrink(values, units, row_starts, column_starts, reductions)

    # Where every block is one value, the smallest are the largest.
    blocks = len(row_starts) - 1, len(column_starts) - 1
    sides = 1 if blocks == (end_row - first_row, end_column - first_column) else 2
    code, values = _codes(timeline, statistic, minus, (first_column, end_column), shrunk, sides)
    arrays: dict[str, npt.NDArray] = dict(zip(("maximum", "minimum"), values))
    arrays |= {
        "states": shrunk(timeline.states()[first_column:end_column], np.maximum)[0],
        "unit_order": unit_order,
        "row_starts": row_starts + np.uint32(first_row),
        "column_starts": column_starts + np.uint32(first_column),
        "steps": timeline.steps.astype(np.float64),
        "window_start_steps": timeline.window_start_steps.astype(np.float64),
    }
    header = {
        "run": timeline.run,
        "layer": timeline.layer,
        "statistic": statistic,
        "code": code,
        "order": order,
        "order_run": order_by.run,
        "minus": None if minus is None else minus.run,
        "units": timeline.units,
        "records": len(timeline.steps),
        "rows": blocks[0],
        "columns": blocks[1],
    }
    return sections.encode(header, arrays)


def _codes(
    timeline: Timeline,
    statistic: str,
    minus: Timeline | None,
    records: Part,
    shrunk: Callable[..., list[npt.NDArray]],
    sides: int,
) -> tuple[str, list[codes.Codes]]:
    """Returns the name of the code, and the largest and, where `sides` is 2, the smallest codes of each block."""
    part = slice(*records)
    if minus is not None:
        values = np.empty((records[1] - records[0], timeline.units), np.float32)
        for r, row in enumerate(difference.rows(timeline, minus, statistic, records)):
            values[r] = row
    elif statistic in (metadata.ZERO_FRACTION, metadata.NEGATIVE_FRACTION):
        return "fraction16", _fraction_codes(timeline.fraction_codes[part], shrunk, sides)
    else:
        values = getattr(timeline, statistic)[part]
    signed = minus is not None or statistic == "bias"
    encoder = codes.encode_signed_log16 if signed else codes.encode_log16
    shrunk_values = shrunk(values, *(np.fmax, np.fmin)[:sides])
    return "signed_log16" if signed else "log16", [encoder(side) for side in shrunk_values]


def _fraction_codes(fractions: codes.Codes, shrunk: Callable[..., list[npt.NDArray]], sides: int) -> list[codes.Codes]:
    """The code orders as the shares do, so blocks shrink as codes: exact where shares next to 1 are the same float."""
    missing = fractions == codes.NAN_CODE
    if sides == 1 or not missing.any():
        return shrunk(fractions, *(np.maximum, np.minimum)[:sides])
    # A missing value must be the smallest code when the largest is looked for.
    (smallest,) = shrunk(fractions, np.minimum)
    (largest,) = shrunk(np.where(missing, np.uint16(0), fractions), np.maximum)
    return [np.where(smallest == codes.NAN_CODE, smallest, largest), smallest]
