"""For Keras: the callback `DeadReLU`, and what can be asked of a model without training it."""

from __future__ import annotations

import operator
import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin.inspection import LayerRow, UnitCheck, check_units, layer_table
from tb_deadrelu_plugin.instrument import train_function
from tb_deadrelu_plugin.statistics import check_threshold
from tb_deadrelu_plugin.tensorflow import Monitor

__all__ = ["DeadReLU", "LayerRow", "UnitCheck", "check_units", "layer_table"]


class DeadReLU(keras.callbacks.Callback):
    """Records which units are dead, since when, and their gradient norms, for TensorBoard's "Dead ReLU" tab.

    ```python
    model.fit(x, y, callbacks=[DeadReLU("logs/run1")])
    ```

    Watches every layer of a Sequential or Functional model whose activation
    is of the ReLU family: Dense, Conv1D/2D/3D, ReLU, Activation, LeakyReLU,
    PReLU, GRU, LSTM, SimpleRNN. Only training batches count, each once, in
    the pass that trains; there is no pass of its own. The model is changed
    only while a training step is built, and training gives the same weights,
    bit for bit, as without the callback.

    Cost: the activations and gradients of the watched layers are read once
    each on the device; per-unit vectors travel to the host once per window.
    The training step is built once more, for the first `fit`, and again when
    Keras makes its own anew.

    Attributes:
      monitor: The `Monitor`, from the beginning of training on; it remains
        afterwards, so that `callback.monitor.dead_units()` answers.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        update_freq: str | int = "epoch",
        *,
        layers: Sequence[str] | None = None,
        threshold: float = 0.0,
    ) -> None:
        """Makes a callback for one run.

        Args:
          log_dir: Directory of the run; made if it does not exist. If it
            can't be written, a warning says so and training goes on.
          update_freq: When a record is written: "epoch", "batch", or an
            integer number of batches. A record covers all training batches
            since the one before.
          layers: Names of the layers to watch, whatever their activation;
            all with an activation of the ReLU family if None.
          threshold: Largest |a| that counts as zero; finite and >= 0.

        Raises:
          ValueError: `update_freq` or `threshold` does not fit.
          RuntimeError: Keras runs on another backend than TensorFlow.
        """
        super().__init__()
        if keras.backend.backend() != "tensorflow":
            raise RuntimeError(
                f"DeadReLU needs Keras on the TensorFlow backend, got {keras.backend.backend()!r}; "
                "set KERAS_BACKEND=tensorflow before importing keras."
            )
        check_threshold(threshold)
        self.monitor: Monitor | None = None
        self._log_dir = os.path.expanduser(os.fspath(log_dir))
        self._every = _batches_per_record(update_freq)
        self._layers = layers
        self._threshold = threshold
        self._writer: tf.summary.SummaryWriter | None = None
        self._watched_model: keras.Model | None = None
        self._function: train_function.ObservedTrainFunction | None = None
        self._first_step = 0
        self._observed_before = 0
        self._last_due = 0
        self._is_synced = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Finds the layers; the training step is built with probes when it first runs.

        Raises:
          ValueError: A name in `layers` does not exist, or there is nothing to watch.
        """
        # What a `fit` that was interrupted has left.
        self._finish()
        if self.monitor is None or self._function is None or self._watched_model is not self.model:
            self.monitor = Monitor(
                self.model,
                layers=self._layers,
                threshold=self._threshold,
                loss_scale=train_function.loss_scale(self.model),
            )
            self._function = train_function.ObservedTrainFunction(self.model, self.monitor.observing)
            self._watched_model = self.model
            self._first_step = self._observed_before = 0
        self._function.begin_fit()
        self.monitor.begin_epoch()
        self._is_synced = False
        self._open_writer()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes a record if the batches before have made one due, and lets the next training step be watched.

        Not at the end of a batch: Keras may call that from another thread, while the next step is running.
        """
        if self.monitor is None or self._function is None:
            return
        if not self._is_synced:
            # Not before: other callbacks restore the optimizer's state as training begins.
            self._sync_step()
        self._write_if_due()
        self._function.arm()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes a record if one is due."""
        if self.monitor is not None:
            self.monitor.end_epoch()
            if self._every is None:
                self._write()
            else:
                self._write_if_due()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Writes what is left."""
        self._finish()

    @property
    def _step(self) -> int:
        """Optimizer iterations done, going on where a run was resumed, and never back."""
        assert self.monitor is not None
        batches = self.monitor.step - self._observed_before
        return self._first_step + batches // train_function.batches_per_iteration(self.model)

    def _sync_step(self) -> None:
        assert self.monitor is not None
        self._first_step = max(train_function.iterations(self.model), self._step)
        self._observed_before = self._last_due = self.monitor.step
        self.monitor.begin_window(self._first_step)
        self._is_synced = True

    def _open_writer(self) -> None:
        def open_writer() -> None:
            tf.io.gfile.makedirs(self._log_dir)
            self._writer = tf.summary.create_file_writer(self._log_dir)

        self._try(open_writer)

    def _write_if_due(self) -> None:
        if self._every is None or self.monitor is None:
            return
        if self.monitor.step - self._last_due >= self._every and self._step > self.monitor.window_start_step:
            self._write()

    def _write(self) -> None:
        monitor = self.monitor
        if monitor is None:
            return
        self._last_due = monitor.step
        # An iteration that is not over has no step of its own yet.
        step = max(self._step, monitor.window_start_step + 1)
        if self._writer is None:
            monitor.collect(step)
            return

        def write() -> None:
            assert self._writer is not None
            with self._writer.as_default():
                monitor.write(step)
            self._writer.flush()

        self._try(write)

    def _finish(self) -> None:
        """Writes what is left of the window, and closes the writer."""
        self._write()
        if self._writer is not None:
            self._try(self._writer.close)
            self._writer = None

    def _try(self, action: Callable[[], Any]) -> None:
        """Does what may fail for reasons of the disk; training goes on then, without records."""
        try:
            action()
        except (OSError, tf.errors.OpError) as error:
            self._writer = None
            warnings.warn(
                f"Dead ReLU records can't be written to {self._log_dir!r}; training goes on without them: {error}",
                RuntimeWarning,
                stacklevel=3,
            )


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
