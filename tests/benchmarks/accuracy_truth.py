"""What units did in truth: the definitions, in NumPy and float64, on every training batch with the weights as they were.

It shares no code with the package, and nothing is left out: all batches, all
rows, all positions that are not padding.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from typing import Any

import keras
import numpy as np

TOLERANCE = 1e-5
"""Pre-activations so near to 0, in the layer's mean magnitude, may be on the other side of it in float32."""

NEAR_ZERO = 1e-3


@dataclasses.dataclass
class Counts:
    """One layer on some rows. Vectors are [units].

    Attributes:
      samples: Positions that are not padding.
      active: Of these, those with a > 0.
      surely_active, maybe_active: Those that are beyond what float32 may have
        turned round, and those that may be.
      magnitude: Sum of |a|.
      gradient_squares: Sum over batches of the batch's sum of (dL/dz)^2; NaN where it was not computed.
      batches: Their number.
      all_samples, all_active, all_magnitude: The same with padding, as it
        looks to who knows of no mask.
    """

    samples: int
    active: np.ndarray
    surely_active: np.ndarray
    maybe_active: np.ndarray
    magnitude: np.ndarray
    gradient_squares: np.ndarray
    batches: int
    all_samples: int
    all_active: np.ndarray
    all_magnitude: np.ndarray

    def __add__(self, other: Counts) -> Counts:
        names = [field.name for field in dataclasses.fields(self)]
        return Counts(*(getattr(self, name) + getattr(other, name) for name in names))


def counts(model: keras.Sequential, x: np.ndarray, y: np.ndarray | None = None) -> dict[str, Counts]:
    """Counts every ReLU layer on some rows, with the model's present weights.

    Args:
      model: Of dense, convolutional (3 x 3 and the like, "valid"), simple
        recurrent, masking and flattening layers; the loss is the mean squared
        error.
      x: Inputs.
      y: Targets; gradients are computed where they are given and all layers
        are dense.
    """
    seen: dict[str, tuple[np.ndarray, np.ndarray | None]] = {}
    dense: list[tuple[Any, np.ndarray, np.ndarray]] = []
    h, mask = x.astype(np.float64), None
    for layer in model.layers:
        weights = [np.asarray(w, np.float64) for w in layer.get_weights()]
        if isinstance(layer, keras.layers.Masking):
            mask = np.any(h != layer.mask_value, axis=-1)
        elif isinstance(layer, keras.layers.Flatten):
            h = h.reshape(len(h), -1)
        else:
            h, z = _forward(layer, weights, h, mask)
            dense.append((layer, weights[0], z))
            if layer.activation is keras.activations.relu:
                seen[layer.name] = z, mask
            if getattr(layer, "return_sequences", True) is False:
                mask = None
    only_dense = all(isinstance(layer, keras.layers.Dense) and z.ndim == 2 for layer, _, z in dense)
    gradients = _backward(dense, h, y) if y is not None and only_dense else {}
    return {name: _count(z, valid, gradients.get(name)) for name, (z, valid) in seen.items()}


