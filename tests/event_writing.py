"""Writes event files for tests, with TensorBoard's own writer and without TensorFlow."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterable, Iterator

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_deadrelu_plugin import metadata, plugin_data_pb2, record, verdict
from tb_deadrelu_plugin.run_overview import overview

RELU = metadata.LayerInfo(activation="relu", layer_type="Dense", layer_index=0, gradient_at=metadata.PRE_ACTIVATION)


def make_records(count: int, units: int, *, samples: int = 1437, seed: int = 0, step: int = 10) -> list[record.Record]:
    """Records at steps `step`, 2 * `step`, ... in which the first units are dead from the start or die."""
    rng = np.random.default_rng(seed)
    dies_at = np.arange(units) * 3
    last_active = np.full(units, -1, np.int64)
    records = []
    for r in range(count):
        alive = dies_at > r
        active = np.where(alive, rng.integers(1, samples + 1, units), 0)
        last_active = np.where(alive, (r + 1) * step - 1, last_active)
        records.append(
            record.Record(
                step=(r + 1) * step,
                window_start_step=r * step,
                samples=samples,
                batches=step,
                active=active,
                gradient_norm=np.where(alive, rng.lognormal(-5, 1, units), 0.0),
                mean_activation=np.where(alive, rng.lognormal(-1, 1, units), 0.0),
                last_active_step=last_active,
                bias=rng.normal(0, 0.1, units).astype(np.float32),
                ordinal=r,
                total_samples=(r + 1) * samples,
                epoch_samples=samples,
            )
        )
    return records


def make_overlapping() -> tuple[list[record.Record], list[record.Record]]:
    """Records every 10 steps up to 80, and those of a training that went on from step 63."""
    second = [
        dataclasses.replace(one, step=one.step + 63, window_start_step=one.window_start_step + 63)
        for one in make_records(3, 4, seed=1)
    ]
    return make_records(8, 4), second


def tensor(data: bytes) -> tensor_pb2.TensorProto:
    """The bytes as a uint8 vector."""
    proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_UINT8, tensor_content=data)
    proto.tensor_shape.dim.add(size=len(data))
    return proto


def write_values(
    directory: str | pathlib.Path,
    tag: str,
    values: Iterable[tuple[int, bytes]],
    summary_metadata: summary_pb2.SummaryMetadata,
    *,
    suffix: str = "",
    wall_time: float = 1_700_000_000.0,
) -> pathlib.Path:
    """Writes (step, record bytes) as they are into a new event file and returns its path."""
    writer = EventFileWriter(str(directory), filename_suffix=suffix)
    for number, (step, data) in enumerate(values):
        value = summary_pb2.Summary.Value(tag=tag, metadata=summary_metadata, tensor=tensor(data))
        event = event_pb2.Event(step=step, wall_time=wall_time + number, summary=summary_pb2.Summary(value=[value]))
        writer.add_event(event)
    writer.close()
    return max(pathlib.Path(directory).glob(f"*{suffix}"), key=lambda path: path.stat().st_mtime_ns)


def write_records(
    directory: str | pathlib.Path,
    tag: str,
    records: Iterable[record.Record],
    info: metadata.LayerInfo = RELU,
    *,
    suffix: str = "",
    wall_time: float = 1_700_000_000.0,
) -> pathlib.Path:
    """Writes records into a new event file in `directory` and returns its path."""
    return write_values(
        directory, tag, encoded(records), metadata.create_summary_metadata(info), suffix=suffix, wall_time=wall_time
    )


def make_overviews(layers: dict[str, list[record.Record]], info: metadata.LayerInfo = RELU) -> list[overview.Overview]:
    """The overviews of a run, given the records of its layers, which are at the same steps."""
    made = []
    for rows in zip(*layers.values()):
        layer_overviews = []
        for name, row in zip(layers, rows):
            states = np.where(row.active > 0, verdict.UnitState.HEALTHY, verdict.UnitState.DEAD)
            layer_overviews.append(overview.layer_overview(name, info, row, states))
        made.append(overview.Overview(rows[0].step, rows[0].window_start_step, rows[0].ordinal, tuple(layer_overviews)))
    return made


def write_overviews(
    directory: str | pathlib.Path, overviews: Iterable[overview.Overview], *, wall_time: float = 1_700_000_000.0
) -> pathlib.Path:
    """Writes a run's overviews into a new event file in `directory` and returns its path."""
    values = ((one.step, overview.encode(one)) for one in overviews)
    summary_metadata = metadata.create_overview_metadata()
    return write_values(directory, overview.TAG, values, summary_metadata, suffix=".overview", wall_time=wall_time)


def encoded(records: Iterable[record.Record]) -> Iterator[tuple[int, bytes]]:
    """Pairs (step, bytes) of records."""
    return ((r.step, record.encode(r)) for r in records)


def write_newer_version(directory: str | pathlib.Path, tag: str) -> None:
    """Writes a record as a later version of the plugin might."""
    newer = metadata.create_summary_metadata(RELU, description="From the future.")
    content = plugin_data_pb2.DeadReluPluginData.FromString(newer.plugin_data.content)
    content.version = 99
    newer.plugin_data.content = content.SerializeToString()
    write_values(directory, tag, [(7, b"\x63whatever comes next")], newer)
