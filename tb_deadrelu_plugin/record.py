"""One layer's record: its fields, and their encoding as bytes.

The layout is in `wire/record_parts.py`. Counts are exact integers, statistics are
16-bit codes. A record stands alone: it needs no other record to be understood.
"""

from __future__ import annotations

import dataclasses
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.wire import codes, compression, record_parts
from tb_deadrelu_plugin.wire.compression import DamagedRecordError as DamagedRecordError
from tb_deadrelu_plugin.wire.record_parts import COLUMNS as COLUMNS
from tb_deadrelu_plugin.wire.record_parts import HEADER as HEADER
from tb_deadrelu_plugin.wire.record_parts import HEADER_LENGTH as HEADER_LENGTH
from tb_deadrelu_plugin.wire.record_parts import LOG16 as LOG16
from tb_deadrelu_plugin.wire.record_parts import MAX_UNITS as MAX_UNITS
from tb_deadrelu_plugin.wire.record_parts import SIGNED_LOG16 as SIGNED_LOG16
from tb_deadrelu_plugin.wire.record_parts import UINT as UINT
from tb_deadrelu_plugin.wire.record_parts import UNKNOWN as UNKNOWN
from tb_deadrelu_plugin.wire.record_parts import VERSION as VERSION

_DECODERS = {LOG16: codes.decode_log16, SIGNED_LOG16: codes.decode_signed_log16}


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
    descriptors: list[int] = []
    columns: list[bytes] = []
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
        columns.extend(plane.tobytes() for plane in planes)
    header = [getattr(record, name) for name in HEADER] + [len(descriptors), record.screened_samples]
    head = struct.pack(f"<{HEADER_LENGTH + len(descriptors)}q", *header, *descriptors)
    return compression.pack(VERSION, [head, *columns], compress)


def decode(data: bytes) -> Record:
    """Decodes what `encode` gave.

    Raises:
      DamagedRecordError: It is not a whole record of a version known here.
    """
    parts = record_parts.unpack(data)
    columns: dict[str, Any] = {}
    for name, place in parts.places.items():
        (values,) = record_parts.join(parts.planes(name), 1, place.width, parts.units)
        decoder = _DECODERS.get(COLUMNS[name][1])
        columns[name] = values.astype(np.int64) if decoder is None else decoder(values)
    header: dict[str, Any] = dict(zip(HEADER, parts.header), screened_samples=parts.header[HEADER_LENGTH - 1])
    del header["units"]
    if "last_active_step" in columns:
        columns["last_active_step"] = header["step"] - columns["last_active_step"]
    if "last_revival_step" in columns:
        columns["last_revival_step"] -= 1
    return Record(**header, **columns)


def window_start_step(data: bytes) -> int:
    """Returns this field of an encoded record, by its first bytes alone; `UNKNOWN` where they are damaged."""
    size = HEADER_LENGTH * 8
    try:
        compression.check_version(VERSION, data)
        head = compression.inflate(memoryview(data)[1:], size, lambda _: size - 1)
        return int(struct.unpack_from(f"<{HEADER_LENGTH}q", head)[HEADER.index("window_start_step")])
    except (DamagedRecordError, zlib.error, struct.error):
        return UNKNOWN


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
