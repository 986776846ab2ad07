"""Which activation functions are watched, and what is counted of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import keras

from tb_deadrelu_plugin import metadata

# Activations with an exact zero region: a unit of theirs can die.
_WITH_ZERO_REGION = {
    "relu",
    "relu6",
    "threshold",
    "hard_shrink",
    "hard_silu",
    "hard_swish",
    "soft_shrink",
    "sparse_plus",
}
# Activations that keep a gradient for z <= 0: their units can't die.
_WITHOUT_ZERO_REGION = {
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "swish",
    "mish",
    "softplus",
    "squareplus",
}


@dataclasses.dataclass(frozen=True)
class Activation:
    """An activation function that is watched.

    Attributes:
      name: For example "relu".
      fraction: `metadata.ZERO_FRACTION` or `metadata.NEGATIVE_FRACTION`.
    """

    name: str
    fraction: str


def classify_function(function: Callable[..., Any] | None) -> Activation | None:
    """Returns what is watched of an activation function, or None if it is not of the ReLU family."""
    if isinstance(function, keras.layers.Layer):
        return classify_layer(function)
    return _named(getattr(function, "__name__", ""))


def classify_layer(layer: keras.layers.Layer) -> Activation | None:
    """Returns what is watched of a layer that is nothing but an activation, or None."""
    if isinstance(layer, keras.layers.ReLU):
        leaky = float(layer.negative_slope) != 0
        bounded = layer.max_value is not None
        return _named("leaky_relu" if leaky else "relu6" if bounded else "relu")
    if isinstance(layer, keras.layers.LeakyReLU):
        return _named("leaky_relu" if float(layer.negative_slope) != 0 else "relu")
    if isinstance(layer, keras.layers.PReLU):
        return _named("prelu")
    if isinstance(layer, keras.layers.ELU):
        return _named("elu")
    return None


def watched_names() -> str:
    """The watched activations, for messages."""
    return ", ".join(sorted(_WITH_ZERO_REGION | _WITHOUT_ZERO_REGION))


def _named(name: str) -> Activation | None:
    if name in _WITH_ZERO_REGION:
        return Activation(name, metadata.ZERO_FRACTION)
    if name in _WITHOUT_ZERO_REGION:
        return Activation(name, metadata.NEGATIVE_FRACTION)
    return None
