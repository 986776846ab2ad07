"""Finding the activations in a training step's graph that no probe is around."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import tensorflow as tf

# TensorFlow's operations of the ReLU family that are activations and hardly ever anything else.
_OPERATIONS = {"Relu", "Relu6", "LeakyRelu", "Elu", "Selu"}


class GraphScan:
    """Notes what is watched while a graph is built, and then lists what is not.

    Where there is no graph, in eager execution, it finds nothing.
    """

    def __init__(self) -> None:
        self._graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
        self._first = 0 if self._graph is None else len(self._graph.get_operations())
        self._watched: set[str] = set()

    @property
    def has_graph(self) -> bool:
        """Whether there is a graph to look at."""
        return self._graph is not None

    def note(self, a: tf.Tensor, inputs: list[tf.Tensor]) -> None:
        """Notes activations that are watched, and what they were computed from."""
        if self._graph is None or getattr(a, "graph", None) is not self._graph:
            return
        ends = {tensor.op.name for tensor in inputs if getattr(tensor, "graph", None) is self._graph}
        pending = [a.op]
        seen: set[str] = set()
        while pending:
            operation = pending.pop()
            if operation.name in seen or operation.name in ends:
                continue
            seen.add(operation.name)
            pending += [tensor.op for tensor in operation.inputs]
        self._watched |= seen

    @contextlib.contextmanager
    def passing_over(self) -> Iterator[None]:
        """Takes all that is built within the context for watched: time loops compute the first step twice."""
        first = 0 if self._graph is None else len(self._graph.get_operations())
        yield
        if self._graph is not None:
            self._watched.update(operation.name for operation in self._graph.get_operations()[first:])

    def unwatched(self) -> list[str]:
        """Names of the activations' operations, which have those of their layers before them."""
        if self._graph is None:
            return []
        # What TensorFlow vectorizes is there as it was built, too.
        new = [op for op in self._graph.get_operations()[self._first :] if "/pfor/" not in op.name]
        names = [op.name for op in new if op.type in _OPERATIONS and op.name not in self._watched]
        # Replicas have the same operations, under names of their own.
        return list(dict.fromkeys(re.sub(r"^replica_\d+/", "", name) for name in names))
