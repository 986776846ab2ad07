"""The counting and the encoding of one batch as TensorFlow ops, for the summary ops.

The same numbers as `statistics.count_units`, counted by
`instrument.counting`, and the same bytes as an uncompressed `record.encode`,
all computed where the tensors are: only per-unit vectors leave the device.
"""

from __future__ import annotations

import math

import tensorflow as tf

from tb_deadrelu_plugin import record, statistics
from tb_deadrelu_plugin.instrument import counting
from tb_deadrelu_plugin.wire import codes, compression


class Batch:
    """One batch's tensors, checked as far as their static shapes allow.

    Args:
      activations: Real tensor [batch, ..., units].
      gradients: Tensor of the same shape, or [units], or None.
      threshold: Largest |a| that counts as zero.
      unit_axis: Axis of the units.

    Raises:
      TypeError: A dtype is not real.
      ValueError: A shape, `threshold` or `unit_axis` does not fit.
    """

    def __init__(self, activations: tf.Tensor, gradients: tf.Tensor | None, threshold: float, unit_axis: int) -> None:
        self.threshold = threshold
        a = _real_tensor("activations", activations)
        self.unit_axis = statistics.check_arguments(_static_shape("activations", a), threshold, unit_axis)
        self.activations = a
        self.gradients = None
        self.reduced = False
        if gradients is not None:
            g = _real_tensor("gradients", gradients)
            shapes = _static_shape("gradients", g), _static_shape("activations", a)
            statistics.check_gradient_shape(*shapes, self.unit_axis)
            self.gradients = g
            self.reduced = g.shape.rank == 1


def encode(batch: Batch, step: tf.Tensor | tf.Variable | int | None = None) -> tf.Tensor:
    """Counts a batch and encodes the record: uint8 [bytes].

    Args:
      batch: What to count.
      step: Checked to be at least 0 if given; it is not part of the record.
    """
    a, g = batch.activations, batch.gradients
    checks = [
        tf.debugging.assert_positive(
            tf.shape(a), message="activations must have at least one sample per unit and one unit; skip empty batches."
        )
    ]
    if g is not None:
        expected = tf.shape(a)[batch.unit_axis : batch.unit_axis + 1] if batch.reduced else tf.shape(a)
        checks.append(
            tf.debugging.assert_equal(
                tf.shape(g),
                expected,
                message="gradients must have the shape of activations, or be one norm per unit.",
            )
        )
    if step is not None:
        checks.append(tf.debugging.assert_non_negative(step, message="step must be at least 0."))
    with tf.control_dependencies([check for check in checks if check is not None]):
        # All that is computed waits for them: else another op may fail first, with words of its own.
        a, g = tf.identity(a), None if g is None else tf.identity(g)
    counts = counting.count_activations(a, unit_axis=batch.unit_axis, threshold=batch.threshold)
    samples = counts["samples"]
    finite = tf.cast(samples - counts["non_finite_activations"], tf.float64)
    columns = {
        "active": counts["active"],
        "mean_activation": counts["absolute_sum"] / finite,
        "non_finite_activations": counts["non_finite_activations"],
    }
    if g is not None:
        # A vector of norms is a batch of one sample: the root of its square is itself.
        g, axis = (g[tf.newaxis], 1) if batch.reduced else (g, batch.unit_axis)
        counts = counting.count_gradients(g, unit_axis=axis)
        columns["gradient_norm"] = tf.sqrt(counts["gradient_square_sum"])
        columns["non_finite_gradients"] = counts["non_finite_gradients"]
    return _encode_record(samples, columns)


def _encode_record(samples: tf.Tensor, columns: dict[str, tf.Tensor]) -> tf.Tensor:
    unknown = tf.constant(record.UNKNOWN, tf.int64)
    units = tf.size(columns["active"], out_type=tf.int64)
    header = {"units": units, "samples": samples, "batches": tf.constant(1, tf.int64)}
    descriptors, planes = [], []
    for name, (column_id, kind) in record.COLUMNS.items():
        if name in columns:
            if kind == record.UINT:
                width, data = _uint_planes(columns[name])
            else:
                width, data = tf.constant(2, tf.int64), _log16_planes(columns[name])
            descriptors.append((column_id | kind << 8) + width * 65536)
            planes.append(data)
    numbers = [header.get(name, unknown) for name in record.HEADER]
    numbers += [tf.constant(len(descriptors), tf.int64), samples, *descriptors]
    prefix = tf.constant([record.VERSION, compression.UNCOMPRESSED], tf.uint8)
    return tf.concat([prefix, tf.reshape(tf.bitcast(tf.stack(numbers), tf.uint8), [-1]), *planes], axis=0)


def _uint_planes(counts: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the width in bytes, int64 [], and the planes, uint8 [width * units]."""
    bounds = tf.constant([256**k for k in range(8)], tf.int64)
    width = tf.reduce_sum(tf.cast(tf.reduce_max(counts) >= bounds, tf.int64))
    planes = tf.transpose(tf.bitcast(counts, tf.uint8)[:, :width])
    return width, tf.reshape(planes, [-1])


def _log16_planes(values: tf.Tensor) -> tf.Tensor:
    """`codes.encode_log16` of float64 [units], as planes, uint8 [2 * units]."""
    offset = tf.round((tf.math.log(values) / math.log(2.0) - codes.MIN_EXPONENT) * codes.LOG16_PER_OCTAVE)
    numbers = 1 + tf.clip_by_value(offset, 0, codes.LOG16_LARGEST - 1)
    # Not `==`: in a TensorFlow 1 graph it compares the tensors' identities.
    numbers = tf.where(tf.equal(values, 0), tf.zeros_like(values), numbers)
    numbers = tf.where(tf.math.is_inf(values), tf.cast(codes.LOG16_INF, tf.float64), numbers)
    numbers = tf.where(tf.math.is_nan(values), tf.cast(codes.NAN_CODE, tf.float64), numbers)
    low_bytes = tf.bitcast(tf.cast(numbers, tf.int32), tf.uint8)[:, :2]
    return tf.reshape(tf.transpose(low_bytes), [-1])


def _real_tensor(name: str, values: tf.Tensor) -> tf.Tensor:
    tensor = tf.convert_to_tensor(values)
    if not (tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_bool):
        raise TypeError(f"{name} must be of a real dtype (float, integer or bool), got {tensor.dtype.name}.")
    if tensor.dtype in (tf.float32, tf.float64):
        return tensor
    # Integers beyond 2^24 must not round to each other's zero; small floats fit float32 exactly.
    return tf.cast(tensor, tf.float32 if tensor.dtype.is_floating else tf.float64)


def _static_shape(name: str, tensor: tf.Tensor) -> tuple[int | None, ...]:
    if tensor.shape.rank is None:
        raise ValueError(f"{name} must have a known rank [batch, ..., units], got a tensor of unknown rank.")
    return tuple(tensor.shape.as_list())
