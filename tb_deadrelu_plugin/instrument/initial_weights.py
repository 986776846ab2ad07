"""Whether a model's weights are those of its initializers: what was dead before training is their doing, or not.

Keras' initializers keep the seed they have drawn, so that called again they
give the same values. Only those are called that surely do: one of the user's
own, or one with a generator for a seed, would go on with its random numbers,
and training would no longer be the same with a monitor as without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import unit_weights, walk
from tb_deadrelu_plugin.instrument.discovery import Target
from tb_deadrelu_plugin.instrument.unit_weights import Part

MOST_ENTRIES = 2**22
"""Larger weights are not drawn again: the beginning of a training is not to take long."""

_FIXED = (keras.initializers.Zeros, keras.initializers.Ones, keras.initializers.Constant)
# Transcendental functions differ in their last digits between devices.
_TOLERANCE = 1e-5


def of_targets(model: keras.Model, targets: Sequence[Target]) -> dict[str, str | None]:
    """Looks at a model's weights as they are.

    Args:
      model: A built model.
      targets: What is watched.

    Returns:
      {target's name: as `metadata.LayerInfo.first_weights`}. Of what has no
      weights of its own (a ReLU after a normalization) it is what all other
      layers have in common.
    """
    layers = [layer for _, layer in walk.operation_paths(model) if isinstance(layer, keras.layers.Layer)]
    known = {id(layer): _of_layer(layer) for layer in layers}
    common = _common(known.values())
    return {target.name: known.get(id(target.layer)) if target.weights else common for target in targets}


def _of_layer(layer: Any) -> str | None:
    """`INITIAL` if its kernel is as drawn and nothing else is known to differ, `CHANGED` if anything does."""
    try:
        parts = unit_weights.incoming(layer) or []
        same = [_is_initial(part) for part in parts]
    except Exception:  # Whatever goes wrong in looking must not stop training.
        return None
    if False in same:
        return metadata.CHANGED
    # The kernel comes first. Biases of 0 alone say little.
    return metadata.INITIAL if same and same[0] else None


def _is_initial(part: Part) -> bool | None:
    """Whether a weight is what its initializer gives; None where it can't be asked."""
    initializer, shape = part.initializer, tuple(part.variable.shape)
    if not type(initializer).__module__.startswith("keras.") or int(np.prod(shape)) > MOST_ENTRIES:
        return None
    if not isinstance(initializer, _FIXED) and not isinstance(getattr(initializer, "seed", None), int):
        return None
    assert initializer is not None
    fresh, value = (
        tf.cast(tf.convert_to_tensor(one), tf.float32).numpy()
        for one in (initializer(shape, dtype=part.variable.dtype), part.variable.value)
    )
    return bool(np.allclose(value, fresh, rtol=_TOLERANCE, atol=_TOLERANCE * float(np.abs(fresh).max(initial=0))))


def _common(of_layers: Iterable[str | None]) -> str | None:
    found = {one for one in of_layers if one is not None}
    return found.pop() if len(found) == 1 else None
