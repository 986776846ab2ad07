"""Which weights compute a layer's units, and which take them as their input, as far as that is certain."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np

from tb_deadrelu_plugin.instrument import call_graph, passing, unit_weights
from tb_deadrelu_plugin.instrument.call_graph import Call, CallGraph
from tb_deadrelu_plugin.instrument.discovery import Reach, Target
from tb_deadrelu_plugin.instrument.passing import Carried, UncertainError, describe
from tb_deadrelu_plugin.instrument.unit_weights import Outgoing, Part


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """The weights around a layer's units.

    Attributes:
      incoming: What computes them: kernel, bias, and batch normalization
        between them and their activation.
      outgoing: All that takes them as its input.
      after: Batch normalization between activation and `outgoing`.
      uncertain: Why `outgoing` and `after` are empty, or None.
      refused: Why `incoming` is empty too, or None.
      source: The layer that has the kernel; None where refused.
    """

    incoming: tuple[Part, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    after: tuple[Part, ...] = ()
    uncertain: str | None = None
    refused: str | None = None
    source: Any = None


class Successors:
    """Looks up what is around the units of a model's layers.

    What comes after a layer is known where Functional or Sequential models
    say so; a model of one's own that holds such models is taken to call each
    of them as a whole.

    Args:
      model: A built model.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._graphs = [(one, call_graph.CallGraph(one)) for one in call_graph.graphs(model)]
        self._holders: dict[int, int] = {}
        self._parents: dict[int, int] = {}
        # What a layer that is no graph holds, it may use in ways of its own.
        for part in [model, *model._flatten_layers(include_self=False)]:
            inside = part._flatten_layers(include_self=False, recursive=False)
            elsewhere = {id(weight) for one in inside for weight in one.weights}
            for weight in part.weights:
                if id(weight) not in elsewhere:
                    self._holders[id(weight)] = self._holders.get(id(weight), 0) + 1
            if not call_graph.is_known(part):
                for one in inside:
                    self._parents[id(one)] = self._parents.get(id(one), 0) + 1

    def around(self, target: Target, calls: int = 0) -> Surroundings:
        """Returns the weights around a target's units, batch normalization as it stands.

        Args:
          target: What is watched.
          calls: How often a training step calls it; 0 if not known.
        """
        graph = self._graph_of(target.layer)
        try:
            source, incoming = self._sources(target, graph)
        except UncertainError as reason:
            return Surroundings(refused=str(reason))
        try:
            outgoing, after = self._followers(target, graph, calls)
        except UncertainError as reason:
            return Surroundings(tuple(incoming), uncertain=str(reason), source=source)
        return Surroundings(tuple(incoming), tuple(outgoing), tuple(after), source=source)

    def _graph_of(self, layer: Any) -> CallGraph | None:
        return next((graph for _, graph in self._graphs if graph.calls_of(layer)), None)

    def _sources(self, target: Target, graph: CallGraph | None) -> tuple[Any, list[Part]]:
        layer = target.layer
        if target.reach is Reach.RECURRENT:
            raise UncertainError("recurrent units feed themselves, so that their weights can't be told apart")
        parts = unit_weights.incoming(layer) if target.attribute == "activation" else None
        norms: list[Any] = []
        source = layer
        if parts is None:
            if target.reach is not Reach.CALL and not isinstance(layer, keras.layers.Activation):
                raise UncertainError(f"which weights compute the units of {describe(layer)} is not known")
            if graph is None:
                raise UncertainError(f"what comes before {describe(layer)} is up to the `call` of what holds it")
            source, norms = _traced_back(graph, target)
            parts = unit_weights.incoming(source) or []
        self._check_alone(source, parts)
        owner = np.arange(np.max(parts[0].owner) + 1)
        for norm in norms:
            parts = [*parts, *self._trained(norm, unit_weights.normalization(norm, owner))]
        return source, parts

    def _followers(self, target: Target, graph: CallGraph | None, calls: int) -> tuple[list[Outgoing], list[Part]]:
        if graph is None:
            raise UncertainError("what takes its units is up to the `call` of what holds it")
        starts = graph.calls_of(target.layer)
        if calls not in (0, len(starts)):
            raise UncertainError(f"a training step calls it {calls} times, the model's graph {len(starts)} times")
        ends = self._traced(graph, starts, target.unit_axis)
        outgoing, after = [], []
        for operation, carried in ends:
            if passing.is_batch_normalization(operation):
                after += self._trained(operation, unit_weights.normalization(operation, carried.owner))
                continue
            one = unit_weights.outgoing(operation, carried.owner, carried.constants)
            assert one is not None
            self._check_alone(operation, [one.weights])
            is_free = one.bias is not None and self._is_trained(one.bias) and self._holders.get(id(one.bias)) == 1
            outgoing.append(one if is_free else dataclasses.replace(one, bias=None))
        return outgoing, after

    def _traced(self, graph: CallGraph, starts: list[Call], unit_axis: int) -> list[tuple[Any, Carried]]:
        """Follows units up to all the weights that they are multiplied with."""
        carried: dict[int, Carried] = {}
        for call in starts:
            (tensor,) = call.outputs
            shape = graph.shapes[tensor]
            axis = unit_axis % len(shape)
            units = shape[axis]
            if units is None:
                raise UncertainError("the number of its units is not known")
            carried[tensor] = Carried(axis, np.arange(units), np.zeros(units))
        reached: dict[int, list[tuple[Any, Carried]]] = {}
        for call in graph.calls:
            given = [carried.get(tensor) for tensor in call.inputs]
            if not any(given):
                continue
            operation, first = call.operation, given[0]
            shapes = [graph.shapes[tensor] for tensor in call.inputs]
            if isinstance(operation, keras.layers.Concatenate):
                carried[call.outputs[0]] = passing.concatenated(operation, given, shapes)
                continue
            if first is None or len(given) > 1:
                passing.passed(operation, next(filter(None, given)), shapes[0], graph.shapes[call.outputs[0]])
                raise UncertainError(f"{describe(operation)} takes its units with other inputs")
            is_end = unit_weights.outgoing(operation, first.owner, first.constants) is not None
            if is_end and first.axis != unit_weights.axis_of_inputs(unit_weights.unwrapped(operation), len(shapes[0])):
                raise UncertainError(f"{describe(operation)} takes its units along another axis")
            if is_end or passing.is_batch_normalization(operation):
                reached.setdefault(id(operation), []).append((operation, first))
            if not is_end:
                carried[call.outputs[0]] = passing.passed(operation, first, shapes[0], graph.shapes[call.outputs[0]])
        if not graph.results.isdisjoint(carried):
            raise UncertainError(self._leaving(graph))
        for (operation, first), *others in reached.values():
            same = all(np.array_equal(first.owner, one.owner) for _, one in others)
            if not same or len(graph.calls_of(operation)) != 1 + len(others):
                raise UncertainError(f"{describe(operation)} is shared: it is called on other inputs too")
        return [calls[0] for calls in reached.values()]

    def _leaving(self, graph: CallGraph) -> str:
        of = next(model for model, one in self._graphs if one is graph)
        if of is self._model:
            return "its units are the model's output"
        return f"its units leave {describe(of)}, and what takes them then is up to the `call` of what holds that"

    def _check_alone(self, layer: Any, parts: list[Part]) -> None:
        """Raises unless the weights are trained, and used in calls of the layer only."""
        most_parents = 0 if self._graph_of(layer) is not None else 1
        has_others = any(self._holders.get(id(part.variable), 0) > 1 for part in parts)
        if has_others or self._parents.get(id(layer), 0) > most_parents:
            raise UncertainError(f"the weights of {describe(layer)} are shared with another layer")
        if not all(self._is_trained(part.variable) for part in parts):
            raise UncertainError(f"{describe(layer)} is frozen")

    def _is_trained(self, variable: Any) -> bool:
        return any(variable is one for one in self._model.trainable_variables)

    def _trained(self, norm: Any, parts: list[Part]) -> list[Part]:
        """Leaves a frozen batch normalization as it is: it is not trained on what comes then."""
        return parts if norm.trainable and all(self._holders.get(id(part.variable)) == 1 for part in parts) else []


