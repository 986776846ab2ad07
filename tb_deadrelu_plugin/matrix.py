"""Units x records of one statistic, in a chosen order and at a chosen resolution, as bytes.

Blocks of neighbours are shrunk by their largest and their smallest value, so
that a single unit, dead or alive, never vanishes. `http_api.md` describes the
bytes. Pure functions of a `Timeline`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import codes, metadata
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState

MAGIC = b"DRM1"
ORDERS = ("index", "death", "fraction", "gradient_norm")
LARGEST_SIDE = 16384
DEFAULT_ROWS, DEFAULT_COLUMNS = 512, 1024

_ALIGNMENT = 8


class StatisticError(ValueError):
    """The layer does not have the statistic that was asked for."""


def statistics_of(timeline: Timeline) -> list[str]:
    """Names of the statistics that the layer has, the fraction first."""
    optional = ("gradient_norm", "mean_activation", "bias")
    return [timeline.info.fraction] + [name for name in optional if getattr(timeline, name) is not None]


def unit_order(timeline: Timeline, order: str, units: int | None = None) -> npt.NDArray[np.uint32]:
    """Units in the order asked for; ties by index.

    Args:
      timeline: The layer that gives the order.
      order: One of `ORDERS`.
      units: Number of units to put in order, if not those of `timeline`;
        units that it does not have come last, by index.

    Returns:
      uint32 [units], the unit at each position.

    Raises:
      ValueError: `order` is none of `ORDERS`.
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
    elif len(timeline.steps):
        key[:shared] = _last_key(timeline, order)[:shared]
    return np.argsort(key, kind="stable").astype(np.uint32)


def _last_key(timeline: Timeline, order: str) -> npt.NDArray[np.float64]:
    """float64 [units] at the last record, smallest first, infinity for what comes last."""
    if order == "death":
        dead = timeline.states()[-1] == UnitState.DEAD
        return np.where(dead, timeline.last_active_step[-1].astype(np.float64), np.inf)
    if order == "fraction":
        # The active share, for shares next to 0 are told apart where those next to 1 are not.
        with np.errstate(invalid="ignore"):
            values = timeline.active[-1] / timeline.finite[-1]
        # Seen active, but in none of the samples that the share is of.
        values = np.where((values == 0) & timeline.seen_active[-1], np.nextafter(0, 1), values)
    else:
        assert timeline.gradient_norm is not None
        values = timeline.gradient_norm[-1].astype(np.float64)
    return np.where(np.isnan(values), np.inf, values)


