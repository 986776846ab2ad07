"""How many weights each layer has, every weight counted once, so that all layers together have those of the model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import keras

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import layout, walk
from tb_deadrelu_plugin.instrument.discovery import Target


class Count(NamedTuple):
    """Number of weights: of kernels, recurrent ones included, of biases, and of neither."""

    kernel: int
    bias: int
    other: int


class Ledger:
    """Counts weights; one that several layers share counts for the first."""

    def __init__(self) -> None:
        self._counted: set[int] = set()

    def count(self, weights: Iterable[Any]) -> Count:
        """Returns the number of these weights, without those that were counted before."""
        kernel = bias = other = 0
        for weight in weights:
            if id(weight) in self._counted:
                continue
            self._counted.add(id(weight))
            size = math.prod(int(dimension) for dimension in weight.shape)
            if weight.name.endswith("kernel"):
                kernel += size
            elif weight.name.endswith("bias"):
                bias += size
            else:
                other += size
        return Count(kernel, bias, other)


def of_targets(targets: Sequence[Target]) -> list[Count]:
    """Returns each target's weights; of several in one layer, the first has them."""
    ledger = Ledger()
    return [ledger.count(target.weights) for target in targets]


def of_model(model: keras.Model, targets: Sequence[Target]) -> metadata.RunInfo:
    """Returns how many weights the model has, and the layers with weights that are not those of a target.

    A layer is whole, as in the model's summary, unless something inside of it
    is watched: then what else is inside comes by itself.
    """
    ledger = Ledger()
    for target in targets:
        ledger.count(target.weights)
    watched = {id(part) for target in targets for part in (target.layer, target.cell)}
    others = []

    def note(name: str, layer: Any, index: int, weights: Iterable[Any]) -> None:
        count = ledger.count(weights)
        if any(count):
            layer_type, activation = type(layer).__name__, activation_name(layer)
            others.append(metadata.OtherLayer(name, layer_type, activation, units(layer) or 0, *count, index))

    nodes = walk.operation_paths(model)
    for index, (path, layer) in enumerate(nodes):
        if isinstance(layer, keras.layers.Layer):
            note(path, layer, index, _own_weights(layer, watched))
    # Weights that a model, or one inside of it, holds itself.
    note(model.name, model, len(nodes), model.weights)
    return metadata.RunInfo(sum(Ledger().count(model.weights)), tuple(others))


def units(layer: Any) -> int | None:
    """Size of the axis of units in the output of a layer, or None where it is not known."""
    shape = layout.output_shape(layer)
    return shape[layout.unit_axis(layer) % len(shape)] if shape else None


def activation_name(layer: Any) -> str:
    """Name of a layer's activation, or ""."""
    activation = getattr(layer, "activation", None)
    return getattr(activation, "__name__", "") or (type(activation).__name__ if activation is not None else "")


def _own_weights(layer: keras.layers.Layer, watched: set[int]) -> list[Any]:
    inside = list(layer._flatten_layers(include_self=False))
    if not isinstance(layer, keras.Model) and watched.isdisjoint(map(id, [layer, *inside])):
        return layer.weights
    elsewhere = {id(weight) for part in inside for weight in part.weights}
    return [weight for weight in layer.weights if id(weight) not in elsewhere]
