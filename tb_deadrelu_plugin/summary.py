"""Summary ops: one batch's unit statistics as one summary.

`dead_relu` behaves like `tf.summary.histogram`, `op` like a TensorFlow 1
graph summary, `dead_relu_pb` needs NumPy only. All three record the same
statistics with the same checks. They see one batch and keep no memory: what
happened between two writes is not recorded. `tb_deadrelu_plugin.keras` and
`tb_deadrelu_plugin.tensorflow` watch every training batch instead.
"""

from __future__ import annotations

import math
import numbers
import re
from typing import TYPE_CHECKING, Any

import numpy.typing as npt
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2

from tb_deadrelu_plugin import metadata, record, statistics

if TYPE_CHECKING:
    import tensorflow as tf


def dead_relu_pb(
    tag: str,
    activations: npt.ArrayLike,
    gradients: npt.ArrayLike | None = None,
    *,
    threshold: float = 0.0,
    unit_axis: int = -1,
    description: str | None = None,
) -> summary_pb2.Summary:
    """Returns a summary of one batch, without TensorFlow.

    Args:
      tag: Name of the layer; not empty.
      activations: Real array [batch, ..., units] (units at `unit_axis`), any
        float, integer or bool dtype. NaN and infinite entries are counted
        apart, as neither active nor zero.
      gradients: Gradient of the batch's mean loss at the pre-activations, of
        the shape of `activations`; or a vector [units], taken as already
        reduced: the L2 norm over the batch's samples. Not recorded if None.
      threshold: Largest |a| that counts as zero.
      unit_axis: Axis of the units.
      description: Markdown shown in TensorBoard.

    Returns:
      A `Summary` with one value, to be written with a step by an event file
      writer.

    Raises:
      TypeError: A dtype is not real.
      ValueError: A shape, `threshold`, `unit_axis` or `tag` does not fit.
    """
    _check_tag("tag", tag)
    counts = statistics.count_units(activations, gradients, threshold=threshold, unit_axis=unit_axis)
    norm = None
    if counts.gradient_square_sum is not None:
        norm = statistics.gradient_norm(counts.gradient_square_sum, counts.batches)
    data = record.encode(
        record.Record(
            step=record.UNKNOWN,
            window_start_step=record.UNKNOWN,
            samples=counts.samples,
            batches=counts.batches,
            active=counts.active,
            gradient_norm=norm,
            mean_activation=statistics.mean_activation(counts.absolute_sum, counts.finite),
            non_finite_activations=counts.non_finite_activations,
            non_finite_gradients=counts.non_finite_gradients,
        )
    )
    info = _info(threshold, gradients is not None)
    return record_pb(tag, data, metadata.create_summary_metadata(info, description=description))


def record_pb(tag: str, data: bytes, summary_metadata: summary_pb2.SummaryMetadata) -> summary_pb2.Summary:
    """Returns a summary with one encoded record, a uint8 tensor of its bytes."""
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_UINT8, tensor_content=data)
    tensor.tensor_shape.dim.add(size=len(data))
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, metadata=summary_metadata, tensor=tensor)])


def dead_relu(
    name: str,
    activations: tf.Tensor,
    gradients: tf.Tensor | None = None,
    *,
    step: int | tf.Tensor | tf.Variable | None = None,
    threshold: float = 0.0,
    unit_axis: int = -1,
    description: str | None = None,
) -> tf.Tensor:
    """Writes a summary of one batch to the default summary writer.

    Works eagerly and in `tf.function`, like `tf.summary.histogram`; the tag is
    `name` below the current name scopes.

    Args:
      name: Name of the layer; not empty.
      activations: Real tensor [batch, ..., units] (units at `unit_axis`) of
        known rank, any float, integer or bool dtype. NaN and infinite entries
        are counted apart, as neither active nor zero.
      gradients: Gradient of the batch's mean loss at the pre-activations, of
        the shape of `activations`; or a vector [units], taken as already
        reduced: the L2 norm over the batch's samples. Not recorded if None.
      step: Step of the summary, >= 0; `tf.summary.experimental.get_step()` if
        None.
      threshold: Largest |a| that counts as zero.
      unit_axis: Axis of the units.
      description: Markdown shown in TensorBoard.

    Returns:
      A bool tensor: True if the summary was written, False if there is no
      default summary writer.

    Raises:
      TypeError: A dtype is not real.
      ValueError: A shape, `threshold`, `unit_axis`, `step` or `name` does not
        fit, or there is a writer and no step.
      tf.errors.InvalidArgumentError: The same of a size or step that is known
        only when a graph runs.
    """
    import tensorflow as tf

    from tb_deadrelu_plugin.instrument import summary_graph

    _check_tag("name", name)
    step = tf.summary.experimental.get_step() if step is None else step
    _check_step(step)
    batch = summary_graph.Batch(activations, gradients, threshold, unit_axis)
    info = _info(threshold, gradients is not None)
    summary_metadata = metadata.create_summary_metadata(info, description=description)
    with tf.summary.experimental.summary_scope(name, "dead_relu_summary", values=[activations, gradients, step]) as (
        tag,
        _,
    ):
        return tf.summary.write(
            tag=tag, tensor=lambda: summary_graph.encode(batch, step), step=step, metadata=summary_metadata
        )


