"""Per-unit sums of one tensor, as TensorFlow ops.

The same numbers as `statistics.count_units`, computed where the tensor is.
Counts are int64 and exact for any size; sums are float64.
"""

from __future__ import annotations

import tensorflow as tf


def count_activations(
    a: tf.Tensor,
    *,
    unit_axis: int,
    threshold: float = 0.0,
    z: tf.Tensor | None = None,
    valid: tf.Tensor | None = None,
) -> dict[str, tf.Tensor]:
    """Counts activations.

    Args:
      a: Real tensor [batch, ..., units] (units at `unit_axis`).
      unit_axis: Axis of the units, from the front.
      threshold: Largest |a| that counts as zero.
      z: Pre-activations of the shape of `a`, for activations without an exact
        zero region: active is then z > 0. Active is |a| > threshold if None.
      valid: bool tensor that broadcasts against `a`, the same for all units;
        False positions are not samples. All are if None.

    Returns:
      "samples": int64 [], positions per unit; and per unit, [units]:
      "active", "non_finite_activations" int64, "absolute_sum" float64.
    """
    judged = a if z is None else z
    finite = tf.math.is_finite(a)
    if z is not None:
        finite &= tf.math.is_finite(z)
    counted = finite
    if valid is None:
        per_unit = tf.gather(tf.shape(a, out_type=tf.int64), unit_axis)
        samples = tf.size(a, out_type=tf.int64) // tf.maximum(per_unit, 1)
    else:
        everywhere = tf.broadcast_to(valid, tf.shape(a))
        samples = tf.reduce_max(_sum_mask(everywhere, unit_axis))
        counted = finite & everywhere
    magnitude = tf.where(counted, tf.abs(a), tf.zeros_like(a))
    if z is not None:
        active = (judged > tf.zeros_like(judged)) & counted
    elif threshold == 0:
        active = tf.not_equal(magnitude, tf.zeros_like(magnitude))
    else:
        active = tf.cast(magnitude, tf.float64) > threshold
    return {
        "samples": samples,
        "active": _sum_mask(active, unit_axis),
        "non_finite_activations": samples - _sum_mask(counted, unit_axis),
        "absolute_sum": _sum_numbers(tf.cast(magnitude, tf.float64), unit_axis),
    }


def count_gradients(
    g: tf.Tensor, *, unit_axis: int, gate: tf.Tensor | None = None, valid: tf.Tensor | None = None
) -> dict[str, tf.Tensor]:
    """Counts gradients.

    Args:
      g: Real tensor [batch, ..., units] (units at `unit_axis`).
      unit_axis: Axis of the units, from the front.
      gate: bool tensor of the shape of `g`; the gradient is 0 where False.
      valid: As for `count_activations`.

    Returns:
      Per unit, [units]: "gradient_square_sum" float64, over finite entries;
      "non_finite_gradients" int64.
    """
    kept = tf.math.is_finite(g)
    non_finite = ~kept
    for mask in (gate, valid):
        if mask is not None:
            kept &= mask
            non_finite &= mask
    g = tf.cast(tf.where(kept, g, tf.zeros_like(g)), tf.float64)
    return {
        "gradient_square_sum": _sum_numbers(g * g, unit_axis),
        "non_finite_gradients": _sum_mask(non_finite, unit_axis),
    }


def _sum_mask(mask: tf.Tensor, unit_axis: int) -> tf.Tensor:
    rank = mask.shape.rank
    inner = [axis for axis in range(1, rank) if axis != unit_axis]
    if unit_axis == 0 or not inner:
        return tf.reduce_sum(tf.cast(mask, tf.int64), axis=[axis for axis in range(rank) if axis != unit_axis])
    # One example's positions fit int32, which is half the memory; batches of them may not.
    per_example = tf.reduce_sum(tf.cast(mask, tf.int32), axis=inner)
    return tf.reduce_sum(tf.cast(per_example, tf.int64), axis=0)


def _sum_numbers(numbers: tf.Tensor, unit_axis: int) -> tf.Tensor:
    return tf.reduce_sum(numbers, axis=[axis for axis in range(numbers.shape.rank) if axis != unit_axis])
