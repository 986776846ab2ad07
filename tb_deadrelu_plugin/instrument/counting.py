"""Per-unit sums of one tensor, as TensorFlow ops.

The same numbers as `statistics.count_units`, computed where the tensor is.
Counts are int64 and exact for any size; sums are float64.

On processors most sums go through a matrix product with a row of ones, which
reads the tensor once at the speed of memory: reductions over all axes but the
last are several times slower there. Entries that are not finite are looked
for in the sums, which they can't but spoil, and counted only if there are any.
"""

from __future__ import annotations

import functools

import tensorflow as tf

_EXACT_IN_FLOAT32 = 2**24

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
    absolute_sum = _sum(magnitude, unit_axis)
    spoilt = absolute_sum
    if z is not None:
        spoilt += _sum(z if valid is None else tf.where(valid, z, tf.zeros_like(z)), unit_axis)

    def counted(kept: tf.Tensor | None) -> Counts:
        # What is masked or not finite is 0 in `where`, which is active for no threshold.
        active = _is_active(magnitude, threshold, z)
        for mask in (kept, valid if z is not None else None):
            active = active if mask is None else active & mask
        counts = {"active": _count(active, unit_axis)}
        if upper_bound is not None:
            counts["saturated"] = _count(active & (a >= tf.cast(upper_bound, a.dtype)), unit_axis)
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
        counts["non_finite_activations"] = _count(not_finite, unit_axis)
        wide = tf.cast(tf.where(finite, magnitude, tf.zeros_like(magnitude)), tf.float64)
        return counts | {"absolute_sum": _sum(wide, unit_axis)}

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
        return ~(_sum(a, unit_axis) <= 0)
    active = _is_active(tf.abs(a), threshold, None) | tf.math.is_nan(a)
    return _count(active if valid is None else active & valid, unit_axis) > 0


def count_samples(a: tf.Tensor, unit_axis: int, valid: tf.Tensor | None = None) -> tf.Tensor:
    """Returns the number of positions per unit, int64 []."""
    if valid is None:
        shape = tf.shape(a, out_type=tf.int64)
        known = [size for axis, size in enumerate(a.shape) if axis not in (0, unit_axis)]
        if unit_axis != 0 and None not in known:
            return shape[0] * _product(known)
        return tf.size(a, out_type=tf.int64) // tf.maximum(shape[unit_axis], 1)
    return tf.reduce_max(_count(tf.broadcast_to(valid, tf.shape(a)), unit_axis))


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
            "gradient_square_sum": _sum(tf.square(wide), unit_axis),
            "non_finite_gradients": _count(~finite, unit_axis),
        }

    if small:
        return some_not_finite()
    square_sum = _sum(tf.square(_float32(g) * _LIFT), unit_axis) / _LIFT**2

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


def _count(mask: tf.Tensor, unit_axis: int) -> tf.Tensor:
    """Number of True per unit, int64 [units]."""
    axes = [axis for axis in range(mask.shape.rank) if axis != unit_axis]

    def by_product() -> tf.Tensor:
        return tf.cast(_sum(tf.cast(mask, tf.float32), unit_axis), tf.int64)

    def by_integers() -> tf.Tensor:
        return tf.reduce_sum(tf.cast(mask, tf.int64), axis=axes)

    if mask.shape.rank == 2:
        # One row of ones is as long as the batch.
        batch = mask.shape[axes[0]]
        if batch is None:
            return tf.cond(tf.shape(mask)[axes[0]] < _EXACT_IN_FLOAT32, by_product, by_integers)
        return by_product() if batch < _EXACT_IN_FLOAT32 else by_integers()
    inner = [size for axis, size in enumerate(mask.shape) if axis not in (0, unit_axis)]
    if unit_axis != 0 and all(size is not None for size in inner) and _product(inner) < _EXACT_IN_FLOAT32:
        return by_product()
    return by_integers()


def _sum(numbers: tf.Tensor, unit_axis: int) -> tf.Tensor:
    """Sum per unit, float64 [units].

    Partial sums are float32 where `numbers` are: over one example's positions,
    or over a batch of rank 2.
    """
    rank = numbers.shape.rank
    numbers = _float32(numbers)
    if unit_axis == 0:
        return tf.reduce_sum(tf.cast(numbers, tf.float64), axis=list(range(1, rank)))
    if unit_axis != rank - 1 or not _fast_products():
        inner = [axis for axis in range(1, rank) if axis != unit_axis]
        by_example = tf.reduce_sum(numbers, axis=inner) if inner else numbers
        return tf.reduce_sum(tf.cast(by_example, tf.float64), axis=0)
    if rank == 2:
        ones = tf.ones_like(numbers[:, :1])
        return tf.cast(tf.matmul(ones, numbers, transpose_a=True)[0], tf.float64)
    # Known sizes save a handful of small operations, which is much where the tensor is small as well.
    positions, shape = numbers.shape[1:-1].num_elements(), None
    if not positions or numbers.shape[-1] is None:
        shape = tf.shape(numbers)
        positions = tf.reduce_prod(shape[1:-1])
    by_example = tf.reshape(
        numbers, [-1, positions, numbers.shape[-1]] if shape is None else tf.stack([shape[0], positions, shape[-1]])
    )
    sums = tf.matmul(tf.ones([1, 1, positions], numbers.dtype), by_example)
    return tf.reduce_sum(tf.cast(sums, tf.float64), axis=[0, 1])


def _float32(tensor: tf.Tensor) -> tf.Tensor:
    return tensor if tensor.dtype in (tf.float32, tf.float64) else tf.cast(tensor, tf.float32)


def _product(sizes: list[int]) -> int:
    return functools.reduce(lambda a, b: a * b, sizes, 1)


@functools.cache
def _fast_products() -> bool:
    """Whether products keep float32's precision and beat reductions: on processors.

    Accelerators round the factors (TensorFloat-32, bfloat16) and reduce well.
    """
    return all(device.device_type == "CPU" for device in tf.config.list_logical_devices())
