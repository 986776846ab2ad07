"""The range of what a model is given, as its first layers with weights see it.

So it is measured after what the model does to its input without having
learned it: rescaling, normalization, augmentation, conversion of bytes to
numbers. Indices, and whatever else are integers there, have no scale and are
left out.

In models without a graph nobody knows which layers these are: then it is
what the first of them to be called in a training step is given.
"""

from __future__ import annotations

import functools
import math
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.instrument import variables, walk
from tb_deadrelu_plugin.instrument.clock import Clock
from tb_deadrelu_plugin.instrument.graph_inputs import LOOKING_UP, NORMALIZING, Entry
from tb_deadrelu_plugin.instrument.passes import if_observed, is_part_of
from tb_deadrelu_plugin.instrument.variables import Reduction
from tb_deadrelu_plugin.run_overview.training_numbers import Training

MOST_FEATURES = 4096
"""Entries of one sample up to which each is looked at by itself."""


class ModelInput:
    """Adds up the range of a model's input within training steps, in the batches that are observed.

    Args:
      model: A built model, or None: then nothing is measured.
      entries: The layers that its input comes to, or None where not known.
      clock: Tells the current batch.

    Attributes:
      layers: The layers whose `call` is to be replaced by `around` while a
        training step is built.
    """

    def __init__(self, model: keras.Model | None, entries: Sequence[Entry] | None, clock: Clock) -> None:
        self._clock = clock
        self._only_first = entries is None
        self._entries = list(entries or ())
        if model is not None and entries is None:
            self._entries = [Entry(layer) for layer in _single_layers(model)]
        self.layers = [entry.layer for entry in self._entries]
        self._totals: dict[str, variables.Replicated] = {}
        self._features: dict[tuple[int, int], tuple[variables.Replicated, variables.Replicated]] = {}
        self._has_all_features = True
        self._has_given_up = False
        self._local = threading.local()

    def extend(self, model: keras.Model) -> list[Any]:
        """Takes in the layers that a model without a graph has got since, and returns them."""
        known = set(map(id, self.layers))
        new = [layer for layer in _single_layers(model) if id(layer) not in known] if self._only_first else []
        self._entries += map(Entry, new)
        self.layers += new
        return new

    @property
    def replicated(self) -> list[variables.Replicated]:
        """What is to be read at the end of a window; the values go to `numbers`."""
        return [*self._totals.values(), *(one for pair in self._features.values() for one in pair)]

    def begin(self) -> None:
        """Says that a training step begins in this thread."""
        self._local.is_taken = False

    def prepare(self) -> None:
        """Makes the variables that are known to be needed, in the strategy's scope."""
        if self._entries:
            self._make_totals()
        for number, entry in enumerate(self._entries):
            for place, features in enumerate(entry.features):
                if features and features <= MOST_FEATURES:
                    self._vectors(number, place, features)

    def around(self, layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        """Returns a layer's `call` that looks at what it is given."""
        number = next(i for i, one in enumerate(self.layers) if one is layer)

        @functools.wraps(call, updated=())
        def looked_at(*args: Any, **kwargs: Any) -> Any:
            try:
                self._look_at(number, args[0] if args else next(iter(kwargs.values()), None))
            except Exception as error:  # Whatever goes wrong in watching must not stop training.
                self._give_up(error)
            return call(*args, **kwargs)

        return looked_at

    def numbers(self, values: Sequence[np.ndarray]) -> Training:
        """Returns what the values of `replicated` say; NaN where nothing was observed."""
        if not self._totals or int(values[0]) == 0:
            return Training()
        count, total, square_total, largest, negated_smallest = (float(value) for value in values[: len(self._totals)])
        mean, smallest = total / count, -negated_smallest
        # The difference of two sums is off by their last digits.
        variance = 0.0 if largest == smallest else square_total / count - mean**2
        vectors = values[len(self._totals) :]
        same = [upper == -lower for upper, lower in zip(vectors[::2], vectors[1::2]) if not np.isneginf(upper).all()]
        constant = float(np.concatenate(same).mean()) if same and self._has_all_features else math.nan
        # Layers that are called for a part of the rows, or not at all, make it too low, never too high.
        features = sum(len(upper) for upper in vectors[::2])
        return Training(
            input_min=smallest,
            input_max=largest,
            input_mean=mean,
            input_deviation=0.0 if variance < 0 else math.sqrt(variance),
            input_constant=constant,
            input_rows=count // features if features and self._has_all_features else math.nan,
            input_constant_most=max(float(one.mean()) for one in same) if len(same) > 1 else math.nan,
        )

    def _look_at(self, number: int, given: Any) -> None:
        tick = self._clock.now
        if tick is None or not is_part_of(tick):
            return
        if self._only_first:
            # Layers have their weights by now, where they have any.
            if getattr(self._local, "is_taken", False) or not self.layers[number].weights:
                return
            self._local.is_taken = True
            if isinstance(self.layers[number], LOOKING_UP):
                return
        placed = enumerate(tf.nest.flatten(given))
        tensors = [(place, x) for place, x in placed if isinstance(x, tf.Tensor) and x.dtype.is_floating]
        if tick.observed is False or not tensors:
            return
        self._make_totals()
        # Variables can't be made within the branches of a condition.
        pairs = [self._pair_for(number, place, x) for place, x in tensors]

        def add() -> tf.Tensor:
            for (_, x), pair in zip(tensors, pairs):
                self._add(tf.stop_gradient(x), pair)
            return tf.constant(True)

        # Sizes may be constants: where data has run out, they must not be added.
        with tf.control_dependencies([tick.batch]):
            if_observed(tick, add, lambda: tf.constant(False))

    def _add(self, x: tf.Tensor, pair: tuple[variables.Replicated, variables.Replicated] | None) -> None:
        numbers = x if x.dtype in (tf.float32, tf.float64) else tf.cast(x, tf.float32)
        inner = list(range(1, x.shape.rank))
        # Examples one by one in the tensor's own precision, and all of them in float64.
        total, square_total = (
            tf.reduce_sum(tf.cast(tf.reduce_sum(each, axis=inner), tf.float64))
            for each in (numbers, tf.square(numbers))
        )
        if pair is None:
            largest, negated_smallest = tf.reduce_max(numbers), -tf.reduce_min(numbers)
        else:
            by_example = tf.reshape(numbers, [tf.shape(x)[0], pair[0].variable.shape[0]])
            upper, negated_lower = tf.reduce_max(by_example, axis=0), -tf.reduce_min(by_example, axis=0)
            for one, new in zip(pair, (upper, negated_lower)):
                _raise_to(one, new)
            largest, negated_smallest = tf.reduce_max(upper), tf.reduce_max(negated_lower)
        # The size may be known before the numbers are, and the step raise in between.
        with tf.control_dependencies([total, square_total]):
            self._totals["count"].variable.assign_add(tf.size(x, out_type=tf.int64))
        self._totals["total"].variable.assign_add(total)
        self._totals["square_total"].variable.assign_add(square_total)
        _raise_to(self._totals["largest"], largest)
        _raise_to(self._totals["negated_smallest"], negated_smallest)

    def _make_totals(self) -> None:
        if not self._totals:
            self._totals = {
                "count": variables.make(np.int64(0), Reduction.SUM),
                "total": variables.make(np.float64(0), Reduction.SUM),
                "square_total": variables.make(np.float64(0), Reduction.SUM),
                "largest": _maximum(()),
                "negated_smallest": _maximum(()),
            }

    def _pair_for(
        self, number: int, place: int, x: tf.Tensor
    ) -> tuple[variables.Replicated, variables.Replicated] | None:
        features = x.shape[1:].num_elements() if x.shape.rank else None
        if features and features <= MOST_FEATURES:
            pair = self._vectors(number, place, features)
            if pair[0].variable.shape[0] == features:
                return pair
        self._has_all_features = False
        return None

    def _vectors(self, number: int, place: int, features: int) -> tuple[variables.Replicated, variables.Replicated]:
        if (number, place) not in self._features:
            self._features[number, place] = _maximum((features,)), _maximum((features,))
        return self._features[number, place]

    def _give_up(self, error: Exception) -> None:
        if not self._has_given_up:
            self._has_given_up = True
            warnings.warn(f"The range of the model's input is not recorded: {error}", stacklevel=3)


def _maximum(shape: tuple[int, ...]) -> variables.Replicated:
    return variables.make(np.full(shape, -np.inf), Reduction.MAX, beginning=-np.inf)


def _raise_to(one: variables.Replicated, value: tf.Tensor) -> None:
    one.variable.assign(tf.maximum(tf.convert_to_tensor(one.variable), tf.cast(value, tf.float64)))


def _single_layers(model: keras.Model) -> list[Any]:
    """The layers that have none inside, and recurrent ones and wrappers as a whole; not those that normalize."""
    inside: set[int] = set()
    chosen = []
    for _, layer in walk.operation_paths(model):
        if not isinstance(layer, keras.layers.Layer) or id(layer) in inside or isinstance(layer, NORMALIZING):
            continue
        parts = list(layer._flatten_layers(include_self=False))
        if isinstance(layer, (keras.layers.RNN, keras.layers.Wrapper)):
            inside.update(map(id, parts))
        elif parts:
            continue
        chosen.append(layer)
    return chosen
