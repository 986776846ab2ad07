"""How units pass through layers that keep them apart: pooling, dropout, flatten, batch normalization, activations."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np

from tb_deadrelu_plugin.instrument import activations, unit_weights
from tb_deadrelu_plugin.instrument.call_graph import Shape
from tb_deadrelu_plugin.instrument.unit_weights import FloatArray, IntArray

_layers = keras.layers
_UNCHANGED = (
    _layers.ActivityRegularization,
    _layers.Dropout,
    _layers.GaussianDropout,
    _layers.GaussianNoise,
    _layers.Identity,
    _layers.SpatialDropout1D,
    _layers.SpatialDropout2D,
    _layers.SpatialDropout3D,
)
_POOLING = (
    _layers.AveragePooling1D,
    _layers.AveragePooling2D,
    _layers.AveragePooling3D,
    _layers.MaxPooling1D,
    _layers.MaxPooling2D,
    _layers.MaxPooling3D,
)
_GLOBAL_POOLING = (
    _layers.GlobalAveragePooling1D,
    _layers.GlobalAveragePooling2D,
    _layers.GlobalAveragePooling3D,
    _layers.GlobalMaxPooling1D,
    _layers.GlobalMaxPooling2D,
    _layers.GlobalMaxPooling3D,
)
_PADDING = (_layers.ZeroPadding1D, _layers.ZeroPadding2D, _layers.ZeroPadding3D)
_OF_POSITIONS = (
    *_POOLING,
    *_PADDING,
    _layers.Cropping1D,
    _layers.Cropping2D,
    _layers.Cropping3D,
    _layers.UpSampling1D,
    _layers.UpSampling2D,
    _layers.UpSampling3D,
)
_MERGING = (
    _layers.Add,
    _layers.Average,
    _layers.Dot,
    _layers.Maximum,
    _layers.Minimum,
    _layers.Multiply,
    _layers.Subtract,
)
_MERGING_OPERATIONS = {"Add", "Divide", "Maximum", "Minimum", "Multiply", "Subtract"}
_ZERO_AT_ZERO = {
    "celu",
    "elu",
    "gelu",
    "hard_shrink",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "silu",
    "soft_shrink",
    "softsign",
    "tanh",
    "tanh_shrink",
}


class UncertainError(Exception):
    """It is not known where units go or come from; the message says why, and begins in the middle of a sentence."""


@dataclasses.dataclass(frozen=True)
class Carried:
    """Which entries of a tensor are a layer's units.

    Attributes:
      axis: The axis that the units are on, from 0.
      owner: Integers [size of the axis]: the unit of each, -1 for none.
      constants: Floats, likewise: what it is where the unit is 0.
    """

    axis: int
    owner: IntArray
    constants: FloatArray


def describe(operation: Any) -> str:
    """Names a layer or an operation, for people."""
    return f"{operation.name!r} ({type(operation).__name__})"


def is_batch_normalization(operation: Any) -> bool:
    """Whether it normalizes each channel by statistics of that channel alone."""
    known = isinstance(operation, _layers.BatchNormalization) and unit_weights.of_keras(operation)
    return known and not getattr(operation, "renorm", False)


def keeps_units(operation: Any, axis: int, rank: int) -> bool:
    """Whether its output has on this axis the units of its input, and of other shape is the output at most elsewhere.

    Args:
      operation: A layer or an operation.
      axis: The axis of the units, from 0.
      rank: Number of axes of its input.
    """
    if not unit_weights.of_keras(operation):
        return False
    if is_batch_normalization(operation):
        return bool(operation.axis % rank == axis)
    if isinstance(operation, _OF_POSITIONS):
        return unit_weights.axis_of_inputs(operation, rank) == axis
    return isinstance(operation, _UNCHANGED)


def passed(operation: Any, given: Carried, shape: Shape, result: Shape) -> Carried:
    """Returns where units are in a layer's output.

    Args:
      operation: A layer or an operation of one input.
      given: Where they are in its input.
      shape, result: Shapes of input and output.

    Raises:
      UncertainError: The layer is none of those that keep units apart.
    """
    if not unit_weights.of_keras(operation):
        raise UncertainError(f"what {describe(operation)} makes of its units is not known")
    if isinstance(operation, _PADDING) and given.constants.any():
        raise UncertainError(f"{describe(operation)} puts zeros beside units that are a constant other than 0")
    if keeps_units(operation, given.axis, len(shape)):
        if is_batch_normalization(operation):
            return dataclasses.replace(given, constants=unit_weights.normalized(operation, given.constants))
        return given
    if isinstance(operation, _GLOBAL_POOLING) and unit_weights.axis_of_inputs(operation, len(shape)) == given.axis:
        return given if operation.keepdims else dataclasses.replace(given, axis=1)
    if isinstance(operation, _layers.RepeatVector):
        return dataclasses.replace(given, axis=2)
    if isinstance(operation, _layers.Permute):
        return dataclasses.replace(given, axis=operation.dims.index(given.axis) + 1)
    if isinstance(operation, (_layers.Flatten, _layers.Reshape)):
        return _reshaped(operation, given, shape, result)
    if _is_zero_at_zero(operation):
        if given.constants.any():
            raise UncertainError(f"{describe(operation)} comes after units that are a constant other than 0")
        return given
    if isinstance(operation, _MERGING) or type(operation).__name__ in _MERGING_OPERATIONS:
        raise UncertainError(f"{describe(operation)} merges its units with others")
    raise UncertainError(f"what {describe(operation)} makes of its units is not known")


def concatenated(operation: Any, given: list[Carried | None], shapes: list[Shape]) -> Carried:
    """Returns where units are after a concatenation.

    Args:
      operation: The layer.
      given: Where they are in its inputs, None where they are not.
      shapes: Shapes of its inputs.

    Raises:
      UncertainError: It is along another axis than that of the units.
    """
    axis = operation.axis % len(shapes[0])
    sizes = [shape[axis] for shape in shapes]
    if any(one is not None and one.axis != axis for one in given) or any(size is None for size in sizes):
        raise UncertainError(f"{describe(operation)} merges its units with others")
    nothing = [Carried(axis, np.full(size or 0, -1), np.zeros(size or 0)) for size in sizes]
    parts = [one or other for one, other in zip(given, nothing)]
    return Carried(axis, np.concatenate([one.owner for one in parts]), np.concatenate([one.constants for one in parts]))


def _reshaped(operation: Any, given: Carried, shape: Shape, result: Shape) -> Carried:
    inner = tuple(size for size in shape[1:] if size is not None)
    if len(inner) < len(shape) - 1 or None in result[1:]:
        raise UncertainError(f"the shape of what {describe(operation)} gets is not known")

    def everywhere(values: Any) -> Any:
        along = [1] * len(inner)
        along[given.axis - 1] = -1
        full = np.broadcast_to(values.reshape(along), inner)
        if isinstance(operation, _layers.Flatten) and operation.data_format == "channels_first":
            full = np.moveaxis(full, 0, -1)
        return full.reshape(result[1:])

    owner, constants = everywhere(given.owner), everywhere(given.constants)
    for axis in range(owner.ndim):
        others = tuple(one for one in range(owner.ndim) if one != axis)
        line = tuple(slice(None) if one == axis else slice(0, 1) for one in range(owner.ndim))
        if np.all(owner == owner[line]) and np.all(constants == constants[line]):
            return Carried(axis + 1, owner[line].squeeze(others), constants[line].squeeze(others))
    raise UncertainError(f"{describe(operation)} spreads its units over several axes")


def _is_zero_at_zero(operation: Any) -> bool:
    if isinstance(operation, _layers.Activation):
        name = getattr(operation.activation, "__name__", "")
        return name in _ZERO_AT_ZERO and getattr(keras.activations, name, None) is operation.activation
    known = activations.classify_layer(operation)
    return known is not None and known.name in _ZERO_AT_ZERO and not getattr(operation, "threshold", 0)