def op(
    name: str,
    activations: tf.Tensor,
    gradients: tf.Tensor | None = None,
    *,
    threshold: float = 0.0,
    unit_axis: int = -1,
    description: str | None = None,
    collections: list[str] | None = None,
) -> tf.Tensor:
    """Returns a TensorFlow 1 graph op whose value is a serialized `Summary`.

    For graphs and sessions of `tf.compat.v1`: `merge_all` finds it, and
    `tf.compat.v1.summary.FileWriter.add_summary(value, step)` writes it.

    Args:
      name: Name of the layer; not empty. The tag is the op's name in its
        graph, where characters that such names can't have become "_".
      activations: As for `dead_relu`.
      gradients: As for `dead_relu`, for example from `tf.gradients`.
      threshold: Largest |a| that counts as zero.
      unit_axis: Axis of the units.
      description: Markdown shown in TensorBoard.
      collections: Graph collections to add the op to;
        `[tf.compat.v1.GraphKeys.SUMMARIES]` if None.

    Returns:
      A scalar string tensor.

    Raises:
      TypeError: A dtype is not real.
      ValueError: A shape, `threshold`, `unit_axis` or `name` does not fit.
      tf.errors.InvalidArgumentError: The same of a size that is known only
        when the graph runs.
    """
    import tensorflow as tf

    from tb_deadrelu_plugin.instrument import summary_graph

    _check_tag("name", name)
    batch = summary_graph.Batch(activations, gradients, threshold, unit_axis)
    info = _info(threshold, gradients is not None)
    summary_metadata = metadata.create_summary_metadata(info, description=description)
    with tf.name_scope(_graph_name(name)) as scope:
        value = tf.raw_ops.TensorSummaryV2(
            tag=scope.rstrip("/"),
            tensor=summary_graph.encode(batch),
            serialized_summary_metadata=summary_metadata.SerializeToString(deterministic=True),
        )
    if not tf.executing_eagerly():
        graph = tf.compat.v1.get_default_graph()
        for key in [tf.compat.v1.GraphKeys.SUMMARIES] if collections is None else collections:
            graph.add_to_collection(key, value)
    return value


def _info(threshold: float, has_gradients: bool) -> metadata.LayerInfo:
    return metadata.LayerInfo(threshold=float(threshold), gradient_at=metadata.AS_GIVEN if has_gradients else None)


def _graph_name(name: str) -> str:
    """A name that a TensorFlow graph takes, as near to `name` as may be."""
    cleaned = re.sub(r"[^A-Za-z0-9_.\\/-]", "_", name).lstrip("/")
    return cleaned if re.match(r"[A-Za-z0-9.]", cleaned) else f".{cleaned}"


def _check_tag(argument: str, tag: Any) -> None:
    if not isinstance(tag, str) or not tag:
        raise ValueError(f"{argument} must be a non-empty string, got {tag!r}.")


def _check_step(step: Any) -> None:
    """Checks a step that is a plain number; a tensor is checked when it has a value."""
    if isinstance(step, numbers.Real) and (math.isnan(step) or step < 0):
        raise ValueError(f"step must be at least 0, got {step}.")
