"""On which axis the units of a layer are, where no graph tells: what the other layers of the model say of it."""

from __future__ import annotations

import warnings
from typing import Any

import keras

_FIRST, _LAST = "channels_first", "channels_last"


class AxisOfUnits:
    """Tells the axis from what a layer is called on; warns, once, where that is not certain.

    Args:
      name: Name of the layer, for the message.
      model: The model that it is in.
    """

    def __init__(self, name: str, model: keras.Model) -> None:
        self._name = name
        self._model = model
        self._known: dict[tuple[int | None, ...], int] = {}
        self._has_warned = False

    def __call__(self, shape: Any) -> int:
        """Returns the axis, for a shape [batch, ...] of at least two dimensions."""
        key = tuple(shape)[1:]
        if key not in self._known:
            self._known[key] = self._axis(tuple(shape))
        return self._known[key]

    def _axis(self, shape: tuple[int | None, ...]) -> int:
        if len(shape) < 3:
            return -1
        formats = _formats(self._model, len(shape))
        if not formats[_FIRST]:
            return -1
        is_first, is_last = shape[1] in formats[_FIRST], shape[-1] in formats[_LAST]
        if is_first != is_last:
            return 1 if is_first else -1
        axis = -1 if formats[_LAST] else 1
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"It is not certain where the units of layer {self._name!r} are in shape {shape}, for the model has "
                f"layers with channels_first. Counted are those on axis {axis}. To be certain, say it to the layer: "
                'layer.data_format = "channels_first", or "channels_last".',
                stacklevel=2,
            )
        return axis


def _formats(model: keras.Model, rank: int) -> dict[str, set[int | None]]:
    """Numbers of units that layers have on axis 1 and on the last, of tensors of this rank; None where not known."""
    found: dict[str, set[int | None]] = {_FIRST: set(), _LAST: set()}
    for layer in model._flatten_layers(include_self=False):
        data_format = getattr(layer, "data_format", None)
        if isinstance(layer, keras.layers.Flatten) or _rank_of(layer) not in (None, rank):
            continue
        if isinstance(layer, keras.layers.BatchNormalization) and layer.built:
            data_format = _FIRST if layer.axis == 1 else _LAST if layer.axis in (-1, rank - 1) else None
            size: Any = layer.moving_mean.shape[0]
        elif isinstance(layer, (keras.layers.Dense, keras.layers.EinsumDense)):
            bias = getattr(layer, "bias", None)
            data_format, size = _LAST, getattr(layer, "units", None if bias is None else bias.shape[-1])
        else:
            kernel = getattr(layer, "kernel", None) if isinstance(layer, _DEPTHWISE) else None
            size = getattr(layer, "filters", None) if kernel is None else kernel.shape[-1] * kernel.shape[-2]
        if data_format in found:
            found[data_format].add(size)
    # What only pools has no units of its own, and is no evidence beside what has.
    return {one: sizes - {None} or sizes for one, sizes in found.items()}


def _rank_of(layer: Any) -> int | None:
    """Number of axes of what a layer is called on, or None where that is not known."""
    if hasattr(layer, "rank"):
        return int(layer.rank) + 2
    built_for = (layer.get_build_config() or {}).get("input_shape") if layer.built else None
    return len(built_for) if isinstance(built_for, (list, tuple)) else None


_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)
