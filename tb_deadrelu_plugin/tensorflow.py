"""Watching a training loop: `Monitor` adds up training batches on the device and writes records."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import math
from collections.abc import Callable, Iterator
from typing import Any, Literal, SupportsFloat

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorboard.compat.proto import summary_pb2

from tb_deadrelu_plugin import metadata, record, report, statistics
from tb_deadrelu_plugin.instrument import loss_scaling, variables
from tb_deadrelu_plugin.instrument.clock import Clock, Watching
from tb_deadrelu_plugin.instrument.discovery import Selection
from tb_deadrelu_plugin.instrument.epochs import Epochs
from tb_deadrelu_plugin.instrument.loss_scaling import LossScaleFunction, NoticedScaling
from tb_deadrelu_plugin.instrument.readout import Readout
from tb_deadrelu_plugin.instrument.watched_model import WatchedModel, innermost
from tb_deadrelu_plugin.instrument.windows import Windows
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.verdict import Thresholds, UnitState
from tb_deadrelu_plugin.writing import run_summary
from tb_deadrelu_plugin.writing.record_memory import RecordMemory

Coverage = Literal["sampled", "all"]


def watch(activations: tf.Tensor, name: str) -> tf.Tensor:
    """Watches an activation that no layer exposes, in a model's own `call`.

    ```python
    x = watch(keras.ops.relu(x), "block_1/relu")
    ```

    It goes to the monitor that is watching the training step (that of
    `DeadReLU` in `fit`); outside of training steps it does nothing.

    Args:
      activations: Real tensor [batch, ..., units], after the activation function.
      name: Name to record it under.

    Returns:
      `activations`, unchanged. Go on with the returned tensor: its gradient
      is recorded, where `activations` > 0.

    Raises:
      ValueError: `name` is that of a layer.
    """
    watched = innermost()
    return activations if watched is None else watched.watch(activations, name)


class Monitor:
    """Adds up the unit statistics of a model's training batches, and writes one record per layer and window.

    Everything is reduced to per-unit sums on the device, within the training
    step; only those travel to the host, once per window.

    ```python
    monitor = Monitor(model)
    for step, (x, y) in enumerate(batches, 1):
        with monitor.observing(), tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
        if step % 100 == 0:
            with writer.as_default():
                monitor.write(step)
    ```

    Under a `tf.distribute` strategy, enter `observing` in the function that
    each replica runs, with the loss as the optimizer sees it, and call
    `write` on every worker at the same steps: the chief writes.
    """

    def __init__(
        self,
        model: keras.Model | None = None,
        *,
        layers: Selection = None,
        threshold: float = 0.0,
        coverage: Coverage = "sampled",
        scalars: bool = True,
        max_records: int = 1000,
        first_step: int | None = None,
        loss_scale: keras.optimizers.Optimizer | LossScaleFunction | None = None,
    ) -> None:
        """Finds the layers to watch; nothing is changed in the model outside of `observing`.

        Args:
          model: A model, or None to watch only what `watch` is given. What it
            makes only as it is called is watched from then on.
          layers: Names, paths or patterns ("encoder/*") of the layers to
            watch, or a function of path and layer that returns whether to;
            all with an activation of the ReLU family if None.
          threshold: Largest |a| that counts as zero; finite and >= 0.
          coverage: "sampled": the statistics are of a part of the batches, one
            out of 16 in long windows, and units without activity are looked
            for in all of them until they show some, so that none is called
            dead that is not. "all": they are of every batch; so it is, whatever
            is said here, in a loop's own step that XLA compiles, for to choose
            there would change the order in which XLA adds up.
          scalars: Whether `write` also writes `dead_relu/dead_share`, of the
            run and of each layer.
          max_records: Records that a run may have, at least 16; beyond about
            half of them windows are merged.
          first_step: Training steps already done. If None, the step of the first
            record less the batches that it covers.
          loss_scale: The optimizer whose `scale_loss` the loop calls, in mixed
            precision: recorded gradients are those of the loss before, and
            batches that it passes over, for they overflowed, have none. A
            function returns how the loss is scaled, as
            `loss_scaling.LossScale`, or None if it is not. If None, the
            optimizer that the model is compiled with counts where a step calls
            its `scale_loss` within `observing`, and only there.

        Raises:
          ValueError: A name does not exist, there is nothing to watch, or an
            argument does not fit.
        """
        statistics.check_threshold(threshold)
        if coverage not in ("sampled", "all"):
            raise ValueError(f'coverage must be "sampled" or "all", got {coverage!r}.')
        if max_records < 16:
            raise ValueError(f"max_records must be at least 16, got {max_records!r}.")
        self._first_step = first_step or 0
        self._scalars = scalars
        self._clock = Clock(observe_all=coverage == "all")
        self._noticed: NoticedScaling | None = None
        if loss_scale is None:
            loss_scale = self._noticed = NoticedScaling(model)
        elif isinstance(loss_scale, keras.optimizers.Optimizer):
            loss_scale = functools.partial(loss_scaling.of_optimizer, loss_scale)
        elif not callable(loss_scale):
            raise ValueError(f"loss_scale must be an optimizer, a function or None, got {loss_scale!r}.")
        self._watched = WatchedModel(model, layers, float(threshold), self._clock, loss_scale)
        self._layers = self._watched.layers
        self._readout = Readout(self._clock, self._layers, self._watched.model_input)
        self._windows = Windows(self._clock, self._readout, first_step, max_records)
        self._epochs = Epochs(self._readout, self._layers)
        self._memory = RecordMemory()
        self._training = Training()
        self._losses: list[float] = []
        self._has_looked_at_weights = False
        self.newest: run_summary.RunAtStep | None = None
        """The records of the window that was last written."""

    @property
    def step(self) -> int:
        """Training steps done."""
        return self._first_step + self.batches

    @property
    def batches(self) -> int:
        """Training batches seen."""
        return self._windows.batches

    @property
    def layers(self) -> dict[str, metadata.LayerInfo]:
        """The watched layers, in network order."""
        return {name: layer.info for name, layer in self._layers.items()}

    @property
    def watched(self) -> WatchedModel:
        """What is watched, for who acts on it."""
        return self._watched

    @property
    def window_start_step(self) -> int:
        """Step of the last record; the open window began after it."""
        return self._windows.start_step

    def observing(
        self, data: Any = None, watching: Watching = Watching.PLANNED, *, inference: bool = False
    ) -> contextlib.AbstractContextManager[None]:
        """Within the context that this returns, one training step's forward pass is watched.

        Call it once per training step, eagerly or inside `tf.function` (with
        or without `jit_compile`), and once per replica under a strategy. The
        gradients may be taken inside or after it. Layers carry their probes
        only inside the context.

        Args:
          data: The batch, where the step takes it from an iterator within
            `tf.function` itself: a batch that turns out not to be there does
            not count then.
          watching: What `next_watching` has said, where it is asked; the
            device decides by default.
          inference: Whether what is called with `training=False` counts as
            well: to look at a model in inference mode.

        Raises:
          RuntimeError: It is active already, or another monitor watches the
            same layers.
        """
        self._look_at_weights()
        watched = self._watched.observing(data, watching, inference)
        return watched if self._noticed is None else self._with_scaling_noticed(watched)

    @contextlib.contextmanager
    def _with_scaling_noticed(self, watched: contextlib.AbstractContextManager[None]) -> Iterator[None]:
        assert self._noticed is not None
        # A step within another one is an error, and must not change how that one scales.
        with watched, self._noticed.noticing():
            yield

    def watch(self, activations: tf.Tensor, name: str) -> tf.Tensor:
        """Watches an activation that no layer exposes; call it where the forward pass is computed.

        Args:
          activations: Real tensor [batch, ..., units], after the activation function.
          name: Name to record it under.

        Returns:
          `activations`, unchanged. Go on with the returned tensor: its
          gradient is recorded, where `activations` > 0.

        Raises:
          ValueError: `name` is that of a layer, or the shape does not fit.
        """
        return self._watched.watch(activations, name)

    def write(
        self,
        step: int | None = None,
        *,
        loss: SupportsFloat | None = None,
        learning_rate: SupportsFloat | None = None,
        final: bool = False,
    ) -> bool:
        """Writes one record per layer to the default summary writer, and begins a new window.

        Args:
          step: Step of the records, >= 0 and after that of the records before;
            the number of training steps observed if None.
          loss: Mean loss of the batches since the last call, real scalar, or
            None if it is not to be recorded. Where windows are merged, the mean
            of what was given is recorded.
          learning_rate: The optimizer's rate now, real scalar, or None.
          final: Whether to write even where windows are merged because there
            are many records already: at the end of training.

        Returns:
          Whether anything was written: False if nothing was observed since the
          last record, there is no default summary writer, or windows are
          merged; then the window goes on.

        Raises:
          ValueError: `step` is negative, or not after that of the record before.
          tf.errors.OpError: The writer failed; the window is over all the same.
        """
        step = self.step if step is None else int(step)
        if step < 0:
            raise ValueError(f"step must be at least 0, got {step}.")
        if loss is not None:
            self._losses.append(float(loss))
        if not self._windows.has_observed:
            return False
        if self._windows.ordinal > 0 and step <= (before := self._windows.start_step):
            raise ValueError(f"step must be after that of the record before, {before}, got {step}.")
        # Workers can't wait for each other if one of them has nowhere to write.
        if not tf.summary.should_record_summaries() and not self._has_other_workers:
            return False
        value = self.take(
            step,
            final=final,
            loss=lambda: float(np.mean(self._losses)) if self._losses else math.nan,
            learning_rate=lambda: math.nan if learning_rate is None else float(learning_rate),
        )
        return value is not None and bool(tf.summary.experimental.write_raw_pb(value.SerializeToString(), step))

    def take(
        self,
        step: int,
        *,
        final: bool = False,
        loss: Callable[[], float] = lambda: math.nan,
        learning_rate: Callable[[], float] = lambda: math.nan,
    ) -> summary_pb2.Summary | None:
        """Ends the window if a record is due, as `write` does, and returns what is to be written.

        Args:
          step, final: As for `write`.
          loss: Returns the window's mean loss; asked only if the window ends.
          learning_rate: Returns the optimizer's rate; likewise.

        Returns:
          None if nothing was observed, windows are merged, or another worker
          writes.
        """
        if not self._windows.has_observed or not self._windows.spacing.is_due(final):
            return None
        records = self.collect(step)
        if not records:
            return None
        self._windows.spacing.wrote()
        # Layers that are built late have their weights from here on.
        run_info = self._watched.run_info()
        layers = {
            name: run_summary.LayerAtStep(self._layers[name].info, one, self._layers[name].states(Thresholds()))
            for name, one in records.items()
        }
        training = dataclasses.replace(self._training, loss=loss(), learning_rate=learning_rate())
        self._losses = []
        self.newest = run_summary.RunAtStep(layers, training)
        self._memory.add(self.newest)
        assert self._clock.strategy is not None
        if not self._clock.strategy.extended.should_save_summary:
            return None
        return run_summary.run_summary(self.newest, run_info, scalars=self._scalars)

    def collect(self, step: int | None = None) -> dict[str, record.Record]:
        """Ends the window and returns its records, {layer: record}; empty if nothing was observed.

        Args:
          step: Step of the records; the number of training steps observed if None.
        """
        if not self._windows.has_observed:
            return {}
        sums = self._readout.end_window()
        window = self._windows.end(step, sums.batch, sums.observed)
        self._epochs.window_ended(sums.ticks)
        self._training = sums.training
        with_gradient = any(own.gradients > 0 for own in sums.layers.values())
        records = {}
        for name, own in sums.layers.items():
            if own.samples > 0:
                records[name] = self._layers[name].record(own, window, with_gradient)
            elif own.screened_samples > 0:
                self._layers[name].remember(own, window)
        self._watched.warn_of_uncalled()
        return records

    def begin_window(self, step: int) -> None:
        """Says at which step the open window began, where training was resumed or went on without the monitor."""
        self._windows.restart(step)
        self._look_at_weights()

    def expect(self, batches: int | None, records: int | None = None) -> None:
        """Says what is known of the training to come.

        Args:
          batches: Batches between two calls of `write`, from the next window
            on; None for as many as before.
          records: Calls of `write` that will be made, or None where nobody
            knows.
        """
        self._windows.expect(batches, records)

    def begin_epoch(self) -> None:
        """Says that an epoch begins here."""
        self._epochs.begin(self.batches)

    def end_epoch(self) -> None:
        """Notes how many samples an epoch has: units without activity in a whole epoch are dead, however short it is."""
        self._epochs.end(self.batches)

    def dead_units(self, thresholds: Thresholds = Thresholds()) -> dict[str, npt.NDArray[np.int64]]:
        """Returns {layer: int64 [n]}, indices of the units that are dead at the last record."""
        return {
            name: np.flatnonzero(layer.states(thresholds) == UnitState.DEAD).astype(np.int64)
            for name, layer in self._layers.items()
        }

    def verdict(
        self,
        preset: str = "default",
        *,
        thresholds: Thresholds | None = None,
        watch: float = 0.1,
        sick: float = 0.5,
    ) -> report.RunReport:
        """Sums up what was written so far: what is wrong, since when, why, and what to do.

        It looks at records in memory, at most 64 of each layer, spread evenly
        over the training.

        Args:
          preset: Name of the criterion that `flagged` is counted by; see
            `presets.PRESETS`.
          thresholds: Where the states begin; the documented defaults if None.
          watch, sick: Shares of dead units from which a layer is to be watched,
            and is sick.

        Raises:
          ValueError: There is no such preset.
        """
        timelines = self._memory.timelines(self._watched.name, self.layers)
        series = self._memory.overviews(self._watched.name)
        return report.report(
            self._watched.name, timelines, series, preset=preset, thresholds=thresholds, watch=watch, sick=sick
        )

    @property
    def dead_share(self) -> float | None:
        """Share of dead units at the newest record among those that can be dead; None before it, or where none can."""
        return None if self.newest is None else self.newest.dead_share

    def prepare(self, strategy: tf.distribute.Strategy) -> None:
        """Makes the variables that are known to be needed, so that TensorFlow need not build the training step twice.

        Args:
          strategy: That of the model.
        """
        with strategy.scope():
            self._clock.prepare(strategy)
            self._watched.prepare()

    def count_batches(self, counted: bool) -> None:
        """Says whether `trained` is called for each batch; else they are counted on the device alone."""
        self._windows.count_batches(counted)

    def next_watching(self) -> Watching:
        """How the next batch is to be watched; see `train_function.StepWatcher`."""
        return self._windows.next_watching()

    def trained(self, watching: Watching) -> None:
        """Says that a batch was trained on; see `train_function.StepWatcher`."""
        self._windows.trained(watching)

    def broken_off(self) -> None:
        """Says that a watched step raised; see `train_function.StepWatcher`."""
        self._windows.broken_off()

    def watches_the_same(self, model: keras.Model, layers: Selection) -> bool:
        """Whether the model has the same activations to watch as when this monitor was made."""
        return self._watched.is_same(model, layers)

    def _look_at_weights(self) -> None:
        """Notes, before the first step, whether the weights are those of the initializers."""
        if self._has_looked_at_weights:
            return
        self._has_looked_at_weights = True
        # A run that goes on has been trained; and a replica can't look at the weights of all from within its step.
        is_replica = tf.distribute.has_strategy() and not tf.distribute.in_cross_replica_context()
        if self._windows.start_step == 0 and not is_replica:
            with tf.init_scope():
                self._watched.note_first_weights()

    @property
    def _has_other_workers(self) -> bool:
        strategy = self._clock.strategy
        return strategy is not None and variables.workers(strategy) > 1
