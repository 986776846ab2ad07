"""Sums over a tensor's samples, per unit, as TensorFlow ops: in the way that is fast where they are computed.

On processors most sums go through a matrix product with a row of ones, which
reads the tensor once at the speed of memory: reductions over all axes but the
last are several times slower there. XLA makes loops of reductions that are as
fast as the products, and other accelerators reduce well.

Within what XLA compiles there is another reason for reductions. XLA adds up
in an order that depends on which operations it fuses, and so do the last bits
of the training's own sums. A reduction can be fused like anything else of the
training that reads the tensor; a product or a branch has to have it in
memory, and then what else reads it is fused otherwise than without us.
"""

from __future__ import annotations

import functools

import tensorflow as tf

_EXACT_IN_FLOAT32 = 2**24


def is_compiled() -> bool:
    """Whether what is computed here is compiled by XLA: within a `tf.function` with `jit_compile=True`."""
    graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
    while graph is not None:
        context = graph._get_control_flow_context()
        if context is not None and context.IsXLAContext():
            return True
        graph = getattr(graph, "outer_graph", None)
    return False


def count(mask: tf.Tensor, unit_axis: int) -> tf.Tensor:
    """Number of True per unit, int64 [units]; exact.

    Args:
      mask: bool [batch, ..., units] (units at `unit_axis`).
      unit_axis: Axis of the units, from the front.
    """
    axes = [axis for axis in range(mask.shape.rank) if axis != unit_axis]
    if is_compiled() and unit_axis != 0:
        by_example = tf.cast(mask, tf.int32)
        if len(axes) > 1:
            by_example = tf.cast(tf.reduce_sum(by_example, axis=axes[1:]), tf.int64)
        return tf.cast(tf.reduce_sum(by_example, axis=0), tf.int64)

    def by_product() -> tf.Tensor:
        return tf.cast(total(tf.cast(mask, tf.float32), unit_axis), tf.int64)

    def by_integers() -> tf.Tensor:
        return tf.reduce_sum(tf.cast(mask, tf.int64), axis=axes)

    if mask.shape.rank == 2:
        # One row of ones is as long as the batch.
        batch = mask.shape[axes[0]]
        if batch is None:
            return tf.cond(tf.shape(mask)[axes[0]] < _EXACT_IN_FLOAT32, by_product, by_integers)
        return by_product() if batch < _EXACT_IN_FLOAT32 else by_integers()
    inner = [size for axis, size in enumerate(mask.shape) if axis not in (0, unit_axis)]
    if unit_axis != 0 and all(size is not None for size in inner) and product(inner) < _EXACT_IN_FLOAT32:
        return by_product()
    return by_integers()


def total(numbers: tf.Tensor, unit_axis: int) -> tf.Tensor:
    """Sum per unit, float64 [units].

    Partial sums are float32 where `numbers` are: over one example's positions,
    or over a batch of rank 2.

    Args:
      numbers: Floats [batch, ..., units] (units at `unit_axis`).
      unit_axis: Axis of the units, from the front.
    """
    rank = numbers.shape.rank
    numbers = at_least_float32(numbers)
    if unit_axis == 0:
        return tf.reduce_sum(tf.cast(numbers, tf.float64), axis=list(range(1, rank)))
    if unit_axis != rank - 1 or is_compiled() or not _fast_products():
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


def at_least_float32(tensor: tf.Tensor) -> tf.Tensor:
    """The tensor as float32 or float64."""
    return tensor if tensor.dtype in (tf.float32, tf.float64) else tf.cast(tensor, tf.float32)


def product(sizes: list[int]) -> int:
    """All sizes multiplied; 1 for none."""
    return functools.reduce(lambda a, b: a * b, sizes, 1)


@functools.cache
def _fast_products() -> bool:
    """Whether products keep float32's precision and beat reductions: on processors.

    Accelerators round the factors (TensorFloat-32, bfloat16) and reduce well.
    """
    return all(device.device_type == "CPU" for device in tf.config.list_logical_devices())
