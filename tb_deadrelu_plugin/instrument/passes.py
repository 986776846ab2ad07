"""In which pass of a training step something is computed, and what depends on it."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from tb_deadrelu_plugin.instrument import call_stack
from tb_deadrelu_plugin.instrument.clock import Tick

_CONTROL_FLOW = {"CondBranchFuncGraph", "WhileBodyFuncGraph", "WhileCondFuncGraph"}


def in_control_flow() -> bool:
    """Whether what is computed here is in a loop or a branch of a graph."""
    return not tf.executing_eagerly() and type(tf.compat.v1.get_default_graph()).__name__ in _CONTROL_FLOW


def is_vectorized() -> bool:
    """Whether what is computed here is for one element, within `tf.vectorized_map`."""
    return not tf.executing_eagerly() and call_stack.is_vectorized()


def is_part_of(tick: Tick) -> bool:
    """Whether what is computed here is part of the pass that trains, and can be watched here.

    A `tf.function` within the training step has a graph of its own, which
    other callers may share; so do functions that Keras tries out. A training
    step of the model's own may also call models with `training=False`, such as
    one that gives the targets.
    """
    if is_vectorized() or (not tick.inference and call_stack.is_inference()):
        return False
    if tf.executing_eagerly():
        return True
    own = getattr(tick.batch, "graph", None) if not hasattr(tick.batch, "_numpy") else None
    graph = tf.compat.v1.get_default_graph()
    while graph is not own and type(graph).__name__ in _CONTROL_FLOW:
        graph = graph.outer_graph
    return graph is own


def if_observed(tick: Tick, count: Callable[[], tf.Tensor], otherwise: Callable[[], tf.Tensor]) -> tf.Tensor:
    """Returns what `count` gives in a batch that is part of the statistics, and what `otherwise` gives in others."""
    if isinstance(tick.observed, bool):
        return count() if tick.observed else otherwise()
    return tf.cond(tick.observed, count, otherwise)
