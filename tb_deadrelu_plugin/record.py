"""One layer's record: its fields, and their encoding as bytes.

Layout, all little-endian:

    byte 0      format version (1)
    byte 1      compression of the rest: 0 none, 1 zlib
    rest        header: int64 x 10: units, step, window_start_step, samples,
                  batches, ordinal, total_samples, epoch_samples, number of
                  columns, screened_samples (0: as many as samples)
                columns' descriptors: int64 each,
                  column id | kind << 8 | width in bytes << 16
                columns, one after the other, each as `width` planes of
                  [units] bytes, the least significant byte first

Counts are exact integers of as many bytes as the largest needs (none when all
are zero); statistics are the 16-bit codes of `codes.py`. `last_active_step` is
counted back from `step`, `last_revival_step` is one more than the step, so
that 0 is never. A record stands alone: it needs no other record to be
understood.
"""

from __future__ import annotations

import dataclasses
import itertools
import struct
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import codes, compression
from tb_deadrelu_plugin.compression import DamagedRecordError as DamagedRecordError

VERSION = 1

UNKNOWN = -1
"""In any header field but `samples` and `batches`: the writer does not know."""

UINT, LOG16, SIGNED_LOG16 = 0, 1, 2

# Name of the field -> (column id, kind). Ids are never used again for another
# meaning; a reader passes over ids it does not know.
COLUMNS = {
    "active": (1, UINT),
    "gradient_norm": (2, LOG16),
    "mean_activation": (3, LOG16),
    "last_active_step": (4, UINT),
    "bias": (5, SIGNED_LOG16),
    "non_finite_activations": (6, UINT),
    "non_finite_gradients": (7, UINT),
    "saturated": (8, UINT),
    "revivals": (9, UINT),
    "last_revival_step": (10, UINT),
    "silent_samples": (11, UINT),
}
HEADER = (
    "units",
    "step",
    "window_start_step",
    "samples",
    "batches",
    "ordinal",
    "total_samples",
    "epoch_samples",
)
HEADER_LENGTH = 10

MAX_UNITS = 2**22
"""More units than any layer has: columns of zeros take no bytes, so that bytes
alone do not bound what a damaged header claims."""

MAX_COLUMNS = 64

_NAMES = {column_id: name for name, (column_id, _) in COLUMNS.items()}


@dataclasses.dataclass
class Record:
    """One layer's statistics over one window of training batches.

    Attributes:
      step: Optimizer iterations done at the end of the window, or `UNKNOWN`
        (summary ops: the event's step is all there is).
      window_start_step: The same at its start, or `UNKNOWN`; the window covers
        the batches after that step.
      samples: Observed samples per unit in the window, those that the
        statistics are of.
      batches: Observed batches in the window.
      active: int64 [units], active ones of `samples`, exact.
      gradient_norm: float32 or float64 [units], or None if not recorded.
      mean_activation: float32 or float64 [units], or None.
      last_active_step: int64 [units], last step at which any screened sample
        was active, -1 for never; None if the writer keeps no memory. After
        `window_start_step` where the unit was active in this window: it is
        what tells so of samples that are not counted.
      bias: float32 [units], or None.
      non_finite_activations: int64 [units], NaN or infinite samples, or None
        for none.
      non_finite_gradients: int64 [units], NaN or infinite gradient entries,
        or None for none.
      ordinal: 0, 1, 2, ... in this run, or `UNKNOWN`.
      total_samples: Screened samples per unit since the run's start, or
        `UNKNOWN`. It dates evidence right when records in between are gone.
      epoch_samples: Samples per unit in a whole epoch, or `UNKNOWN`.
      saturated: int64 [units], samples at the activation's upper bound, or
        None where it has none.
      screened_samples: Samples per unit in the window that were looked at for
        activity: `samples`, and where only part of the window is observed all
        others as well until a unit was seen active. A unit without activity
        had none in any of them. Never below `samples`.
      revivals: int64 [units], how often the unit was re-initialised since the
        run's start, or None where no unit ever was.
      last_revival_step: int64 [units], step at which it last was, -1 for
        never; None where no unit ever was. Evidence begins anew there.
      silent_samples: int64 [units], samples screened since the unit was last
        active or re-initialised, as far as the writer remembers, 0 where it
        was active in this window; or None. With records in between missing,
        nothing else tells how many they were: where within their windows a
        unit was last active is known, not what was screened after it.
    """

    step: int
    window_start_step: int
    samples: int
    batches: int
    active: npt.NDArray[np.int64]
    gradient_norm: npt.NDArray[np.floating] | None = None
    mean_activation: npt.NDArray[np.floating] | None = None
    last_active_step: npt.NDArray[np.int64] | None = None
    bias: npt.NDArray[np.floating] | None = None
    non_finite_activations: npt.NDArray[np.int64] | None = None
    non_finite_gradients: npt.NDArray[np.int64] | None = None
    ordinal: int = UNKNOWN
    total_samples: int = UNKNOWN
    epoch_samples: int = UNKNOWN
    saturated: npt.NDArray[np.int64] | None = None
    screened_samples: int = 0
    revivals: npt.NDArray[np.int64] | None = None
    last_revival_step: npt.NDArray[np.int64] | None = None
    silent_samples: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        self.screened_samples = max(self.screened_samples, self.samples)

    @property
    def seen_active(self) -> npt.NDArray[np.bool_]:
        """bool [units], whether any screened sample of the window was active."""
        if self.screened_samples == self.samples or self.last_active_step is None or self.window_start_step == UNKNOWN:
            return self.active > 0  # It is all that was looked at, or all that is known.
        return (self.active > 0) | (self.last_active_step > self.window_start_step)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.active)


