"""What reaches each watched layer, as the model's graph tells: watched layers before it, or the model's input.

Only Functional and Sequential models have a graph. What a layer's own code
does inside is not seen: what comes out of a composite layer that has watched
layers inside is not known, nor is what comes out of a user's layer with an
activation somewhere in it, for its input may go past the activation.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import keras

from tb_deadrelu_plugin.instrument import walk
from tb_deadrelu_plugin.instrument.discovery import Reach, Target

NORMALIZING = (
    keras.layers.BatchNormalization,
    keras.layers.GroupNormalization,
    keras.layers.LayerNormalization,
    keras.layers.Normalization,
    keras.layers.UnitNormalization,
)
"""Layers that bring what they are given to a scale of their own: what counts is what comes out of them."""

LOOKING_UP = (keras.layers.Embedding,)
"""Layers whose input are indices, which have no scale."""

# What a tensor may come from besides watched layers.
_INPUT, _UNKNOWN = "model's input", "not known"
_Source = tuple[str, str]  # One of these and "", or "layer" and its name.


@dataclasses.dataclass(frozen=True, eq=False)
class _Flow:
    """Where a tensor comes from, and whether it is the model's input as the first weights are given it."""

    sources: frozenset[_Source]
    is_raw: bool = False


_OF_INPUT = frozenset([(_INPUT, "")])
_OF_UNKNOWN = frozenset([(_UNKNOWN, "")])


@dataclasses.dataclass(frozen=True)
class Entry:
    """A layer that is given the model's input, before any other layer with weights.

    Attributes:
      layer: The layer.
      features: Entries of one sample of each of its inputs, None where not
        known.
    """

    layer: Any
    features: tuple[int | None, ...] = ()


@dataclasses.dataclass(frozen=True)
class GraphInputs:
    """What the graph tells.

    Attributes:
      input_layers: {target's name: as `metadata.LayerInfo.input_layers`}.
      entries: The layers that the model's input comes to; None for a model
        without a graph.
    """

    input_layers: dict[str, tuple[str, ...] | None]
    entries: tuple[Entry, ...] | None


def of_model(model: keras.Model | None, targets: Sequence[Target]) -> GraphInputs:
    """Looks at a model's graph.

    Args:
      model: A built model, or None.
      targets: What is watched.
    """
    tracing = _Tracing(targets)
    graph = None if model is None else _graph(model)
    if graph is not None:
        tracing.through(graph, [_Flow(_OF_INPUT, is_raw=True) for _ in graph.inputs])
    for part in [] if model is None else model._flatten_layers(include_self=False):
        own = _graph(part)
        if own is not None and id(own) not in tracing.passed:
            # What is within a graph is certain, whatever comes to it.
            tracing.through(own, [_Flow(_OF_UNKNOWN) for _ in own.inputs])
    order = [target.name for target in targets]
    named = {name: _named(name, tracing.reached.get(name, frozenset()), order) for name in order}
    return GraphInputs(named, None if graph is None else tracing.entries())


