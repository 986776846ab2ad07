"""Which entries of a layer's weights belong to which of its units, or of its inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_layers = keras.layers
_PLAIN_CONVOLUTIONS = (_layers.Conv1D, _layers.Conv2D, _layers.Conv3D)
_TRANSPOSED = (_layers.Conv1DTranspose, _layers.Conv2DTranspose, _layers.Conv3DTranspose)
_DEPTHWISE = (_layers.DepthwiseConv1D, _layers.DepthwiseConv2D)
_SEPARABLE = (_layers.SeparableConv1D, _layers.SeparableConv2D)
_RECURRENT = (_layers.GRU, _layers.LSTM, _layers.SimpleRNN)
_WITH_UNITS = (_layers.Dense, *_PLAIN_CONVOLUTIONS, *_TRANSPOSED, *_DEPTHWISE, *_SEPARABLE)


@dataclasses.dataclass(frozen=True)
class Part:
    """A variable, with the unit that each of its entries belongs to.

    Attributes:
      variable: The variable.
      owner: Integers that broadcast against the variable: index of the unit,
        -1 for entries that are no unit's.
      initializer: What gives the entries' initial values, called with shape
        and dtype; None where they are zeroed.
    """

    variable: keras.Variable
    owner: IntArray
    initializer: Callable[..., Any] | None = None

    def of(self, units: IntArray) -> npt.NDArray[np.bool_]:
        """Whether entries belong to any of these units, in the variable's shape."""
        return np.broadcast_to(np.isin(self.owner, units[units >= 0]), tuple(self.variable.shape))


@dataclasses.dataclass(frozen=True)
class Outgoing:
    """What a layer makes of its inputs.

    Attributes:
      weights: Its weights, by the input that they are multiplied with.
      constants: What each input is where the unit that it comes from is 0;
        broadcasts against the weights.
      bias: Takes up, in place of the weights, what the constants give; None
        if there is none that could.
      exact: Whether it does so everywhere.
    """

    weights: Part
    constants: FloatArray
    bias: keras.Variable | None
    exact: bool


def unwrapped(layer: Any) -> Any:
    """Returns the layer that is applied to every time step, or else the layer."""
    is_wrapper = isinstance(layer, _layers.TimeDistributed) and of_keras(layer)
    inner = layer.layer if is_wrapper else layer
    return layer if getattr(inner, "data_format", None) == "channels_first" and is_wrapper else inner


def of_keras(layer: Any) -> bool:
    """Whether the layer's class is one of Keras' own, so that it is known what it computes."""
    return type(layer).__module__.startswith("keras.")


def incoming(layer: Any) -> list[Part] | None:
    """Returns the weights that compute a layer's units, or None for layers of which that is not known.

    Args:
      layer: A built layer.
    """
    layer = unwrapped(layer)
    if not isinstance(layer, _WITH_UNITS) or not of_keras(layer):
        return None
    units = _units(layer)
    everyone = np.arange(units)
    if isinstance(layer, _TRANSPOSED):
        parts = [Part(layer.kernel, everyone[:, None], layer.kernel_initializer)]
    elif isinstance(layer, _DEPTHWISE):
        parts = [Part(layer.kernel, everyone.reshape(-1, layer.depth_multiplier), layer.depthwise_initializer)]
    elif isinstance(layer, _SEPARABLE):
        # What comes before, each input's own, all units share.
        parts = [Part(layer.pointwise_kernel, everyone, layer.pointwise_initializer)]
    else:
        parts = [Part(layer.kernel, everyone, layer.kernel_initializer)]
    if layer.use_bias:
        parts.append(Part(layer.bias, everyone, layer.bias_initializer))
    return parts


def outgoing(layer: Any, owner: IntArray, constants: FloatArray) -> Outgoing | None:
    """Returns the weights by which a layer takes its inputs, or None for layers of which they are not known.

    Args:
      layer: A built layer.
      owner: Integers [inputs], on the axis that the layer sums over: the unit
        that each comes from, -1 for none.
      constants: Floats [inputs]; see `Outgoing`.
    """
    layer = unwrapped(layer)
    if not of_keras(layer):
        return None
    if isinstance(layer, _layers.Dense):
        return Outgoing(Part(layer.kernel, owner[:, None]), constants[:, None], layer.bias, True)
    if isinstance(layer, _PLAIN_CONVOLUTIONS):
        # A group of filters sees its own part of the inputs.
        groups, filters = layer.groups, layer.filters // layer.groups
        owner = np.repeat(owner.reshape(groups, -1).T, filters, axis=1)
        constants = np.repeat(constants.reshape(groups, -1).T, filters, axis=1)
        return Outgoing(Part(layer.kernel, owner), constants, layer.bias, layer.padding == "valid")
    if isinstance(layer, _TRANSPOSED):
        return Outgoing(Part(layer.kernel, owner), constants, None, False)
    if isinstance(layer, _DEPTHWISE):
        return Outgoing(Part(layer.kernel, owner[:, None]), constants[:, None], None, False)
    if isinstance(layer, _SEPARABLE):
        return Outgoing(Part(layer.depthwise_kernel, owner[:, None]), constants[:, None], None, False)
    if isinstance(layer, _RECURRENT):
        return Outgoing(Part(layer.cell.kernel, owner[:, None]), constants[:, None], None, False)
    return None


def normalization(layer: keras.layers.BatchNormalization, owner: IntArray) -> list[Part]:
    """Returns a batch normalization's weights and moving statistics by the unit that they are of."""
    named = {
        "gamma": layer.gamma_initializer,
        "beta": layer.beta_initializer,
        "moving_mean": layer.moving_mean_initializer,
        "moving_variance": layer.moving_variance_initializer,
    }
    variables = {name: getattr(layer, name) for name in named}
    return [Part(variable, owner, named[name]) for name, variable in variables.items() if variable is not None]


def normalized(layer: keras.layers.BatchNormalization, constants: FloatArray) -> FloatArray:
    """Returns what batch normalization makes, outside of training, of inputs that never change."""

    def value(name: str, default: float) -> FloatArray:
        variable = getattr(layer, name)
        return np.full_like(constants, default) if variable is None else np.asarray(variable.numpy(), np.float64)

    scaled = (constants - value("moving_mean", 0)) / np.sqrt(value("moving_variance", 1) + layer.epsilon)
    return scaled * value("gamma", 1) + value("beta", 0)


def axis_of_inputs(layer: Any, rank: int) -> int:
    """The axis of a layer's input that it sums over, from 0."""
    return 1 if getattr(layer, "data_format", None) == "channels_first" else rank - 1


def _units(layer: Any) -> int:
    if isinstance(layer, _layers.Dense):
        return int(layer.units)
    if isinstance(layer, _DEPTHWISE):
        return int(layer.kernel.shape[-2] * layer.kernel.shape[-1])
    return int(layer.filters)