def _forward(
    layer: Any, weights: list[np.ndarray], h: np.ndarray, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Returns what a layer gives on, and its pre-activations."""
    if isinstance(layer, keras.layers.SimpleRNN):
        return _recurrent(layer, weights, h, mask)
    if isinstance(layer, keras.layers.Conv2D):
        windows = np.lib.stride_tricks.sliding_window_view(h, layer.kernel_size, axis=(1, 2))
        z = np.einsum("nxyiab,abio->nxyo", windows, weights[0]) + weights[1]
    else:
        z = h @ weights[0] + weights[1]
    return _ACTIVATIONS[layer.activation](z), z


def _recurrent(
    layer: Any, weights: list[np.ndarray], x: np.ndarray, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    kernel, recurrent, bias = weights
    h = np.zeros((len(x), layer.units))
    pre, states = [], []
    for t in range(x.shape[1]):
        z = x[:, t] @ kernel + h @ recurrent + bias
        a = np.maximum(z, 0)
        h = a if mask is None else np.where(mask[:, t, None], a, h)
        pre.append(z)
        states.append(h)
    return (np.stack(states, 1) if layer.return_sequences else h), np.stack(pre, 1)


def _backward(dense: list[tuple[Any, np.ndarray, np.ndarray]], output: np.ndarray, y: np.ndarray) -> dict:
    """Returns {layer: dL/dz}."""
    gradients = {}
    back = 2 * (output - y) / output.size
    for layer, kernel, z in reversed(dense):
        a = _ACTIVATIONS[layer.activation](z)
        slope = {keras.activations.relu: z > 0, keras.activations.sigmoid: a * (1 - a)}.get(layer.activation, 1.0)
        gradients[layer.name] = back * slope
        back = gradients[layer.name] @ kernel.T
    return gradients


def _count(z: np.ndarray, mask: np.ndarray | None, gradient: np.ndarray | None) -> Counts:
    units = z.shape[-1]
    flat = z.reshape(-1, units)
    valid = flat if mask is None else flat[mask.reshape(-1)]
    margin = TOLERANCE * np.abs(valid).mean()
    no_gradient = np.full(units, np.nan)
    return Counts(
        samples=len(valid),
        active=(valid > 0).sum(0),
        surely_active=(valid > margin).sum(0),
        # Sums of zeros alone are exactly 0 in float32 as well.
        maybe_active=((valid > -margin) & (valid != 0)).sum(0),
        magnitude=np.maximum(valid, 0).sum(0),
        gradient_squares=no_gradient if gradient is None else np.square(gradient).sum(0),
        batches=1,
        all_samples=len(flat),
        all_active=(flat > 0).sum(0),
        all_magnitude=np.maximum(flat, 0).sum(0),
    )


_ACTIVATIONS = {
    keras.activations.relu: lambda z: np.maximum(z, 0),
    keras.activations.sigmoid: lambda z: 1 / (1 + np.exp(-np.clip(z, -700, 700))),
    keras.activations.linear: lambda z: z,
}


class Truth(keras.callbacks.Callback):
    """Keeps the counts of every training batch, and those of all rows at the end of each epoch.

    `fit` must not shuffle. Callbacks that change weights go before it.

    Attributes:
      batches: {layer: Counts} of each training step.
      epoch_ends: The same of all rows with the weights that the epoch ended
        with.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, batch_size: int) -> None:
        super().__init__()
        self._x, self._y, self._batch_size = x, y, batch_size
        self._weights: list[np.ndarray] = []
        self._same: dict[int, dict[str, Counts]] = {}
        self.batches: list[dict[str, Counts]] = []
        self.epoch_ends: list[dict[str, Counts]] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.batches.append(self._of(batch))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.epoch_ends.append(added([self._of(batch) for batch in range(-(-len(self._x) // self._batch_size))]))

    def _of(self, batch: int) -> dict[str, Counts]:
        weights = self.model.get_weights()
        if not self._weights or not all(map(np.array_equal, weights, self._weights)):
            # The same rows give the same again as long as the weights stay.
            self._weights, self._same = weights, {}
        if batch not in self._same:
            rows = slice(batch * self._batch_size, (batch + 1) * self._batch_size)
            self._same[batch] = counts(self.model, self._x[rows], self._y[rows])
        return self._same[batch]

    def window(self, first: int, last: int) -> dict[str, Counts]:
        """The counts of the training steps after `first` up to and with `last`."""
        return added(self.batches[first:last])

    def last_active(self, layer: str) -> np.ndarray:
        """int64 [steps, units]: the last step up to each with an active sample, -1 for none."""
        active = np.array([one[layer].active > 0 for one in self.batches])
        steps = np.where(active, np.arange(1, len(active) + 1)[:, None], -1)
        return np.maximum.accumulate(steps, axis=0)


def added(parts: list[dict[str, Counts]]) -> dict[str, Counts]:
    """Adds up counts of the same layers."""
    return {name: functools.reduce(operator.add, [part[name] for part in parts]) for name in parts[0]}


def states(window: Counts) -> np.ndarray:
    """The state of each unit in a window of an epoch or more: object [units], names of `UnitState`.

    By the definitions in the README, on all samples of the window. Where the
    gradient was not computed it is taken to arrive.
    """
    share = window.active / window.samples
    mean = window.magnitude / window.samples
    norm = np.sqrt(window.gradient_squares / window.batches)
    found = np.full(len(share), "healthy", object)
    found[share == 1] = "always_on"
    found[mean <= 0.025 * mean.mean()] = "dormant"
    found[share < 0.01] = "rare"
    found[norm < 1e-8] = "no_gradient"
    found[window.active == 0] = "dead"
    return found


def doubtful(window: Counts) -> np.ndarray:
    """bool [units], whether float32 may see activity where there is none, or none where there is."""
    return (window.surely_active == 0) & (window.maybe_active > 0)
