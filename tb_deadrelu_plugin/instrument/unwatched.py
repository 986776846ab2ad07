"""Finding the activations that a training step computes and no probe is around."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any, Protocol

import tensorflow as tf

OPERATIONS = {"Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Softplus"}
"""TensorFlow's operations of the ReLU family that are activations and hardly ever anything else."""

# Of those that are put together from others, the operations that tell them, and the scope that TensorFlow gives these.
_GELU = {"Erf", "Erfc", "Tanh"}
_GELU_SCOPE = re.compile(r"(^|/)Gelu(_\d+)?$")
# What computes what comes before an activation.
_WEIGHTED = {"MatMul", "BatchMatMulV2", "Einsum", "BiasAdd", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2dNative"}
# Losses and gradients are made of the same operations.
_ELSEWHERE = re.compile(r"(^|/)(compile_loss|gradient_tape|gradients)/")
_BRANCHES = ("then_branch", "else_branch", "branches")


class Scan(Protocol):
    """Notes what is watched while a training step is computed, and then lists what is not."""

    def looking(self) -> contextlib.AbstractContextManager[None]:
        """Returns a context that is around the step."""

    def note(self, a: tf.Tensor, inputs: list[tf.Tensor]) -> None:
        """Notes activations that are watched, and what they were computed from; nothing where that is not known."""

    def passing_over(self) -> contextlib.AbstractContextManager[None]:
        """Returns a context in which all is taken for watched: time loops compute the first step twice."""

    def within(self) -> contextlib.AbstractContextManager[None]:
        """Returns a context for what is computed inside of a probe."""

    def unwatched(self) -> list[str]:
        """Names of the activations that are not watched, with those of their layers before them."""


class GraphScan:
    """Looks through the graph that a training step is built in, and through its branches; see `Scan`."""

    def __init__(self) -> None:
        self._graph = tf.compat.v1.get_default_graph()
        self._first = len(self._graph.get_operations())
        self._watched: set[tuple[str, str]] = set()

    def looking(self) -> contextlib.AbstractContextManager[None]:
        """See `Scan`."""
        return contextlib.nullcontext()

    def note(self, a: tf.Tensor, inputs: list[tf.Tensor]) -> None:
        """See `Scan`."""
        graph = getattr(a, "graph", None)
        if graph is None:
            return
        ends = {tensor.op.name for tensor in inputs if getattr(tensor, "graph", None) is graph}
        pending = [a.op]
        seen: set[str] = set()
        while pending:
            operation = pending.pop()
            if operation.name in seen or operation.name in ends:
                continue
            seen.add(operation.name)
            # Other activations may come before one that was watched by hand.
            if inputs or not (operation.type in _WEIGHTED or _name_of(operation)):
                pending += [tensor.op for tensor in operation.inputs]
        self._watched.update((_key(graph), name) for name in seen)

    @contextlib.contextmanager
    def passing_over(self) -> Iterator[None]:
        """See `Scan`."""
        first = len(self._graph.get_operations())
        yield
        new = self._graph.get_operations()[first:]
        self._watched.update((_key(self._graph), operation.name) for operation in new)

    def within(self) -> contextlib.AbstractContextManager[None]:
        """See `Scan`."""
        return contextlib.nullcontext()

    def unwatched(self) -> list[str]:
        """See `Scan`."""
        names = self._unwatched_in(self._graph, self._graph.get_operations()[self._first :])
        # Replicas have the same operations, under names of their own.
        return list(dict.fromkeys(re.sub(r"^replica_\d+/", "", name) for name in names))

    def _unwatched_in(self, graph: Any, operations: list[Any], prefix: str = "") -> Iterator[str]:
        for operation in operations:
            if (_key(graph), operation.name) in self._watched or _ELSEWHERE.search(operation.name):
                continue
            if "/pfor/" in operation.name:
                # What TensorFlow vectorizes is there as it was built, too.
                continue
            name = _name_of(operation)
            if name is not None:
                yield prefix + name
            for branch in _branches(operation):
                yield from self._unwatched_in(branch, branch.get_operations(), f"{prefix}{operation.name}/")


def _key(graph: Any) -> str:
    """Tells a branch's graph from others; TensorFlow makes it anew, under another name, for the gradient."""
    return re.sub(r"(_rewritten)+$", "", getattr(graph, "name", ""))


def _branches(operation: Any) -> list[Any]:
    functions: list[Any] = []
    for attribute in _BRANCHES if operation.type in ("If", "StatelessIf", "Case", "StatelessCase") else ():
        with contextlib.suppress(ValueError):
            value = operation.get_attr(attribute)
            functions += value if isinstance(value, (list, tuple)) else [value]
    # TensorFlow has no other way from an operation to its functions; without it they are not looked into.
    find = getattr(operation.graph, "_get_function", lambda name: None)
    graphs = [getattr(find(function.name), "graph", None) for function in functions]
    return [graph for graph in graphs if graph is not None]


def _name_of(operation: Any) -> str | None:
    """Name of an operation that is an activation, or that tells one; None of others."""
    scope, _, _ = operation.name.rpartition("/")
    if operation.type == "Mul":
        return f"{scope}/silu".lstrip("/") if _is_silu(operation) else None
    if operation.type in _GELU and _GELU_SCOPE.search(scope):
        return scope
    return operation.name if operation.type in OPERATIONS else None


def is_elsewhere(scope: str) -> bool:
    """Whether what is computed there is part of a loss or of a gradient."""
    return _ELSEWHERE.search(f"{scope}/") is not None


def _is_silu(product: Any) -> bool:
    """Whether a product is that of a tensor with its own sigmoid."""
    if len(product.inputs) != 2:
        return False
    for x, gate in (tuple(product.inputs), tuple(product.inputs)[::-1]):
        if gate.op.type == "Sigmoid":
            (of,) = gate.op.inputs
            # TensorFlow multiplies by a slope of 1 before.
            if of is x or (of.op.type == "Mul" and any(one is x for one in of.op.inputs)):
                return True
    return False
