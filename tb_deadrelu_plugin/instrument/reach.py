"""Whether a training step computes a gradient at a tensor anyway.

A layer that is frozen, with nothing before it that is trained, needs no
gradient, and TensorFlow leaves out what nobody needs. To count it all the
same would keep the whole backward pass through the frozen part alive.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

_BLOCKING = {"StopGradient", "PreventGradient", "IteratorGetNext", "IteratorGetNextAsOptional", "OptionalGetValue"}


class GradientReach:
    """Looks in the graph that is being built for trained variables before a tensor.

    In eager execution everything counts as reached: the tape computes it.

    Args:
      model: The model, whose weights that are not trained are known; None if
        nothing is known.
    """

    def __init__(self, model: keras.Model | None) -> None:
        self._untrained: set[int] = set()
        for weight in [] if model is None else model.non_trainable_weights:
            value = getattr(weight, "value", weight)
            for copy in getattr(value, "values", None) or (value,):
                self._untrained.add(id(getattr(copy, "handle", None)))
        # The graphs themselves, not their ids, which may be given again.
        self._known: dict[tuple[Any, str], bool] = {}

    def reaches(self, *tensors: Any) -> bool:
        """Whether any trained variable is before any of the tensors."""
        if tf.executing_eagerly():
            return True
        return any(not tf.is_tensor(tensor) or self._depends(tensor) for tensor in tensors)

    def _depends(self, tensor: tf.Tensor) -> bool:
        if not hasattr(tensor, "graph"):
            return id(tensor) not in self._untrained and tensor.dtype == tf.resource
        graph = tensor.graph
        # Depth first, without recursion: networks are deeper than Python's stack.
        pending = [tensor.op]
        path: set[str] = set()
        while pending:
            operation = pending[-1]
            key = (graph, operation.name)
            if key in self._known:
                pending.pop()
                continue
            if operation.type == "Placeholder":
                self._known[key] = self._is_trained(graph, operation)
                continue
            before = [] if operation.type in _BLOCKING else [one.op for one in operation.inputs]
            unknown = [one for one in before if (graph, one.name) not in self._known]
            if unknown and operation.name not in path:
                path.add(operation.name)
                pending += unknown
                continue
            self._known[key] = any(self._known.get((graph, one.name), False) for one in before)
        return self._known[(graph, tensor.op.name)]

    def _is_trained(self, graph: Any, placeholder: tf.Operation) -> bool:
        """Whether a placeholder stands for a trained variable from outside of a function's graph."""
        for outer, inner in getattr(graph, "captures", ()):
            if inner.op.name == placeholder.name:
                return self._depends(outer)
        return False
