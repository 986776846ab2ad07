"""Reads event files without TensorFlow.

An event file is a sequence of frames: uint64 length, its checksum, the bytes
of one `Event`, their checksum; all little-endian, the checksums masked
CRC-32C. TensorBoard's own reader computes them in Python, at 5 MB/s.
"""

from __future__ import annotations

import dataclasses
import os
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator

import google_crc32c
from google.protobuf.message import DecodeError
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.timeline import Stored

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")


class DamagedFileWarning(UserWarning):
    """An event file is damaged or cut off; what comes before the damage was read."""


@dataclasses.dataclass
class StoredLayer:
    """What a run's event files have of one tag of ours.

    Attributes:
      summary_metadata: That of the tag's first event.
      stored: Records in the order in which they were written.
    """

    summary_metadata: summary_pb2.SummaryMetadata
    stored: list[Stored]


def is_event_file(name: str) -> bool:
    """Whether TensorBoard takes a file of this name for an event file with summaries."""
    return "tfevents" in name and not name.endswith(".profile-empty")


def find_event_files(logdir: str) -> dict[str, list[str]]:
    """Finds the event files below a directory, links followed.

    Returns:
      {run: paths}, the run being the directory relative to `logdir` as
      TensorBoard names it ("." for `logdir` itself), paths in the order in
      which TensorBoard reads them. Runs are sorted by name.
    """
    logdir = os.path.normpath(logdir)
    runs: dict[str, list[str]] = {}
    for directory, subdirectories, names in os.walk(logdir, followlinks=True):
        if _is_below_itself(directory, logdir):
            subdirectories.clear()
            continue
        paths = sorted(os.path.join(directory, name) for name in names if is_event_file(name))
        if paths:
            runs[os.path.relpath(directory, logdir)] = paths
    return dict(sorted(runs.items()))


def _is_below_itself(directory: str, top: str) -> bool:
    """Whether links lead from a directory back to itself: following them would never end."""
    real = os.path.realpath(directory)
    while directory != top:
        directory = os.path.dirname(directory)
        if os.path.realpath(directory) == real:
            return True
    return False


def read_run(
    paths: Iterable[str],
    on_bytes: Callable[[int], None] = lambda count: None,
    chosen: Callable[[bytes], bool] = lambda content: True,
) -> dict[str, StoredLayer]:
    """Reads the tags of ours in the event files of one run.

    Args:
      paths: Event files in the order in which they were written.
      on_bytes: Called with the number of bytes as they are read.
      chosen: Says of a tag's plugin data whether its records are wanted.

    Returns:
      {tag: StoredLayer}.

    Warns:
      DamagedFileWarning: A file is damaged or cut off, and the warning names
        the file and the place; or it can't be opened at all.
    """
    owned: dict[str, StoredLayer | None] = {}
    for path in paths:
        for event in read_events(path, on_bytes):
            for value in event.summary.value:
                if value.tag not in owned:
                    # A tag is whose its first event says; later ones may have no metadata.
                    data = value.metadata.plugin_data
                    ours = data.plugin_name == metadata.PLUGIN_NAME and chosen(data.content)
                    owned[value.tag] = StoredLayer(value.metadata, []) if ours else None
                layer = owned[value.tag]
                if layer is not None:
                    layer.stored.append(Stored(event.step, event.wall_time, record_bytes(value.tensor)))
    return {tag: layer for tag, layer in owned.items() if layer is not None}


def read_events(path: str, on_bytes: Callable[[int], None] = lambda count: None) -> Iterator[event_pb2.Event]:
    """Yields the events of a file up to its end or its first damage; see `read_run`."""
    try:
        file = open(path, "rb")  # noqa: SIM115, it is closed below
    except OSError as error:
        warnings.warn(f"{path!r} can't be read: {error.strerror}.", DamagedFileWarning, stacklevel=2)
        return
    with file:
        size = os.fstat(file.fileno()).st_size
        offset = 0
        while True:
            header = file.read(_HEADER.size)
            if not header:
                return
            data, problem = _frame(file.read, header, size - offset)
            event = None
            if not problem:
                try:
                    event = event_pb2.Event.FromString(data)
                except DecodeError:
                    problem = "the record there is no Event"
            if event is None:
                where = f"{path!r} is damaged at byte {offset} of {size} ({problem})"
                warnings.warn(f"{where}; only what comes before was read.", DamagedFileWarning, stacklevel=2)
                return
            offset += _HEADER.size + len(data) + _CHECKSUM.size
            on_bytes(_HEADER.size + len(data) + _CHECKSUM.size)
            yield event


def record_bytes(tensor: tensor_pb2.TensorProto) -> bytes:
    """Returns the bytes of a uint8 tensor; none for another tensor, which then is a record that can't be read."""
    if tensor.dtype != types_pb2.DT_UINT8:
        return b""
    # TensorFlow and our writers fill tensor_content in; the other form is as valid.
    return tensor.tensor_content or bytes(value & 0xFF for value in tensor.int_val)


def _frame(read: Callable[[int], bytes], header: bytes, left: int) -> tuple[bytes, str]:
    """Returns the data of the frame that begins with `header`, and what is wrong with it, "" if nothing."""
    cut_off = "the file is cut off within a record, or still being written"
    if len(header) < _HEADER.size:
        return b"", cut_off
    length, checksum = _HEADER.unpack(header)
    if _masked_checksum(header[:8]) != checksum:
        return b"", "the checksum of a record's length does not match"
    if _HEADER.size + length + _CHECKSUM.size > left:
        return b"", cut_off
    data, tail = read(length), read(_CHECKSUM.size)
    if len(data) < length or len(tail) < _CHECKSUM.size:
        return b"", cut_off
    if _masked_checksum(data) != _CHECKSUM.unpack(tail)[0]:
        return b"", "the checksum of a record does not match"
    return data, ""


def _masked_checksum(data: bytes) -> int:
    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
