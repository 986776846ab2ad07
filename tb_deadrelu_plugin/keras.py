"""For Keras: the callback `DeadReLU`, and what can be asked of a model without training it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin.inspection import LayerRow, UnitCheck, check_units, layer_table
from tb_deadrelu_plugin.instrument import train_function
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
    The training step is built anew when training begins.

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
        is_count = isinstance(update_freq, int) and not isinstance(update_freq, bool) and update_freq > 0
        if update_freq not in ("epoch", "batch") and not is_count:
            raise ValueError(
                f'update_freq must be "epoch", "batch" or a positive integer number of batches, got {update_freq!r}.'
            )
        if not threshold >= 0 or threshold == float("inf"):
            raise ValueError(f"threshold must be finite and at least 0, got {threshold}.")
        self.monitor: Monitor | None = None
        self._log_dir = os.fspath(log_dir)
        self._every = update_freq if isinstance(update_freq, int) else {"epoch": None, "batch": 1}[update_freq]
        self._layers = layers
        self._threshold = threshold
        self._writer: tf.summary.SummaryWriter | None = None
        self._watched_model: keras.Model | None = None
        self._function: train_function.ObservedTrainFunction | None = None
        self._last_write_step = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Finds the layers, and has the training step built with probes.

        Raises:
          ValueError: A name in `layers` does not exist, or there is nothing to watch.
        """
        if self.monitor is None or self._watched_model is not self.model:
            self.monitor = Monitor(
                self.model,
                layers=self._layers,
                threshold=self._threshold,
                first_step=train_function.iterations(self.model),
                loss_scale=train_function.loss_scale(self.model),
            )
            self._watched_model = self.model
        self._last_write_step = self.monitor.step
        self._open_writer()
        self._function = train_function.ObservedTrainFunction(self.model, self.monitor.observing)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes a record if the batches before have made one due, and lets the next training step be watched.

        Not at the end of a batch: Keras may call that from another thread, while the next step is running.
        """
        self._write_if_due()
        if self._function is not None:
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
        self._function = None
        self._write()
        if self._writer is not None:
            self._try(self._writer.close)
            self._writer = None

    def _open_writer(self) -> None:
        def open_writer() -> None:
            os.makedirs(self._log_dir, exist_ok=True)
            self._writer = tf.summary.create_file_writer(self._log_dir)

        self._try(open_writer)

    def _write_if_due(self) -> None:
        if self._every is not None and self.monitor is not None:
            if self.monitor.step - self._last_write_step >= self._every:
                self._write()

    def _write(self) -> None:
        monitor = self.monitor
        if monitor is None:
            return
        self._last_write_step = monitor.step
        if self._writer is None:
            monitor.collect()
            return

        def write() -> None:
            assert self._writer is not None
            with self._writer.as_default():
                monitor.write()
            self._writer.flush()

        self._try(write)

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