def _traced_back(graph: CallGraph, target: Target) -> tuple[Any, list[Any]]:
    """Returns the layer that computes the units of an activation on its own, and batch normalization between."""
    calls = graph.calls_of(target.layer)
    found = [_traced_back_from(graph, call, target.unit_axis) for call in calls]
    source, norms = found[0]
    if any(one is not source for one, _ in found):
        raise UncertainError(f"{describe(target.layer)} is shared: it is called on the units of several layers")
    for one in [source, *norms]:
        if len(graph.calls_of(one)) != len(calls):
            raise UncertainError(f"{describe(one)} is shared: it is called on other inputs too")
    return source, norms


def _traced_back_from(graph: CallGraph, call: Call, unit_axis: int) -> tuple[Any, list[Any]]:
    (tensor,) = call.inputs
    axis = unit_axis % len(graph.shapes[tensor])
    norms: list[Any] = []
    while True:
        if len(graph.users(tensor)) > 1 or tensor in graph.results:
            raise UncertainError("what comes before its activation is used elsewhere too")
        if tensor not in graph.maker:
            raise UncertainError("its units are the model's input")
        operation = graph.maker[tensor].operation
        if unit_weights.incoming(operation) is not None:
            if getattr(operation, "activation", None) not in (None, keras.activations.linear):
                raise UncertainError(f"{describe(operation)} before it has an activation of its own")
            if unit_weights.axis_of_inputs(unit_weights.unwrapped(operation), len(graph.shapes[tensor])) != axis:
                raise UncertainError(f"{describe(operation)} before it has its units on another axis")
            return operation, norms
        before = graph.maker[tensor].inputs
        if len(before) != 1 or not passing.keeps_units(operation, axis, len(graph.shapes[before[0]])):
            raise UncertainError(f"its units come from {describe(operation)}, and no weights are theirs alone")
        if passing.is_batch_normalization(operation):
            norms.append(operation)
        (tensor,) = before
