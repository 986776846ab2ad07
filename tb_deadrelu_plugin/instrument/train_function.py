"""Watching Keras' own training step, and leaving the model as it was found."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.instrument.probes import instance_attribute


class ObservedTrainFunction:
    """Stands in for `model.train_function` during one call of `fit`.

    The model's `train_step` is replaced only while the stand-in runs, which
    is when TensorFlow traces it; nothing else of the model is touched. If
    `fit` ends by an exception, the stand-in sets the model back: at once if
    the training step raised it, else before the next training step that our
    callback does not announce with `arm`.

    Args:
      model: A compiled model.
      observing: Returns a context that watches one training step.
    """

    def __init__(
        self, model: keras.Model, observing: Callable[[], contextlib.AbstractContextManager[None]]
    ) -> None:
        self._model = model
        self._observing = observing
        self._before = model.train_function
        self._observed: Callable[..., Any] | None = None
        self._armed = False

    def install(self) -> None:
        """Has the training step built anew, observed."""
        with self._observed_train_step():
            self._model.make_train_function(force=True)
        self._observed = self._model.train_function
        self._model.train_function = self

    def uninstall(self) -> None:
        """Sets the model's train function back."""
        if self._model.train_function is self:
            self._model.train_function = self._before

    def arm(self) -> None:
        """Announces one call: our callback is part of this `fit`."""
        self._armed = True

    def __call__(self, iterator: Any) -> Any:
        """Runs the training step."""
        assert self._observed is not None
        if not self._armed:
            self.uninstall()
            self._model.make_train_function()
            return self._model.train_function(iterator)
        self._armed = False
        try:
            with self._observed_train_step():
                return self._observed(iterator)
        except (tf.errors.OutOfRangeError, StopIteration):
            # The data have come to an end: that is how Keras finds out.
            raise
        except BaseException:
            self.uninstall()
            raise

    def _observed_train_step(self) -> contextlib.AbstractContextManager[None]:
        train_step = self._model.train_step

        def observed(data: Any) -> Any:
            with self._observing():
                return train_step(data)

        return instance_attribute(self._model, "train_step", observed)


def iterations(model: keras.Model) -> int:
    """Optimizer iterations done."""
    optimizer = getattr(model, "optimizer", None)
    return 0 if optimizer is None else int(np.asarray(optimizer.iterations))


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
