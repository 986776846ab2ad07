"""The container of `/matrix` and `/distribution`: a JSON header and arrays behind it. See `http_api.md`."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

MAGIC = b"DRM1"

_ALIGNMENT = 8


def encode(header: Mapping[str, Any], sections: Mapping[str, npt.NDArray]) -> bytes:
    """Returns the bytes of a body, not compressed.

    Args:
      header: What JSON can say; "sections" is added to it.
      sections: Arrays by name, of any shape; they are written in this order.
    """
    arrays = {name: np.ascontiguousarray(a, a.dtype.newbyteorder("<")) for name, a in sections.items()}

    def described(start: int) -> bytes:
        offset, entries = start, {}
        for name, array in arrays.items():
            entries[name] = {"dtype": array.dtype.name, "shape": list(array.shape), "offset": offset}
            offset += _padded(array.nbytes)
        return json.dumps({**header, "sections": entries}, separators=(",", ":")).encode()

    # The header's length depends on the offsets in it, and they on its length: so room is left for them.
    start = _padded(8 + len(described(0)) + 16 * len(arrays))
    text = described(start).ljust(start - 8)
    parts: list[bytes | memoryview] = [MAGIC, struct.pack("<I", len(text)), text]
    for array in arrays.values():
        parts += [array.data, bytes(_padded(array.nbytes) - array.nbytes)]
    return b"".join(parts)


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
