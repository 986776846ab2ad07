"""Where a layer's units are: on the last axis, or on axis 1 where channels come first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

# What their input has on an axis, their output has there too.
_KEEP_THE_LAYOUT = (
    keras.layers.Activation,
    keras.layers.ActivityRegularization,
    keras.layers.Add,
    keras.layers.Average,
    keras.layers.BatchNormalization,
    keras.layers.Concatenate,
    keras.layers.Dropout,
    keras.layers.ELU,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.GroupNormalization,
    keras.layers.Identity,
    keras.layers.LayerNormalization,
    keras.layers.LeakyReLU,
    keras.layers.Maximum,
    keras.layers.Minimum,
    keras.layers.Multiply,
    keras.layers.PReLU,
    keras.layers.ReLU,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D,
    keras.layers.Subtract,
)
_LONGEST_CHAIN = 100


def unit_axis(layer: Any) -> int:
    """Axis of the units in the output of a layer or an operation.

    1 where it, or the layer that it takes its layout from, has its channels
    first; else -1. Outside of Functional graphs nobody knows where a layer
    takes its layout from, and it is -1.
    """
    for _ in range(_LONGEST_CHAIN):
        data_format = getattr(layer, "data_format", None)
        if data_format is not None:
            return 1 if data_format == "channels_first" else -1
        if isinstance(layer, keras.layers.TimeDistributed):
            axis = unit_axis(layer.layer)
            return axis if axis < 0 else axis + 1
        if isinstance(layer, keras.layers.SpectralNormalization):
            layer = layer.layer
            continue
        try:
            if isinstance(layer, keras.Model):
                layer = layer.outputs[0]._keras_history.operation
                continue
            if isinstance(layer, keras.layers.Layer) and not isinstance(layer, _KEEP_THE_LAYOUT):
                return -1
            # The sources of what merges several have one layout.
            source = layer._inbound_nodes[0].arguments.keras_tensors[0]
            layer = source._keras_history.operation
        except (AttributeError, IndexError):
            return -1
    return -1


def output_shape(layer: Any) -> tuple[int | None, ...] | None:
    """Shape of a layer's only output, or None where it is not known."""
    try:
        return tuple(layer.output.shape)
    except (AttributeError, ValueError):
        return None


def count_parameters(layer: Any, without: Sequence[Any] = ()) -> tuple[int, int, int]:
    """Returns the number of kernel, bias and other weights of a layer, which add up to `count_params()`.

    Args:
      layer: A layer or an operation.
      without: Parts of it whose weights do not count.
    """
    kernel = bias = total = 0
    passed_over = {id(weight) for part in without for weight in part.weights}
    for weight in getattr(layer, "weights", ()):
        if id(weight) in passed_over:
            continue
        size = 1
        for dimension in weight.shape:
            size *= int(dimension)
        total += size
        if weight.name.endswith("kernel"):
            kernel += size
        elif weight.name.endswith("bias"):
            bias += size
    return kernel, bias, total - kernel - bias
