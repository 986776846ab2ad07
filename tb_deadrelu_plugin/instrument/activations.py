"""Which activation functions are watched, and what is counted of them."""

from __future__ import annotations

import dataclasses
import functools
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
FAMILY = frozenset(_WITH_ZERO_REGION | _WITHOUT_ZERO_REGION)
"""Names of the activations that are watched unless layers are named."""

# Their outputs are above 0 wherever the pre-activations are not.
_SIGN_IS_LOST = {"softplus", "squareplus"}
_NON_NEGATIVE = {"relu", "relu6", "sparse_plus"}

# Operations of Functional graphs that are activations, by the names of their classes.
_OPERATIONS = {
    "Celu": "celu",
    "Elu": "elu",
    "Gelu": "gelu",
    "HardShrink": "hard_shrink",
    "HardSilu": "hard_silu",
    "LeakyRelu": "leaky_relu",
    "Mish": "mish",
    "Relu6": "relu6",
    "Selu": "selu",
    "Silu": "silu",
    "SoftShrink": "soft_shrink",
    "Softplus": "softplus",
    "SparsePlus": "sparse_plus",
    "Squareplus": "squareplus",
    "Threshold": "threshold",
}


@dataclasses.dataclass(frozen=True)
class Activation:
    """An activation function that is watched.

    Attributes:
      name: For example "relu".
      fraction: `metadata.ZERO_FRACTION` or `metadata.NEGATIVE_FRACTION`.
      upper_bound: Largest value it has, for example 6 of ReLU6, or None.
    """

    name: str
    fraction: str = metadata.ZERO_FRACTION
    upper_bound: float | None = None

    @property
    def non_negative(self) -> bool:
        """Whether it is never below 0."""
        return self.name in _NON_NEGATIVE

    @property
    def keeps_sign(self) -> bool:
        """Whether it is above 0 where the pre-activation is, and nowhere else."""
        return self.name not in _SIGN_IS_LOST


def classify_function(function: Any) -> Activation | None:
    """Returns what is watched of an activation function, or None if it is not of the ReLU family."""
    if isinstance(function, keras.layers.Layer):
        return classify_layer(function)
    given: dict[str, Any] = {}
    while isinstance(function, functools.partial):
        given = {**function.keywords, **given}
        function = function.func
    name = getattr(function, "__name__", "")
    if name == "relu":
        # Keras calls it negative_slope; partial() may have given it.
        return _relu(given.get("negative_slope"), given.get("max_value"))
    return _named(name)


def classify_layer(layer: Any) -> Activation | None:
    """Returns what is watched of a layer, or an operation, that is nothing but an activation, or None."""
    if isinstance(layer, keras.layers.ReLU):
        return _relu(layer.negative_slope, layer.max_value)
    if isinstance(layer, keras.layers.LeakyReLU):
        return _named("leaky_relu" if float(layer.negative_slope) != 0 else "relu")
    if isinstance(layer, keras.layers.PReLU):
        return _named("prelu")
    if isinstance(layer, keras.layers.ELU):
        return _named("elu")
    if isinstance(layer, keras.layers.Layer):
        return None
    operation = type(layer).__name__
    if operation in ("Relu", "ReLU"):
        return _relu(getattr(layer, "negative_slope", None), getattr(layer, "max_value", None))
    return _named(_OPERATIONS.get(operation, ""))


def watched_names() -> str:
    """The watched activations, for messages."""
    return ", ".join(sorted(FAMILY))


def name_of(function: Callable[..., Any]) -> str:
    """Name of any activation function, for people."""
    return getattr(function, "__name__", type(function).__name__)


def _relu(negative_slope: Any, max_value: Any) -> Activation | None:
    if negative_slope is not None and float(negative_slope) != 0:
        return _named("leaky_relu")
    if max_value is None:
        return _named("relu")
    return Activation("relu6" if float(max_value) == 6 else "relu", upper_bound=float(max_value))


def _named(name: str) -> Activation | None:
    if name == "relu6":
        return Activation(name, upper_bound=6.0)
    if name in _WITH_ZERO_REGION:
        return Activation(name)
    if name in _WITHOUT_ZERO_REGION:
        return Activation(name, metadata.NEGATIVE_FRACTION)
    return None
