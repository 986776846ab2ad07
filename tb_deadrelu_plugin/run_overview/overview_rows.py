"""The bytes of a run's overview, and the arrays that they are.

Layout, all little-endian:

    byte 0      format version (1)
    byte 1      compression of the rest: 0 none, 1 zlib
    rest        header: int64 x 8: step, window_start_step, ordinal, number of
                  layers, number of states, bytes per layer, bytes of names,
                  bytes of what follows the names
                layers, each of so many bytes as the header says:
                  int64 x 2   samples, screened_samples
                  int32 x 2   units, layer_index (-1: none)
                  uint32 x 3  bytes of the name and of the layer's type, flags:
                              1 can die, 2 has gradient norms, 4 has mean
                              activations
                  uint16 x 21 quantiles of the fraction (fraction16), the
                              gradient norm and the mean activation (log16)
                  uint32      number of units per state, as many as the header
                              says, in the order of the states' numbers
                  int64, int32  of the dead units the earliest last activity,
                              and how many were never active; -1: none, and
                              not known. Overviews of before end here
                names: for each layer its name, then its type, UTF-8
                what follows: numbers of the training, see `training_numbers.py`

Readers pass over what they do not know: states beyond theirs, bytes at the end
of a layer, and numbers of the training.
"""

from __future__ import annotations

import dataclasses
import functools
import struct
import zlib

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.wire import compression
from tb_deadrelu_plugin.wire.compression import DamagedRecordError

VERSION = 1

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)

STATES = max(UnitState) + 1
"""Number of states that are counted: all but `ABSENT`."""

HEADER_LENGTH = 8
MAX_LAYERS = 2**16
MAX_BYTES = 2**26
"""More than any network's overview takes, so that a damaged header claims no more."""

ROW = np.dtype(
    [
        ("samples", "<i8"),
        ("screened_samples", "<i8"),
        ("units", "<i4"),
        ("layer_index", "<i4"),
        ("name_bytes", "<u4"),
        ("type_bytes", "<u4"),
        ("flags", "<u4"),
        ("fraction", "<u2", len(QUANTILES)),
        ("gradient_norm", "<u2", len(QUANTILES)),
        ("mean_activation", "<u2", len(QUANTILES)),
    ]
)
DEATHS = [("dead_since", "<i8"), ("born_dead", "<i4")]
"""Behind the numbers of units per state."""

CAN_DIE, HAS_GRADIENT_NORM, HAS_MEAN_ACTIVATION = 1, 2, 4
FLAGS = {"gradient_norm": HAS_GRADIENT_NORM, "mean_activation": HAS_MEAN_ACTIVATION}
"""What says that quantiles were recorded."""

NO_INDEX = -1


@dataclasses.dataclass(frozen=True)
class Rows:
    """An overview's bytes as arrays: what is needed to look at many of them.

    Attributes:
      step, window_start_step, ordinal: As in `Overview`.
      layers: Structured array [layers] with the numbers of each.
      counts: int64 [layers, STATES].
      deaths: int64 [layers, 2], by the names in `DEATHS`; -1 where there is none
        or it is not known.
      names: The bytes of all names and types.
      rest: The bytes that follow them.
    """

    step: int
    window_start_step: int
    ordinal: int
    layers: npt.NDArray[np.void]
    counts: npt.NDArray[np.int64]
    deaths: npt.NDArray[np.int64]
    names: bytes
    rest: bytes = b""

    def named(self) -> list[tuple[str, str]]:
        """The name and the type of each layer.

        Raises:
          DamagedRecordError: They are not text.
        """
        ends = np.cumsum(np.stack([self.layers["name_bytes"], self.layers["type_bytes"]], axis=1)).tolist()
        try:
            texts = [self.names[start:end].decode() for start, end in zip([0, *ends], ends)]
        except UnicodeDecodeError as error:
            raise DamagedRecordError(f"the names in an overview must be UTF-8: {error}.") from error
        return list(zip(texts[::2], texts[1::2]))


def encode_rows(
    step: int, window_start_step: int, ordinal: int, layers: npt.NDArray[np.void], names: bytes, rest: bytes = b""
) -> bytes:
    """Encodes an overview's layers, of the dtype `ROW` with "counts" and `DEATHS` behind, their names, and what follows."""
    sizes = (len(layers), STATES, layers.dtype.itemsize, len(names), len(rest))
    header = struct.pack(f"<{HEADER_LENGTH}q", step, window_start_step, ordinal, *sizes)
    return compression.pack(VERSION, [header, layers.tobytes(), names, rest])


def decode_rows(data: bytes) -> Rows:
    """Decodes what `encode_rows` gave.

    Raises:
      DamagedRecordError: It is not a whole overview of a version known here; names are looked at by `Rows.named`.
    """
    compression.check_version(VERSION, data)
    try:
        body = bytes(compression.inflate(memoryview(data)[1:], HEADER_LENGTH * 8, _body_size))
        header = struct.unpack_from(f"<{HEADER_LENGTH}q", body)
        count, states, width, name_bytes = header[3:7]
    except (zlib.error, struct.error) as error:
        raise DamagedRecordError(f"an overview must be whole, got {len(data)} bytes: {error}.") from error
    size = _body_size(body)
    if len(body) != size:
        got = len(body) if len(body) < size else "more"
        raise DamagedRecordError(f"an overview of {count} layers must have {size} bytes, got {got}.")
    layers = np.frombuffer(body, _dtype(states, width), count, HEADER_LENGTH * 8)
    counts = np.zeros((count, STATES), np.int64)
    counts[:, :states] = layers["counts"][:, :STATES]
    deaths = np.full((count, len(DEATHS)), -1, np.int64)
    if DEATHS[0][0] in (layers.dtype.names or ()):
        deaths[:] = np.stack([layers[name] for name, _ in DEATHS], axis=1)
    start = HEADER_LENGTH * 8 + count * width
    names = body[start : start + name_bytes]
    named = int(layers["name_bytes"].sum(dtype=np.int64) + layers["type_bytes"].sum(dtype=np.int64))
    if named != name_bytes:
        raise DamagedRecordError(
            f"the names in an overview must have {named} bytes as the layers say, got {name_bytes}."
        )
    step, window_start_step, ordinal = header[:3]
    return Rows(step, window_start_step, ordinal, layers, counts, deaths, names, body[start + name_bytes :])


@functools.lru_cache(maxsize=16)
def _dtype(states: int, width: int) -> np.dtype:
    """The dtype of a layer of `width` bytes, with so many states."""
    later = width - ROW.itemsize - 4 * states
    fields = [*ROW.descr, ("counts", "<u4", (states,))]
    if later >= np.dtype(DEATHS).itemsize:
        fields += DEATHS
        later -= np.dtype(DEATHS).itemsize
    return np.dtype([*fields, *([("later", f"V{later}")] if later else [])])


def _body_size(body: bytes | memoryview) -> int:
    """Returns the bytes of what is packed, from the header at its beginning."""
    count, states, width, name_bytes, rest = struct.unpack_from(f"<{HEADER_LENGTH}q", body)[3:]
    least = ROW.itemsize + 4 * states
    size = HEADER_LENGTH * 8 + count * width + name_bytes + rest
    if not (
        0 <= count <= MAX_LAYERS and 1 <= states <= width and width >= least and min(name_bytes, rest) >= 0
    ) or not (max(width, size) <= MAX_BYTES):
        raise DamagedRecordError(
            f"an overview must have at most {MAX_LAYERS} layers, of at least {least} bytes each for {states} states, "
            f"and at most {MAX_BYTES} bytes; got {count} layers of {width} bytes and {size} bytes."
        )
    return size
