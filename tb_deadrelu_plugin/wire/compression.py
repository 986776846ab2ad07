"""How records are packed as bytes: a version, a compression, a body that never inflates beyond what is expected."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

UNCOMPRESSED, ZLIB = 0, 1

# To flush costs some five bytes.
_FLUSHED = 64


class DamagedRecordError(ValueError):
    """The bytes are not a whole record."""


def pack(version: int, parts: Sequence[bytes], compress: bool = True) -> bytes:
    """Returns the version, the compression and the body, compressed where asked for and where it saves bytes.

    Args:
      version: Of the format.
      parts: The body's bytes, taken apart where they change in kind.
      compress: Whether to try zlib.
    """
    if compress:
        compressor, packed = zlib.compressobj(1), []
        for part in parts:
            packed.append(compressor.compress(part))
            if len(part) >= _FLUSHED:
                # What does not compress is then stored as it is, and what does has a code of its own: together they
                # take a tenth less space, and half the time to inflate.
                packed.append(compressor.flush(zlib.Z_SYNC_FLUSH))
        packed.append(compressor.flush())
        if sum(map(len, packed)) < sum(map(len, parts)):
            return b"".join([bytes([version, ZLIB]), *packed])
    return b"".join([bytes([version, UNCOMPRESSED]), *parts])


def check_version(version: int, data: bytes) -> None:
    """Raises DamagedRecordError unless `data` begins with this version and a compression."""
    if len(data) < 2 or data[0] != version:
        got = data[0] if len(data) else "none"
        raise DamagedRecordError(f"a record must begin with its format version {version}, got {got}.")


def inflate(data: memoryview, head: int, size_of: Callable[[bytes | memoryview], int]) -> bytes | memoryview:
    """Returns the body that `pack` was given, from the byte that names its compression on.

    Args:
      data: The bytes.
      head: How many bytes of the body `size_of` looks at.
      size_of: Is given so many bytes of the body, or all where there are
        fewer, and returns how many there should be; no more than one byte
        beyond is inflated, so that a longer body can be told.

    Raises:
      DamagedRecordError: There is no such compression.
      zlib.error: The compressed data is damaged, as far as it was looked at.
    """
    compression, rest = data[0], data[1:]
    if compression == UNCOMPRESSED:
        return rest[: size_of(rest[:head]) + 1]
    if compression != ZLIB:
        raise DamagedRecordError(f"a record's compression must be {UNCOMPRESSED} or {ZLIB}, got {compression}.")
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(rest, head)
    limit = size_of(inflated) + 1
    if len(inflated) < limit:
        inflated += inflater.decompress(inflater.unconsumed_tail, limit - len(inflated))
    if len(inflated) < limit and (not inflater.eof or inflater.unused_data):
        # The checksum at its end was not seen, or something follows it.
        raise zlib.error("the compressed data does not end where it should")
    return inflated