def block_starts(count: int, most: int) -> npt.NDArray[np.uint32]:
    """Splits `count` neighbours evenly into at most `most` blocks.

    Returns:
      uint32 [blocks + 1]; block b covers `starts[b]` to `starts[b + 1]`, the
      latter excluded. No block is empty.
    """
    blocks = min(count, most)
    return (np.arange(blocks + 1, dtype=np.int64) * count // max(blocks, 1)).astype(np.uint32)


def shrink(
    values: npt.NDArray,
    order: npt.NDArray[np.uint32],
    row_starts: npt.NDArray[np.uint32],
    column_starts: npt.NDArray[np.uint32],
    reductions: Sequence[np.ufunc],
) -> list[npt.NDArray]:
    """Shrinks blocks of units and records.

    Args:
      values: [records, units].
      order: uint32 [units], the unit at each position.
      row_starts: From `block_starts` over positions.
      column_starts: From `block_starts` over records.
      reductions: `np.maximum`, `np.minimum`, or for values that may be NaN
        `np.fmax`, `np.fmin`, which give NaN only for a block without values.

    Returns:
      For each reduction a row-major array [rows, columns] of the dtype of
      `values`.
    """
    ordered = np.take(values, order, axis=1)
    results = []
    for reduction in reductions:
        result = ordered
        if len(row_starts) <= ordered.shape[1]:
            result = reduction.reduceat(result, row_starts[:-1].astype(np.intp), axis=1)
        if len(column_starts) <= len(ordered):
            result = reduction.reduceat(result, column_starts[:-1].astype(np.intp), axis=0)
        results.append(np.ascontiguousarray(result.T))
    return results


def encode(
    timeline: Timeline,
    statistic: str,
    *,
    order: str = "index",
    order_by: Timeline | None = None,
    max_rows: int = DEFAULT_ROWS,
    max_columns: int = DEFAULT_COLUMNS,
) -> bytes:
    """Encodes one statistic of a layer as the body of `/matrix`, not compressed.

    Args:
      timeline: The layer.
      statistic: One of `statistics_of(timeline)`.
      order: One of `ORDERS`.
      order_by: The layer that gives the order, if not `timeline`.
      max_rows: At most so many, 1 to `LARGEST_SIDE`.
      max_columns: At most so many, 1 to `LARGEST_SIDE`.

    Raises:
      ValueError: An argument is out of range; the message says what is not.
      StatisticError: The layer does not have the statistic.
    """
    known = statistics_of(timeline)
    if statistic not in known:
        raise StatisticError(
            f"statistic must be one of {', '.join(map(repr, known))} for layer {timeline.layer!r} of run "
            f"{timeline.run!r}, got {statistic!r}."
        )
    for name, value in (("max_rows", max_rows), ("max_columns", max_columns)):
        if not 1 <= value <= LARGEST_SIDE:
            raise ValueError(f"{name} must be an integer from 1 to {LARGEST_SIDE}, got {value}.")
    order_by = order_by or timeline
    positions = unit_order(order_by, order, timeline.units)
    row_starts = block_starts(timeline.units, max_rows)
    column_starts = block_starts(len(timeline.steps), max_columns)

    def shrunk(values: npt.NDArray, *reductions: np.ufunc) -> list[npt.NDArray]:
        return shrink(values, positions, row_starts, column_starts, reductions)

    # Where every block is one value, the smallest are the largest.
    sides = 2 if len(row_starts) <= timeline.units or len(column_starts) <= len(timeline.steps) else 1
    code, values = _codes(timeline, statistic, shrunk, sides)
    sections: dict[str, npt.NDArray] = dict(zip(("maximum", "minimum"), values))
    sections |= {
        "states": shrunk(timeline.states(), np.maximum)[0],
        "unit_order": positions,
        "row_starts": row_starts,
        "column_starts": column_starts,
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
        "units": timeline.units,
        "records": len(timeline.steps),
        "rows": len(row_starts) - 1,
        "columns": len(column_starts) - 1,
    }
    return _body(header, sections)


def _codes(
    timeline: Timeline, statistic: str, shrunk: Callable[..., list[npt.NDArray]], sides: int
) -> tuple[str, list[codes.Codes]]:
    """Returns the name of the code, and the largest and, where `sides` is 2, the smallest codes of each block."""
    if statistic in (metadata.ZERO_FRACTION, metadata.NEGATIVE_FRACTION):
        # The code orders as the shares do, so blocks shrink as codes: exact
        # where shares next to 1 are the same float.
        fractions = timeline.fraction_codes
        missing = fractions == codes.NAN_CODE
        if sides == 1 or not missing.any():
            return "fraction16", shrunk(fractions, *(np.maximum, np.minimum)[:sides])
        # A missing value must be the smallest code when the largest is looked for.
        (smallest,) = shrunk(fractions, np.minimum)
        (largest,) = shrunk(np.where(missing, np.uint16(0), fractions), np.maximum)
        return "fraction16", [np.where(smallest == codes.NAN_CODE, smallest, largest), smallest]
    code = "signed_log16" if statistic == "bias" else "log16"
    encoder = codes.encode_signed_log16 if statistic == "bias" else codes.encode_log16
    return code, [encoder(side) for side in shrunk(getattr(timeline, statistic), *(np.fmax, np.fmin)[:sides])]


def _body(header: dict, sections: dict[str, npt.NDArray]) -> bytes:
    """The header's length depends on the offsets in it, and they on its length: so room is left for them."""
    arrays = {name: np.ascontiguousarray(a, a.dtype.newbyteorder("<")) for name, a in sections.items()}

    def described(start: int) -> bytes:
        offset, entries = start, {}
        for name, array in arrays.items():
            entries[name] = {"dtype": array.dtype.name, "shape": list(array.shape), "offset": offset}
            offset += _padded(array.nbytes)
        return json.dumps(header | {"sections": entries}, separators=(",", ":")).encode()

    start = _padded(8 + len(described(0)) + 16 * len(arrays))
    text = described(start).ljust(start - 8)
    parts = [MAGIC, struct.pack("<I", len(text)), text]
    for array in arrays.values():
        parts += [array.tobytes(), bytes(_padded(array.nbytes) - array.nbytes)]
    return b"".join(parts)


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
