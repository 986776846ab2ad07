"""Watching Keras' own training step, and leaving the model as it was found."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.instrument.probes import instance_attribute


class ObservedTrainFunction:
    """Stands in for `model.train_function` during single training steps of one call of `fit`.

    It is put in place by `arm`, which our callback calls right before a step,
    and gives the place back as the step begins; the model's `train_step` is
    replaced only while the step runs, which is when TensorFlow traces it.
    Between steps, and so also when `fit` ends by an exception, the model has
    its own. Only an exception between `arm` and the step leaves the stand-in
    in place; then it steps aside in the next `fit`.

    The observed step is built once for each train function of the model's
    own: as long as `fit` goes on with the same one, so does this.

    Args:
      model: A compiled model.
      observing: Returns a context that watches one training step.
    """

    def __init__(self, model: keras.Model, observing: Callable[[], contextlib.AbstractContextManager[None]]) -> None:
        self._model = model
        self._observing = observing
        self._fit: Any = None
        self._own: Any = None
        # A second callback of ours in the same `fit`: one step serves both.
        self._other: ObservedTrainFunction | None = None
        self._observed: Callable[..., Any] | None = None
        self._built_for: tuple[Any, ...] = ()

    def begin_fit(self) -> None:
        """Notes which `fit` our callback is part of."""
        self._fit = _current_fit(self._model)

    def arm(self) -> None:
        """Takes the place of the model's train function for one step."""
        self._own = self._model.train_function
        self._other = None
        if isinstance(self._own, ObservedTrainFunction):
            if self._own._fit is self._fit:
                self._other = self._own
            self._own = self._own._own
        self._model.train_function = self

    def __call__(self, iterator: Any) -> Any:
        """Runs the training step."""
        self._model.train_function = self._own
        if _current_fit(self._model) is not self._fit:
            self._model.make_train_function()
            return self._model.train_function(iterator)
        with self._observed_train_step():
            return self._observed_function()(iterator)

    def _observed_function(self) -> Callable[..., Any]:
        """Builds the observed step, unless there is one for the model's own train function as it is now."""
        built_for = (self._own, self._other)
        if self._observed is None or any(a is not b for a, b in zip(built_for, self._built_for)):
            self._model.make_train_function(force=True)
            self._observed = self._model.train_function
            self._model.train_function = self._own
            self._built_for = built_for
        return self._observed

    def _observed_train_step(self) -> contextlib.AbstractContextManager[None]:
        train_step = self._model.train_step

        def observed(data: Any) -> Any:
            with self._contexts():
                return train_step(data)

        return instance_attribute(self._model, "train_step", observed)

    @contextlib.contextmanager
    def _contexts(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            if self._other is not None:
                stack.enter_context(self._other._contexts())
            stack.enter_context(self._observing())
            yield


def _current_fit(model: keras.Model) -> Any:
    """What tells one call of `fit` from the next: each gives the model a history of its own."""
    return getattr(model, "history", None)


def iterations(model: keras.Model) -> int:
    """Optimizer iterations done."""
    optimizer = getattr(model, "optimizer", None)
    return 0 if optimizer is None else int(np.asarray(optimizer.iterations))


def batches_per_iteration(model: keras.Model) -> int:
    """Batches whose gradients the optimizer accumulates to one iteration."""
    return getattr(getattr(model, "optimizer", None), "gradient_accumulation_steps", None) or 1


def loss_scale(model: keras.Model) -> Callable[[], tf.Tensor | None]:
    """Returns what gives the factor by which the model's optimizer scales the loss, within a training step."""

    def scale() -> tf.Tensor | None:
        optimizer = getattr(model, "optimizer", None)
        dynamic = getattr(optimizer, "dynamic_scale", None)
        if dynamic is not None:
            return tf.convert_to_tensor(dynamic)
        fixed = getattr(optimizer, "loss_scale_factor", None)
        return None if fixed is None else tf.constant(fixed, tf.float64)

    return scale
