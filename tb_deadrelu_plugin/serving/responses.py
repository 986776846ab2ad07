"""Answers of routes: JSON, what is compressed already, and what is made while it is sent."""

from __future__ import annotations

import concurrent.futures
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from tensorboard.backend import http_util
from werkzeug import wrappers

_PIECE = 1 << 20

# Deflated, without name and time, on a system that is not told.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def to_json(value: Any) -> bytes:
    """Returns `value` as JSON, which must have neither NaN nor infinity."""
    # Not left to http_util: it turns NaN into strings, and is slow on long lists.
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def gzip(data: bytes) -> bytes:
    """Compresses an answer for `compressed`; a large one in pieces, on as many processors as there are."""
    pieces = [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)] or [b""]
    ends = [zlib.Z_SYNC_FLUSH] * (len(pieces) - 1) + [zlib.Z_FINISH]
    if len(pieces) == 1:
        packed = [_deflate(pieces[0], ends[0])]
    else:
        with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            packed = list(pool.map(_deflate, pieces, ends))
    return b"".join([_GZIP_HEADER, *packed, struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)])


def _deflate(piece: bytes, end: int) -> bytes:
    """A part of a stream of its own, that ends with a whole byte; `end` says whether it is the last."""
    # Matching runs only is twice as fast on codes as level 1, and as small.
    compressor = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return compressor.compress(piece) + compressor.flush(end)


def compressed(request: wrappers.Request, content: bytes, content_type: str) -> wrappers.Response:
    """Responds with what `gzip` gave."""
    return http_util.Respond(request, content, content_type, content_encoding="gzip")


def download(request: wrappers.Request, pieces: Iterable[str], content_type: str, file_name: str) -> wrappers.Response:
    """Responds with a text that is made while it is sent, to be saved as a file.

    Args:
      request: The request.
      pieces: The text, piece by piece; never all of it is in memory.
      content_type: Without a charset; it is UTF-8.
      file_name: In letters that need no quoting.
    """
    headers = [("Content-Disposition", f'attachment; filename="{file_name}"')]
    response = http_util.Respond(request, "", content_type, headers=headers)
    del response.headers["Content-Length"]
    if request.method != "HEAD":
        encoded = (piece.encode() for piece in pieces)
        # http_util has looked at what the browser accepts.
        as_gzip = response.headers.get("Content-Encoding") == "gzip"
        response.response = _gzip_pieces(encoded) if as_gzip else encoded
    return response


def _gzip_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        if compressed_piece := compressor.compress(piece):
            yield compressed_piece
    yield compressor.flush()
