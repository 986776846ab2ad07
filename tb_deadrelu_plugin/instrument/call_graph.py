"""Calls of layers as Functional and Sequential models have them, those of nested models among them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import keras

from tb_deadrelu_plugin.instrument import walk

Shape = tuple[int | None, ...]


@dataclasses.dataclass(frozen=True)
class Call:
    """One call of a layer or an operation.

    Attributes:
      operation: What is called.
      inputs, outputs: Numbers of the tensors.
    """

    operation: Any
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class CallGraph:
    """What is called on what in a model, in an order in which every tensor is made before it is used.

    Nested models are taken apart: what is in one that is called twice is
    there twice.

    Args:
      model: Passes `is_known`.

    Attributes:
      calls: All calls but those of inputs.
      shapes: Shape of each tensor, batch first.
      results: Numbers of the tensors that leave the model.
      maker: The call that made a tensor; inputs have none.
    """

    def __init__(self, model: keras.Model) -> None:
        self.calls: list[Call] = []
        self.shapes: list[Shape] = []
        self.maker: dict[int, Call] = {}
        function = _function(model)
        self.results = frozenset(self._add(function, [self._tensor(one) for one in function.inputs]))
        self._users: dict[int, list[Call]] = {}
        for call in self.calls:
            for number in dict.fromkeys(call.inputs):
                self._users.setdefault(number, []).append(call)

    def calls_of(self, operation: Any) -> list[Call]:
        """Returns the calls of a layer or an operation."""
        return [call for call in self.calls if call.operation is operation]

    def users(self, tensor: int) -> list[Call]:
        """Returns the calls that take a tensor as an input."""
        return self._users.get(tensor, [])

    def _tensor(self, tensor: Any) -> int:
        self.shapes.append(tuple(tensor.shape))
        return len(self.shapes) - 1

    def _add(self, function: Any, given: list[int]) -> list[int]:
        numbers = {id(tensor): number for tensor, number in zip(function.inputs, given, strict=True)}
        depths = sorted(function._nodes_by_depth, reverse=True)
        for node in (node for depth in depths for node in function._nodes_by_depth[depth]):
            if node.is_input:
                continue
            inputs = [numbers[id(tensor)] for tensor in node.input_tensors]
            if is_known(node.operation):
                outputs = self._add(_function(node.operation), inputs)
            else:
                outputs = [self._tensor(tensor) for tensor in node.outputs]
                call = Call(node.operation, tuple(inputs), tuple(outputs))
                self.calls.append(call)
                self.maker.update(dict.fromkeys(outputs, call))
            numbers.update({id(tensor): number for tensor, number in zip(node.outputs, outputs, strict=True)})
        return [numbers[id(tensor)] for tensor in function.outputs]


def is_known(model: Any) -> bool:
    """Whether it is a model whose graph says what its `call` does."""
    return walk.is_graph(model) and _calls_as_keras(model) and _function(model) is not None


def graphs(model: keras.Model) -> Iterator[keras.Model]:
    """Yields the model if its graph is known, else the largest models inside of it whose graphs are."""
    if is_known(model):
        yield model
        return
    for part in model._flatten_layers(include_self=False, recursive=False):
        yield from graphs(part)


def _function(model: Any) -> Any:
    """The model as a graph; None for a Sequential model that has not got one."""
    return model._functional if isinstance(model, keras.Sequential) else model


def _calls_as_keras(model: Any) -> bool:
    """Whether `call` is Keras' own, in whatever class of the user's it is inherited."""
    return next(one for one in type(model).__mro__ if "call" in vars(one)).__module__.startswith("keras.")
