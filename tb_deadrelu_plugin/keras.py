"""For Keras: the callback `DeadReLU`, and what can be asked of a model without training it."""

from __future__ import annotations

import functools
import operator
import os
import warnings
from typing import Any

import keras

from tb_deadrelu_plugin.instrument import loss_scaling, train_function
from tb_deadrelu_plugin.instrument.discovery import Selection
from tb_deadrelu_plugin.instrument.loss import WindowLoss
from tb_deadrelu_plugin.instrument.run_writer import RunWriter
from tb_deadrelu_plugin.tensorflow import Coverage, Monitor
from tb_deadrelu_plugin.training.inspection import LayerRow, UnitCheck, check_units, layer_table
from tb_deadrelu_plugin.training.on_sick import Action, OnSick, say
from tb_deadrelu_plugin.training.reviving import ReviveDeadUnits

__all__ = ["DeadReLU", "LayerRow", "ReviveDeadUnits", "UnitCheck", "check_units", "layer_table"]


class DeadReLU(keras.callbacks.Callback):
    """Records which units are dead, since when, and their gradient norms, for TensorBoard's "Dead ReLU" tab.

    ```python
    model.fit(x, y, callbacks=[DeadReLU("logs/run1")])
    ```

    Watches every activation of the ReLU family that a layer of the model
    has, whatever kind of model it is; those that no layer has are listed in a
    warning, with the way to watch them by hand. Only training batches count,
    each once, in the pass that trains; there is no pass of its own. The model
    is changed only while a training step is built, and training gives the
    same weights, bit for bit, as without the callback.

    Cost: by default one batch out of 16 is part of the statistics (of short
    epochs more, so that there are eight), and as long as there are units
    without activity in the window, all batches are searched for it. Sums are
    made on the device; per-unit vectors travel to the host once per window.
    The training step is built up to twice more, for batches of either kind,
    and again when Keras makes its own anew.

    `dead_share` is in the logs of every epoch from the first record on: the
    share of dead units at the newest record. Callbacks that use it, such as
    `EarlyStopping("dead_share", mode="min")`, go after this one in the list.

    Under `tf.distribute` strategies all replicas and workers are summed up,
    and the chief writes.

    Attributes:
      monitor: The `Monitor`, from the beginning of training on; it remains
        afterwards, so that `callback.monitor.dead_units()` answers.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        update_freq: str | int = "epoch",
        *,
        layers: Selection = None,
        threshold: float = 0.0,
        coverage: Coverage = "sampled",
        scalars: bool = True,
        max_records: int = 1000,
        on_sick: Action = "warn",
    ) -> None:
        """Makes a callback for one run.

        Args:
          log_dir: Directory of the run; made if it does not exist. If it
            can't be written, a warning says so and training goes on. Where
            `keras.callbacks.TensorBoard` writes to the very same directory,
            its sub-directory "dead_relu" is taken: TensorBoard may lose
            records where two files grow in one.
          update_freq: When a record is written: "epoch", "batch", or an
            integer number of batches. A record covers all training batches
            since the one before.
          layers: Names, paths or patterns ("encoder/*") of the layers to
            watch, whatever their activation, or a function of path and layer
            that returns whether to; all with an activation of the ReLU family
            if None.
          threshold: Largest |a| that counts as zero; finite and >= 0.
          coverage: "sampled" or "all" batches are part of the statistics; see
            `Monitor`.
          scalars: Whether to write the scalars `dead_relu/dead_share`, of the
            run and of each layer.
          max_records: Records that a run may have, at least 16. Where more
            would be due, each covers more batches.
          on_sick: What is done when a record shows that a layer has become one
            to watch (10 % of its units dead) or sick (50 %). "warn" prints one
            line, and none again before the layer has recovered; "stop" stops
            training as well at a record that shows a sick layer; a function is
            called with the layer's `report.LayerReport` and the step instead,
            on every worker; None does nothing.

        Raises:
          ValueError: An argument does not fit.
          RuntimeError: Keras runs on another backend than TensorFlow.
        """
        super().__init__()
        if keras.backend.backend() != "tensorflow":
            raise RuntimeError(
                f"DeadReLU needs Keras on the TensorFlow backend, got {keras.backend.backend()!r}; "
                "set KERAS_BACKEND=tensorflow before importing keras."
            )
        self.monitor: Monitor | None = None
        self._every = _batches_per_record(update_freq)
        self._options: dict[str, Any] = {
            "layers": layers,
            "threshold": threshold,
            "coverage": coverage,
            "scalars": scalars,
            "max_records": max_records,
        }
        Monitor(**self._options | {"layers": None})  # Checks the arguments.
        self._on_sick = OnSick(on_sick)
        self._loss: WindowLoss | None = None
        self._bar_is_open = False
        self._writer = RunWriter(os.path.expanduser(os.fspath(log_dir)))
        self._watched_model: keras.Model | None = None
        self._function: train_function.ObservedTrainFunction | None = None
        self._first_step = 0
        self._observed_before = 0
        self._last_due = 0
        self._epoch_start = 0
        self._epoch_batches: int | None = None
        self._is_synced = False
        self._is_first_epoch = True

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Finds the layers; the training step is built with probes when it first runs.

        Layers that the model makes only as it is first called are found in the first step.

        Raises:
          ValueError: A name in `layers` does not exist, or there is nothing to
            watch. The first step raises it where layers are yet to be made.
          RuntimeError: Another `DeadReLU` watches the model in this `fit`.
        """
        # What a `fit` that was interrupted has left.
        self._finish()
        layers, first_step = self._options["layers"], 0
        is_new = self.monitor is None or self._function is None or self._watched_model is not self.model
        if self.monitor is not None and not is_new and not self.monitor.watches_the_same(self.model, layers):
            is_new, first_step = True, self._step
        if is_new:
            monitor = Monitor(self.model, loss_scale=loss_scaling.of_model(self.model), **self._options)
            function = train_function.ObservedTrainFunction(self.model, monitor)
            function.begin_fit()
            monitor.prepare(self.model.distribute_strategy)
            self.monitor, self._function, self._watched_model = monitor, function, self.model
            self._first_step, self._observed_before = first_step, 0
            self._loss = WindowLoss(self.model)
            self._on_sick.reset()
        else:
            assert self.monitor is not None and self._function is not None
            monitor = self.monitor
            self._function.begin_fit()
        # With several steps to one call, how many there were is known on the device alone.
        monitor.count_batches(self.model.steps_per_execution == 1)
        monitor.begin_epoch()
        self._is_synced, self._is_first_epoch = False, True
        self._epoch_batches = None
        if train_function.is_chief(self.model):
            self._writer.open()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Plans the windows to come."""
        if self.monitor is None:
            return
        assert self._loss is not None
        self._loss.resume()
        self._bar_is_open = False
        steps = (self.params or {}).get("steps") or self._epoch_batches
        if self._is_first_epoch and not self._is_synced:
            self._epoch_start = self.monitor.batches
        due = None
        if self._is_first_epoch:
            self._is_first_epoch = False
            due = (self.params or {}).get("epochs")
            due = None if due is None else max(1, due - epoch)
            if due is not None and self._every is not None:
                due = None if steps is None else -(-due * steps // self._every)
        self.monitor.expect(self._every or steps, due)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes a record if the batches before have made one due, and lets the next training step be watched.

        Not at the end of a batch: Keras may call that from another thread, while the next step is running.
        """
        if self.monitor is None or self._function is None:
            return
        if not self._is_synced:
            # Not before: other callbacks restore the optimizer's state as training begins.
            self._sync_step()
        self._bar_is_open = batch > 0
        self._write_if_due()
        self._function.arm()

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Takes the loss before Keras uses its mean for the validation."""
        if self._loss is not None:
            self._loss.pause()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes a record if one is due, and puts the newest record's `dead_share` into `logs`."""
        if self.monitor is not None:
            assert self._loss is not None
            self._loss.pause()
            self._bar_is_open = True
            self._epoch_batches = self.monitor.batches - self._epoch_start
            self._epoch_start += self._epoch_batches
            self.monitor.end_epoch()
            if self._every is None:
                self._write()
            else:
                self._write_if_due()
            if logs is not None and self.monitor.dead_share is not None:
                logs["dead_share"] = self.monitor.dead_share
            self._bar_is_open = False

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Writes what is left."""
        self._finish()
        if self._function is not None:
            self._function.end_fit()

    @property
    def _step(self) -> int:
        """Optimizer iterations done, going on where a run was resumed, and never back."""
        assert self.monitor is not None
        batches = self.monitor.batches - self._observed_before
        return self._first_step + batches // train_function.batches_per_iteration(self.model)

    def _sync_step(self) -> None:
        assert self.monitor is not None
        iterations = train_function.iterations(self.model)
        if iterations != self._step:
            self._first_step, self._observed_before = max(iterations, self._step), self.monitor.batches
        # Else an iteration whose gradients are being accumulated goes on.
        self._last_due = self._epoch_start = self.monitor.batches
        self.monitor.begin_window(self._step)
        self._is_synced = True

    def _write_if_due(self) -> None:
        if self._every is None or self.monitor is None:
            return
        if self.monitor.batches - self._last_due >= self._every and self._step > self.monitor.window_start_step:
            self._write()

    def _write(self, final: bool = False) -> None:
        monitor = self.monitor
        if monitor is None:
            return
        step = self._step
        if step <= monitor.window_start_step:
            # Gradients are being accumulated: an iteration that is not over has no step of its own yet, and its batches
            # stay in the window. Only where nothing else is recorded they have that of the iteration to come.
            if not final or monitor.newest is not None:
                return
            step = monitor.window_start_step + 1
        self._last_due = monitor.batches
        assert self._loss is not None
        rate = functools.partial(train_function.learning_rate, self._watched_model)
        newest = monitor.newest
        try:
            value = monitor.take(step, final=final, loss=self._loss.end_window, learning_rate=rate)
        except ValueError as error:
            warnings.warn(f"A Dead ReLU record at step {step} can't be made: {error}", RuntimeWarning, stacklevel=2)
            return
        if value is not None:
            self._writer.write(value, step)
        if monitor.newest is not None and monitor.newest is not newest:
            if self._on_sick.look_at(monitor.newest, monitor.verdict, self._say, final=final):
                self.model.stop_training = True

    def _say(self, lines: str) -> None:
        if train_function.is_chief(self._watched_model):
            say(lines, self._bar_is_open and (self.params or {}).get("verbose") in (1, "auto"))

    def _finish(self) -> None:
        """Writes what is left of the window, and closes the writer."""
        self._write(final=True)
        self._writer.close()


def _batches_per_record(update_freq: str | int) -> int | None:
    """Batches after which a record is due; None for a record every epoch."""
    if update_freq == "epoch":
        return None
    if update_freq == "batch":
        return 1
    try:
        count = operator.index(update_freq)  # type: ignore[arg-type]
    except TypeError:
        count = 0
    if count < 1 or isinstance(update_freq, bool):
        raise ValueError(
            f'update_freq must be "epoch", "batch" or a positive integer number of batches, got {update_freq!r}.'
        )
    return count
