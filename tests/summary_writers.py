"""Every way of writing one batch's summary, behind one signature, for tests."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorboard.backend.event_processing import event_file_loader
from tensorboard.compat.proto import event_pb2, summary_pb2

from tb_deadrelu_plugin import record, summary

Writer = Callable[..., summary_pb2.Summary.Value]
"""(tag, activations, gradients=None, **options) -> the value that was written."""


def numpy_writer(tag: str, activations: Any, gradients: Any = None, **options: Any) -> summary_pb2.Summary.Value:
    (value,) = summary.dead_relu_pb(tag, activations, gradients, **options).value
    return value


def eager_writer(directory: pathlib.Path) -> Writer:
    def write(tag: str, activations: Any, gradients: Any = None, **options: Any) -> summary_pb2.Summary.Value:
        with contextlib.closing(_new_file(directory)) as writer, writer.as_default():
            assert summary.dead_relu(tag, _tensor(activations), _tensor(gradients), step=0, **options)
        return written(directory)[-1].summary.value[0]

    return write


def function_writer(directory: pathlib.Path) -> Writer:
    def write(tag: str, activations: Any, gradients: Any = None, **options: Any) -> summary_pb2.Summary.Value:
        @tf.function
        def in_graph(a: tf.Tensor, g: tf.Tensor | None) -> tf.Tensor:
            return summary.dead_relu(tag, a, g, step=0, **options)

        with contextlib.closing(_new_file(directory)) as writer, writer.as_default():
            assert in_graph(_tensor(activations), _tensor(gradients))
        return written(directory)[-1].summary.value[0]

    return write


def graph_writer(tag: str, activations: Any, gradients: Any = None, **options: Any) -> summary_pb2.Summary.Value:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        summary.op(tag, _tensor(activations), _tensor(gradients), **options)
        data = session.run(tf.compat.v1.summary.merge_all())
    (value,) = summary_pb2.Summary.FromString(data).value
    return value


def written(directory: pathlib.Path) -> list[event_pb2.Event]:
    """The summaries of every event file in a directory, in the order they were written."""
    events = []
    for path in sorted(directory.glob("*tfevents*"), key=lambda path: path.stat().st_mtime_ns):
        for data in event_file_loader.RawEventFileLoader(str(path)).Load():
            event = event_pb2.Event.FromString(data)
            if event.HasField("summary"):
                events.append(event)
    return events


def decoded(value: summary_pb2.Summary.Value) -> record.Record:
    return record.decode(value.tensor.tensor_content)


def _new_file(directory: pathlib.Path) -> tf.summary.SummaryWriter:
    # Files begun within one second must not share a name.
    return tf.summary.create_file_writer(str(directory), filename_suffix=f".{len(list(directory.iterdir()))}")


def _tensor(values: Any) -> tf.Tensor | None:
    return None if values is None else tf.constant(np.asarray(values))
