"""Where a layer's units are: on the last axis, or on axis 1 where channels come first."""

from __future__ import annotations

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
    """Axis of the units in the output of a layer or an operation; the last where that is not known."""
    axis = known_unit_axis(layer)
    return -1 if axis is None else axis


def known_unit_axis(layer: Any) -> int | None:
    """Axis of the units in the output of a layer or an operation, or None where that is not known.

    1 where it, or the layer that it takes its layout from, has its channels
    first; else -1. Outside of Functional graphs nobody knows where a layer
    takes its layout from; see `axes.AxisOfUnits`.
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
                return -1 if type(layer).__module__.startswith("keras.") else None
            # The sources of what merges several have one layout.
            source = layer._inbound_nodes[0].arguments.keras_tensors[0]
            layer = source._keras_history.operation
        except (AttributeError, IndexError):
            return None
    return None


def output_shape(layer: Any) -> tuple[int | None, ...] | None:
    """Shape of a layer's only output, or None where it is not known."""
    try:
        return tuple(layer.output.shape)
    except (AttributeError, ValueError):
        return None
