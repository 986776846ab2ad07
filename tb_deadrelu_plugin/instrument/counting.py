"""Per-unit sums of one tensor, as TensorFlow ops.

The same numbers as `statistics.count_units`, computed where the tensor is.
Counts are int64 and exact for any size; sums are float64.

Entries that are not finite are looked for in the sums, which they can't but
spoil, and counted only if there are any. XLA has no such branch: it would
change how it compiles the training (see `sums`).
"""

from __future__ import annotations

import functools

import tensorflow as tf

from tb_deadrelu_plugin.instrument import sums

# Squares of gradients are summed in float32 after multiplication with this,
# so that they vanish below 1e-28 only, not below 1e-19.
_LIFT = 2.0**30

Counts = dict[str, tf.Tensor]


def count_activations(
    a: tf.Tensor,
    *,
    unit_axis: int,
    threshold: float = 0.0,
    z: tf.Tensor | None = None,
    valid: tf.Tensor | None = None,
    upper_bound: float | None = None,
) -> Counts:
    """Counts activations.

    Args:
      a: Real tensor [batch, ..., units] (units at `unit_axis`).
      unit_axis: Axis of the units, from the front.
      threshold: Largest |a| that counts as zero.
      z: Pre-activations of the shape of `a`, for activations without an exact
        zero region: active is then z > 0. Active is |a| > threshold if None.
      valid: bool tensor that broadcasts against `a`, the same for all units;
        False positions are not samples. All are if None.
      upper_bound: Largest value of the activation; samples at it are counted.

    Returns:
      "samples": int64 [], positions per unit; and per unit, [units]:
      "active", "non_finite_activations" int64, "absolute_sum" float64, and
      with an `upper_bound` "saturated" int64.
    """
    samples = count_samples(a, unit_axis, valid)
    magnitude = tf.abs(a) if valid is None else tf.where(valid, tf.abs(a), tf.zeros_like(a))
    absolute_sum = sums.total(magnitude, unit_axis)
    spoilt = absolute_sum
    if z is not None:
        spoilt += sums.total(z if valid is None else tf.where(valid, z, tf.zeros_like(z)), unit_axis)

    def counted(kept: tf.Tensor | None) -> Counts:
        # What is masked or not finite is 0 in `where`, which is active for no threshold.
        active = _is_active(magnitude, threshold, z)
        for mask in (kept, valid if z is not None else None):
            active = active if mask is None else active & mask
        counts = {"active": sums.count(active, unit_axis)}
        if upper_bound is not None:
            counts["saturated"] = sums.count(active & (a >= tf.cast(upper_bound, a.dtype)), unit_axis)
        return counts

    def all_finite() -> Counts:
        return counted(None) | {
            "non_finite_activations": tf.zeros_like(absolute_sum, tf.int64),
            "absolute_sum": absolute_sum,
        }

    def some_not_finite() -> Counts:
        finite = tf.math.is_finite(a)
        if z is not None:
            finite &= tf.math.is_finite(z)
        counts = counted(finite)
        not_finite = ~finite if valid is None else ~finite & valid
        counts["non_finite_activations"] = sums.count(not_finite, unit_axis)
        wide = tf.cast(tf.where(finite, magnitude, tf.zeros_like(magnitude)), tf.float64)
        return counts | {"absolute_sum": sums.total(wide, unit_axis)}

    if sums.is_compiled():
        return some_not_finite() | {"samples": samples}
    counts = tf.cond(tf.reduce_all(tf.math.is_finite(spoilt)), all_finite, some_not_finite)
    return counts | {"samples": samples}


def seen_active(
    a: tf.Tensor,
    *,
    unit_axis: int,
    threshold: float = 0.0,
    valid: tf.Tensor | None = None,
    non_negative: bool = False,
) -> tf.Tensor:
    """Tells which units have any active sample: a fraction of the work of `count_activations`.

    Args:
      a, unit_axis, threshold, valid: As for `count_activations`.
      non_negative: Whether `a` is never below 0, as ReLU's output.

    Returns:
      bool [units]. True also where samples are NaN: they can't be called inactive.
    """
    if threshold == 0 and valid is None and non_negative:
        total = sums.total(a, unit_axis)
        # Not `~(total <= 0)`: TensorFlow rewrites it in graphs as if there were no NaN.
        return (total > 0) | tf.math.is_nan(total)
    active = _is_active(tf.abs(a), threshold, None) | tf.math.is_nan(a)
    return sums.count(active if valid is None else active & valid, unit_axis) > 0


def count_samples(a: tf.Tensor, unit_axis: int, valid: tf.Tensor | None = None) -> tf.Tensor:
    """Returns the number of positions per unit, int64 []."""
    if valid is None:
        shape = tf.shape(a, out_type=tf.int64)
        known = [size for axis, size in enumerate(a.shape) if axis not in (0, unit_axis)]
        if unit_axis != 0 and None not in known:
            return shape[0] * sums.product(known)
        return tf.size(a, out_type=tf.int64) // tf.maximum(shape[unit_axis], 1)
    return tf.reduce_max(sums.count(tf.broadcast_to(valid, tf.shape(a)), unit_axis))


def count_gradients(
    g: tf.Tensor,
    *,
    unit_axis: int,
    gate: tf.Tensor | None = None,
    valid: tf.Tensor | None = None,
    small: bool = False,
) -> Counts:
    """Counts gradients.

    Args:
      g: Real tensor [batch, ..., units] (units at `unit_axis`).
      unit_axis: Axis of the units, from the front.
      gate: bool tensor of the shape of `g`; the gradient is 0 where False.
      valid: As for `count_activations`.
      small: Whether `g` is so small that to look for entries that are not
        finite costs less than to decide whether there are any.

    Returns:
      Per unit, [units]: "gradient_square_sum" float64, over finite entries;
      "non_finite_gradients" int64.
    """
    masks = [mask for mask in (gate, valid) if mask is not None]
    kept = functools.reduce(tf.logical_and, masks) if masks else None
    if kept is not None:
        g = tf.where(kept, g, tf.zeros_like(g))

    def some_not_finite() -> Counts:
        finite = tf.math.is_finite(g)
        wide = tf.cast(tf.where(finite, g, tf.zeros_like(g)), tf.float64)
        return {
            "gradient_square_sum": sums.total(tf.square(wide), unit_axis),
            "non_finite_gradients": sums.count(~finite, unit_axis),
        }

    if small or sums.is_compiled():
        return some_not_finite()
    square_sum = sums.total(tf.square(sums.at_least_float32(g) * _LIFT), unit_axis) / _LIFT**2

    def all_finite() -> Counts:
        return {
            "gradient_square_sum": square_sum,
            "non_finite_gradients": tf.zeros_like(square_sum, tf.int64),
        }

    return tf.cond(tf.reduce_all(tf.math.is_finite(square_sum)), all_finite, some_not_finite)


def _is_active(magnitude: tf.Tensor, threshold: float, z: tf.Tensor | None) -> tf.Tensor:
    if z is not None:
        return z > tf.zeros_like(z)
    if threshold == 0:
        return tf.not_equal(magnitude, tf.zeros_like(magnitude))
    return tf.cast(magnitude, tf.float64) > threshold
