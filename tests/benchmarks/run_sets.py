"""Event files of large runs, as training would have written them, made in seconds."""

from __future__ import annotations

import dataclasses
import pathlib
import struct
from collections.abc import Iterable

import google_crc32c
import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto import event_pb2, summary_pb2

from tb_deadrelu_plugin import metadata, record, summary, verdict
from tb_deadrelu_plugin.run_overview import overview
from tests import event_writing


@dataclasses.dataclass(frozen=True)
class RunSet:
    """Runs that are alike in size.

    Attributes:
      name: For people.
      runs, layers, units, records: How many.
    """

    name: str
    runs: int
    layers: int
    units: int
    records: int


RUN_SETS = [
    RunSet("4 runs x 50 layers x 1024 units x 1000 records", 4, 50, 1024, 1000),
    RunSet("2 runs x 1 layer x 16,384 units x 200 records", 2, 1, 16_384, 200),
    RunSet("2 runs x 300 layers x 64 units x 300 records", 2, 300, 64, 300),
]


def write(run_set: RunSet, logdir: pathlib.Path) -> None:
    """Writes the runs into directories of their own; units die one after the other, in each run at another pace."""
    names = [f"block_{index // 4}/conv_{index % 4}" for index in range(run_set.layers)]
    for number in range(run_set.runs):
        step = 10 + 2 * number
        # All layers share their records: what takes time is reading them, not that they differ.
        records = event_writing.make_records(run_set.records, run_set.units, seed=number, step=step)
        values = {name: _metadata(index) for index, name in enumerate(names)}
        write_events(
            logdir / f"run_{number}",
            (_event(one, values, 1_700_000_000.0 + 7 * r * (1 + number / 10)) for r, one in enumerate(records)),
        )


def write_events(directory: pathlib.Path, events: Iterable[event_pb2.Event]) -> None:
    """Writes one event file. TensorBoard's own writer computes checksums in Python, at 5 MB/s."""
    directory.mkdir(parents=True)
    with (directory / "events.out.tfevents.1700000000.bench").open("wb") as file:
        for event in events:
            data = event.SerializeToString()
            length = struct.pack("<Q", len(data))
            file.write(length + _masked(length) + data + _masked(data))


def _metadata(index: int) -> metadata.LayerInfo:
    return dataclasses.replace(
        event_writing.RELU, layer_index=index, layer_type="Conv2D", kernel_parameters=9216, bias_parameters=64
    )


def _event(one: record.Record, layers: dict[str, metadata.LayerInfo], wall_time: float) -> event_pb2.Event:
    data, states = record.encode(one), _states(one)
    value = summary_pb2.Summary()
    for name, info in layers.items():
        value.MergeFrom(summary.record_pb(name, data, metadata.create_summary_metadata(info)))
    template = overview.layer_overview("", event_writing.RELU, one, states)
    rows = tuple(
        dataclasses.replace(template, name=name, layer_index=info.layer_index, layer_type=info.layer_type)
        for name, info in layers.items()
    )
    whole = overview.Overview(one.step, one.window_start_step, one.ordinal, rows)
    value.MergeFrom(summary.record_pb(overview.TAG, overview.encode(whole), metadata.create_overview_metadata()))
    return event_pb2.Event(step=one.step, wall_time=wall_time, summary=value)


def _states(one: record.Record) -> npt.NDArray[np.int8]:
    return np.where(one.active > 0, verdict.UnitState.HEALTHY, verdict.UnitState.DEAD).astype(np.int8)


def _masked(data: bytes) -> bytes:
    checksum = google_crc32c.value(data)
    return struct.pack("<I", (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF)