def encode(record: Record, compress: bool = True) -> bytes:
    """Encodes a record.

    Args:
      record: What to encode; vectors are [units].
      compress: Whether to try zlib; it is used where it saves bytes.

    Raises:
      ValueError: The vectors are not of one length, a count is negative, a
        unit was last active after the record's step, or more of its samples
        were saturated than active.
    """
    if not 1 <= record.units <= MAX_UNITS:
        raise ValueError(f"a record must have 1 to {MAX_UNITS} units, got {record.units}.")
    if record.saturated is not None and np.any(record.saturated > record.active):
        unit = int(np.argmax(record.saturated > record.active))
        raise ValueError(
            f"saturated samples are active ones, so there must be no more of them; unit {unit} has "
            f"{record.saturated[unit]} saturated of {record.active[unit]} active."
        )
    descriptors, columns = [], []
    for name, (column_id, kind) in COLUMNS.items():
        values = getattr(record, name)
        if values is None:
            continue
        if name == "last_active_step":
            # Counted back from the record's step nearly all are 0.
            values = record.step - np.asarray(values, np.int64)
            if np.any(values < 0):
                latest = record.step - values.min()
                raise ValueError(f"last_active_step must be at most the record's step, {record.step}, got {latest}.")
        elif name == "last_revival_step":
            values = np.asarray(values, np.int64) + 1
        planes = _encode_column(kind, values)
        if planes.shape[1] != record.units:
            raise ValueError(f"{name} must have {record.units} units as active has, got {planes.shape[1]}.")
        descriptors.append(column_id | kind << 8 | len(planes) << 16)
        columns.append(planes.tobytes())
    header = [getattr(record, name) for name in HEADER] + [len(descriptors), record.screened_samples]
    body = struct.pack(f"<{HEADER_LENGTH + len(descriptors)}q", *header, *descriptors) + b"".join(columns)
    return compression.pack(VERSION, body, compress)


def decode(data: bytes) -> Record:
    """Decodes what `encode` gave.

    Raises:
      DamagedRecordError: It is not a whole record of a version known here.
    """
    (record,) = _records([_split(data)])
    return record


def decode_all(encoded: Iterable[bytes]) -> list[Record | None]:
    """Decodes many records, in order; None where `decode` would raise. Fast where they are few thousand entries each.

    Vectors of records that are decoded together are views into common arrays.
    """
    parts: list[_Parts | None] = []
    for data in encoded:
        try:
            parts.append(_split(data))
        except DamagedRecordError:
            parts.append(None)
    decoded: list[Record | None] = []
    # Neighbours mostly have the same columns, and calls of NumPy cost as much as what they do to one record.
    for layout, some in itertools.groupby(parts, lambda one: None if one is None else (one.units, one.descriptors)):
        if layout is None:
            decoded += [None for _ in some]
            continue
        together = [one for one in some if one is not None]
        try:
            decoded += _records(together)
        except DamagedRecordError:
            decoded += [None] * len(together)
    return decoded


