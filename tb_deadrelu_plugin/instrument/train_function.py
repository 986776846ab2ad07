"""Watching Keras' own training step, and leaving the model as it was found."""

from __future__ import annotations

import contextlib
import math
import weakref
from collections.abc import Callable
from typing import Any, Protocol

import keras
import numpy as np

from tb_deadrelu_plugin.instrument.clock import Watching
from tb_deadrelu_plugin.instrument.patching import instance_attribute


class StepWatcher(Protocol):
    """What is told of training steps."""

    def observing(self, data: Any, watching: Watching) -> contextlib.AbstractContextManager[None]:
        """Returns a context that watches one training step on `data`."""

    def next_watching(self) -> Watching:
        """How the next batch is to be watched."""

    def trained(self, watching: Watching) -> None:
        """Says that one call of the train function is over, in which the batch was watched thus."""

    def broken_off(self) -> None:
        """Says that a watched call raised: data has run out, or something failed."""


class ObservedTrainFunction:
    """Stands in for `model.train_function` during single training steps of one call of `fit`.

    It is put in place by `arm`, which our callback calls right before a step,
    and gives the place back as the step begins; the model's `train_step` is
    replaced only while the step runs, which is when TensorFlow traces it.
    Between steps, and so also when `fit` ends by an exception, the model has
    its own. Only an exception between `arm` and the step leaves the stand-in
    in place; then it steps aside in the next `fit`.

    Steps that need not be watched are left to the model's own train function.
    For each way of watching a step of its own is built, when it is first
    needed, and anew when `fit` goes on with another function of the model's.

    Args:
      model: A compiled model.
      watcher: Watches the steps, and says which.
    """

    def __init__(self, model: keras.Model, watcher: StepWatcher) -> None:
        self._model = model
        self._watcher = watcher
        self._fit: Any = None
        self._own: Any = None
        self._built: dict[Watching, Callable[..., Any]] = {}
        self._built_for: Any = None

    def begin_fit(self) -> None:
        """Notes which `fit` our callback is part of.

        Raises:
          RuntimeError: Another stand-in is at work in it.
        """
        self._fit = _current_fit(self._model)
        at_work = _AT_WORK.get(self._model)
        other = None if at_work is None else at_work()
        if other is not None and other is not self and other._fit is self._fit:
            raise RuntimeError(
                f"Model {self._model.name!r} is watched by another DeadReLU already; use one, and name the layers in "
                "it if not all are wanted: DeadReLU(log_dir, layers=[...])."
            )
        _AT_WORK[self._model] = weakref.ref(self)

    def end_fit(self) -> None:
        """Says that `fit` is over."""
        at_work = _AT_WORK.get(self._model)
        if at_work is not None and at_work() is self:
            del _AT_WORK[self._model]

    def arm(self) -> None:
        """Takes the place of the model's train function for one step."""
        own = self._model.train_function
        # What an interrupted `fit` has left.
        self._own = own._own if isinstance(own, ObservedTrainFunction) else own
        self._model.train_function = self

    def __call__(self, iterator: Any) -> Any:
        """Runs the training step."""
        self._model.train_function = self._own
        if _current_fit(self._model) is not self._fit or self._own is None:
            self._model.make_train_function()
            self._own = self._model.train_function
            if _current_fit(self._model) is not self._fit:
                return self._own(iterator)
        watching = self._watcher.next_watching()
        if watching is Watching.NOT:
            result = self._own(iterator)
        else:
            try:
                with self._watched_train_step(watching):
                    result = self._watched_function(watching)(iterator)
            except BaseException:
                self._watcher.broken_off()
                raise
        self._watcher.trained(watching)
        return result

    def _watched_function(self, watching: Watching) -> Callable[..., Any]:
        """Builds the watched step, unless there is one for the model's own train function as it is now."""
        if self._own is not self._built_for:
            self._built, self._built_for = {}, self._own
        if watching not in self._built:
            self._model.make_train_function(force=True)
            self._built[watching] = self._model.train_function
            self._model.train_function = self._own
        return self._built[watching]

    def _watched_train_step(self, watching: Watching) -> contextlib.AbstractContextManager[None]:
        train_step = self._model.train_step

        def watched(data: Any) -> Any:
            with self._watcher.observing(data, watching):
                return train_step(data)

        return instance_attribute(self._model, "train_step", watched)


_AT_WORK: weakref.WeakKeyDictionary[keras.Model, weakref.ref[ObservedTrainFunction]] = weakref.WeakKeyDictionary()


def watcher_at_work(model: keras.Model) -> StepWatcher | None:
    """What watches the model in the current `fit`, or None if nothing does, or not yet."""
    reference = _AT_WORK.get(model)
    at_work = None if reference is None else reference()
    return at_work._watcher if at_work is not None and at_work._fit is _current_fit(model) else None


def _current_fit(model: keras.Model) -> Any:
    """What tells one call of `fit` from the next: each gives the model a history of its own."""
    return getattr(model, "history", None)


def is_chief(model: keras.Model) -> bool:
    """Whether this process is the one that writes summaries."""
    return bool(model.distribute_strategy.extended.should_save_summary)


def iterations(model: keras.Model) -> int:
    """Optimizer iterations done."""
    optimizer = getattr(model, "optimizer", None)
    return 0 if optimizer is None else int(np.asarray(optimizer.iterations))


def learning_rate(model: keras.Model) -> float:
    """The optimizer's learning rate as it is now, a schedule evaluated; NaN where it has none."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    try:
        return float(np.asarray(rate, np.float64))
    except (TypeError, ValueError):
        return math.nan


def batches_per_iteration(model: keras.Model) -> int:
    """Batches whose gradients the optimizer accumulates to one iteration."""
    optimizer = getattr(model, "optimizer", None)
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return getattr(inner, "gradient_accumulation_steps", None) or 1