class _Tracing:
    """Follows tensors through graphs, from layer to layer.

    Attributes:
      reached: {target's name: sources of all that it is given}.
      passed: Ids of the graphs that were followed.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self.reached: dict[str, frozenset[_Source]] = {}
        self.passed: set[int] = set()
        self._targets: dict[int, list[Target]] = {}
        for target in targets:
            self._targets.setdefault(id(target.layer), []).append(target)
        self._first: dict[int, tuple[Entry, list[_Flow]]] = {}
        self._later: set[int] = set()

    def through(self, graph: Any, given: Sequence[_Flow]) -> list[_Flow]:
        """Follows what a graph is given, one flow for each of its inputs; returns those of its outputs."""
        self.passed.add(id(graph))
        flows = {id(tensor): flow for tensor, flow in zip(graph.inputs, given)}
        for depth in sorted(graph._nodes_by_depth, reverse=True):
            for node in graph._nodes_by_depth[depth]:
                if node.is_input or any(id(tensor) not in flows for tensor in node.input_tensors):
                    continue
                outputs = self._after(
                    node.operation, node.input_tensors, [flows[id(one)] for one in node.input_tensors]
                )
                if len(outputs) != len(node.outputs):
                    outputs = [_merged(outputs)] * len(node.outputs)
                flows.update((id(tensor), flow) for tensor, flow in zip(node.outputs, outputs))
        return [flows.get(id(tensor), _Flow(_OF_UNKNOWN)) for tensor in graph.outputs]

    def entries(self) -> tuple[Entry, ...]:
        """The layers that the model's input comes to; of several that are given the same tensor, the first."""
        known: set[int] = set()
        entries = []
        for entry, flows in self._first.values():
            if id(entry.layer) not in self._later and not known.issuperset(map(id, flows)):
                entries.append(entry)
            known.update(map(id, flows))
        return tuple(entries)

    def _after(self, operation: Any, tensors: Sequence[Any], given: list[_Flow]) -> list[_Flow]:
        graph = _graph(operation)
        if graph is not None and len(graph.inputs) == len(given):
            return self.through(graph, given)
        merged = _merged(given)
        return [_Flow(self._sources_after(operation, merged.sources), self._is_raw_after(operation, tensors, given))]

    def _is_raw_after(self, operation: Any, tensors: Sequence[Any], given: list[_Flow]) -> bool:
        is_raw = _merged(given).is_raw
        if not getattr(operation, "weights", None) or isinstance(operation, NORMALIZING):
            return is_raw
        if not is_raw:
            self._later.add(id(operation))
        elif not isinstance(operation, LOOKING_UP):
            features = tuple(_product(tensor.shape[1:]) for tensor in tensors)
            self._first.setdefault(id(operation), (Entry(operation, features), given))
        return False

    def _sources_after(self, operation: Any, given: frozenset[_Source]) -> frozenset[_Source]:
        targets = self._targets.get(id(operation), [])
        if targets and targets[0].reach is Reach.RECURRENT:
            return self._through_cells(operation, targets, given)
        if targets:
            is_certain = len(targets) == 1 and _is_keras_own(operation)
            for target in targets:
                self._reach(target, given if len(targets) == 1 else _OF_UNKNOWN)
            return frozenset([("layer", targets[0].name)]) if is_certain else _OF_UNKNOWN
        if isinstance(operation, keras.layers.Bidirectional) and _is_keras_own(operation):
            both = (operation.forward_layer, operation.backward_layer)
            return frozenset().union(*(self._sources_after(layer, given) for layer in both))
        inside = [target for part in _parts(operation) for target in self._targets.get(id(part), [])]
        for target in inside:
            self._reach(target, _OF_UNKNOWN)
        return _OF_UNKNOWN if inside else given

    def _through_cells(self, layer: Any, targets: list[Target], given: frozenset[_Source]) -> frozenset[_Source]:
        watched = {id(target.cell): target for target in targets}
        for cell in getattr(layer.cell, "cells", [layer.cell]):
            if id(cell) in watched:
                self._reach(watched[id(cell)], given)
                given = frozenset([("layer", watched[id(cell)].name)])
        return given

    def _reach(self, target: Target, given: frozenset[_Source]) -> None:
        self.reached[target.name] = self.reached.get(target.name, frozenset()) | given


def _merged(flows: Sequence[_Flow]) -> _Flow:
    if len(flows) == 1:
        return flows[0]
    sources = frozenset[_Source]().union(*(flow.sources for flow in flows))
    return _Flow(sources, bool(flows) and all(flow.is_raw for flow in flows))


def _named(name: str, sources: frozenset[_Source], order: list[str]) -> tuple[str, ...] | None:
    if sources == _OF_INPUT:
        return ()
    layers = {layer for kind, layer in sources if kind == "layer"}
    # Where the model's input comes past the layers before, or a layer feeds itself, those layers alone say nothing.
    if len(layers) < len(sources) or name in layers or not layers:
        return None
    return tuple(layer for layer in order if layer in layers)


def _graph(layer: Any) -> Any:
    """The graph that a model runs when it is called, or None where it has none, or a `call` of its own."""
    if not walk.is_graph(layer) or not _is_keras_own(layer):
        return None
    graph = getattr(layer, "_functional", None) if isinstance(layer, keras.Sequential) else layer
    return graph if hasattr(graph, "_nodes_by_depth") else None


def _is_keras_own(operation: Any) -> bool:
    """Whether what is computed is as Keras has it: the activation comes last, and nothing goes past it."""
    return type(operation).call.__module__.partition(".")[0] == "keras"


def _parts(operation: Any) -> list[Any]:
    return list(operation._flatten_layers(include_self=False)) if isinstance(operation, keras.layers.Layer) else []


def _product(sizes: Sequence[int | None]) -> int | None:
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None