def _records(parts: list[_Parts]) -> list[Record]:
    """Makes records of parts that have the same number of units and the same descriptors.

    Raises:
      DamagedRecordError: A column is not of its kind, or there are no active samples.
    """
    units, descriptors = parts[0].units, parts[0].descriptors
    columns: dict[str, npt.NDArray] = {}
    offset = 0
    for descriptor in descriptors:
        kind, width = descriptor >> 8 & 0xFF, descriptor >> 16 & 0xFF
        name = _NAMES.get(descriptor & 0xFF)
        if name is not None:
            if kind != COLUMNS[name][1] or (width > 8 if kind == UINT else width != 2):
                raise DamagedRecordError(f"the column {name} must be of its kind, got kind {kind}, {width} bytes wide.")
            planes = [np.frombuffer(one.columns, np.uint8, units * width, offset) for one in parts]
            columns[name] = _decode_column(kind, np.reshape(planes, (len(parts), width, units)))
        offset += units * width
    if "active" not in columns:
        raise DamagedRecordError("a record must have the column of active samples, got none.")
    if "last_active_step" in columns:
        steps = np.array([one.header["step"] for one in parts], np.int64)
        columns["last_active_step"] = steps[:, None] - columns["last_active_step"]
    if "last_revival_step" in columns:
        columns["last_revival_step"] -= 1
    return [
        Record(**one.header, **{name: column[i] for name, column in columns.items()}) for i, one in enumerate(parts)
    ]


@dataclasses.dataclass(frozen=True)
class _Parts:
    """A record's bytes, inflated and taken apart."""

    units: int
    header: dict[str, Any]
    descriptors: tuple[int, ...]
    columns: bytes


def _split(encoded: bytes) -> _Parts:
    """Takes a record apart; never inflates more than the header says there is."""
    compression.check_version(VERSION, encoded)
    data = memoryview(encoded)[1:]
    try:
        head = compression.inflate(data, (HEADER_LENGTH + MAX_COLUMNS) * 8)
        header = struct.unpack_from(f"<{HEADER_LENGTH}q", head)
        units, column_count = header[0], header[8]
        if not 1 <= units <= MAX_UNITS or not 0 <= column_count <= MAX_COLUMNS:
            raise DamagedRecordError(
                f"a record must have 1 to {MAX_UNITS} units and at most {MAX_COLUMNS} columns, "
                f"got {units} units and {column_count} columns."
            )
        descriptors = struct.unpack_from(f"<{column_count}q", head, HEADER_LENGTH * 8)
        start = (HEADER_LENGTH + column_count) * 8
        size = start + units * sum(descriptor >> 16 & 0xFF for descriptor in descriptors)
        body = compression.inflate(data, size + 1)
    except (zlib.error, struct.error) as error:
        raise DamagedRecordError(f"a record must be whole, got {len(data) + 1} bytes: {error}.") from error
    if len(body) != size:
        got = len(body) if len(body) < size else "more"
        raise DamagedRecordError(f"a record of {units} units must have {size} bytes, got {got}.")
    fields = dict(zip(HEADER, header), screened_samples=header[HEADER_LENGTH - 1])
    return _Parts(fields.pop("units"), fields, descriptors, body[start:])


def _encode_column(kind: int, values: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Returns uint8 [width, units] planes."""
    if kind == UINT:
        counts = np.ascontiguousarray(values, "<i8")
        if counts.size and counts.min() < 0:
            raise ValueError(f"counts must be at least 0, got {counts.min()}.")
        width = (int(counts.max(initial=0)).bit_length() + 7) // 8
        return counts.view(np.uint8).reshape(-1, 8)[:, :width].T
    encoder = codes.encode_log16 if kind == LOG16 else codes.encode_signed_log16
    return np.ascontiguousarray(encoder(values), "<u2").view(np.uint8).reshape(-1, 2).T


def _decode_column(kind: int, planes: npt.NDArray[np.uint8]) -> npt.NDArray[np.generic]:
    """Returns [records, units] of uint8 [records, width, units]."""
    records, width, units = planes.shape
    if kind == UINT:
        counts = planes[:, 0].astype(np.int64) if width else np.zeros((records, units), np.int64)
        for place in range(1, width):
            counts |= planes[:, place].astype(np.int64) << 8 * place
        return counts
    both = planes[:, 1].astype(np.uint16) << 8 | planes[:, 0]
    return codes.decode_log16(both) if kind == LOG16 else codes.decode_signed_log16(both)
