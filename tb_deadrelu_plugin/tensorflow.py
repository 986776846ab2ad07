"""Watching a training loop: `Monitor` adds up every training batch on the device and writes records."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorboard.compat.proto import summary_pb2

from tb_deadrelu_plugin import metadata, record, statistics, summary, verdict
from tb_deadrelu_plugin.instrument import attach, discovery
from tb_deadrelu_plugin.instrument.accumulator import Accumulator, Sums
from tb_deadrelu_plugin.instrument.probes import Probe
from tb_deadrelu_plugin.instrument.watched import WatchedLayer


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
    """

    def __init__(
        self,
        model: keras.Model | None = None,
        *,
        layers: Sequence[str] | None = None,
        threshold: float = 0.0,
        first_step: int = 0,
        loss_scale: Callable[[], tf.Tensor | None] = lambda: None,
    ) -> None:
        """Finds the layers to watch; nothing is changed in the model outside of `observing`.

        Args:
          model: A built Sequential or Functional model, or None to watch only
            what `watch` is given.
          layers: Names of the layers to watch; all with an activation of the
            ReLU family if None.
          threshold: Largest |a| that counts as zero; finite and >= 0.
          first_step: Training steps already done.
          loss_scale: Returns the factor by which the loss is scaled, or None
            for 1; recorded gradients are divided by it.

        Raises:
          ValueError: A name does not exist, there is nothing to watch, or
            `threshold` does not fit.
        """
        statistics.check_threshold(threshold)
        self._threshold = float(threshold)
        self._loss_scale = loss_scale
        with tf.init_scope():
            self._step = tf.Variable(np.int64(first_step), trainable=False)
            self._batches = tf.Variable(np.int64(0), trainable=False)
        self._window_start_step = first_step
        self._ordinal = 0
        self._observing = False
        self._drain: tuple[int, Callable[[], list[tf.Tensor]]] | None = None
        self._targets = [] if model is None else discovery.find_targets(model, layers)
        self._layers = {target.name: self._watched_layer(target) for target in self._targets}

    @property
    def step(self) -> int:
        """Training steps done."""
        return int(self._step.numpy())

    @property
    def layers(self) -> dict[str, metadata.LayerInfo]:
        """The watched layers, in network order."""
        return {name: layer.info for name, layer in self._layers.items()}

    @contextlib.contextmanager
    def observing(self) -> Iterator[None]:
        """Within this context, one training step's forward pass is watched.

        Call it once per training step, eagerly or inside `tf.function` (with
        or without `jit_compile`). The gradients may be taken inside or after
        it. Layers carry their probes only inside the context.
        """
        if self._observing:
            raise RuntimeError("observing() is already active in this monitor; enter it once per training step.")
        self._step.assign_add(1)
        self._batches.assign_add(1)
        self._observing = True
        try:
            with contextlib.ExitStack() as stack:
                for target in self._targets:
                    stack.enter_context(attach.attached(target, self._layers[target.name].probe))
                yield
        finally:
            self._observing = False

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
        if not self._observing:
            return activations
        if any(target.name == name for target in self._targets):
            raise ValueError(f"name must not be that of a watched layer, got {name!r}.")
        layer = self._layers.get(name)
        if layer is None:
            info = metadata.LayerInfo(gradient_at=metadata.GATED_ACTIVATION, threshold=self._threshold)
            layer = self._layers[name] = WatchedLayer(info, self._probe(name, info, -1))
        return layer.probe.watch_output(activations)

    def write(self, step: int | None = None) -> bool:
        """Writes one record per layer to the default summary writer, and begins a new window.

        Args:
          step: Step of the records, >= 0 and after that of the records before;
            the number of training steps observed if None.

        Returns:
          Whether anything was written: False if nothing was observed since the
          last record, or there is no default summary writer; then the window
          goes on.

        Raises:
          ValueError: `step` is negative, or not after that of the record before.
          tf.errors.OpError: The writer failed; the window is over all the same.
        """
        step = self.step if step is None else int(step)
        if step < 0:
            raise ValueError(f"step must be at least 0, got {step}.")
        if int(self._batches.numpy()) == 0:
            return False
        if self._ordinal > 0 and step <= self._window_start_step:
            raise ValueError(f"step must be after that of the record before, {self._window_start_step}, got {step}.")
        if not tf.summary.should_record_summaries():
            return False
        records = self.collect(step)
        if not records:
            return False
        value = summary_pb2.Summary()
        for name, one in records.items():
            summary_metadata = metadata.create_summary_metadata(self._layers[name].info)
            value.MergeFrom(summary.record_pb(name, record.encode(one), summary_metadata))
        return bool(tf.summary.experimental.write_raw_pb(value.SerializeToString(), step))

    def collect(self, step: int | None = None) -> dict[str, record.Record]:
        """Ends the window and returns its records, {layer: record}; empty if nothing was observed.

        Args:
          step: Step of the records; the number of training steps observed if None.
        """
        observed = {name: layer for name, layer in self._layers.items() if layer.probe.accumulator is not None}
        accumulators = [layer.probe.accumulator for layer in observed.values() if layer.probe.accumulator is not None]
        batches, sums = self._take_sums(accumulators)
        if batches == 0 or not observed:
            return {}
        observed_step = self.step
        step = observed_step if step is None else step
        records = {}
        for (name, layer), window in zip(observed.items(), sums):
            if window.samples > 0:
                window.last_active_step = window.last_active_step + (step - observed_step)
                records[name] = layer.record(window, step, self._window_start_step, batches, self._ordinal)
        self._window_start_step = step
        self._ordinal += 1
        return records

    @property
    def window_start_step(self) -> int:
        """Step of the last record; the open window began after it."""
        return self._window_start_step

    def begin_window(self, step: int) -> None:
        """Says at which step the open window began, where training was resumed or went on without the monitor."""
        self._window_start_step = step

    def begin_epoch(self) -> None:
        """Says that an epoch begins here, where the last one was broken off."""
        for layer in self._layers.values():
            layer.begin_epoch()

    def end_epoch(self) -> None:
        """Notes how many samples an epoch has: units without activity in a whole epoch are dead, however short it is."""
        for layer in self._layers.values():
            layer.end_epoch()

    def dead_units(self, thresholds: verdict.Thresholds = verdict.Thresholds()) -> dict[str, npt.NDArray[np.int64]]:
        """Returns {layer: int64 [n]}, indices of the units that are dead at the last record."""
        return {
            name: np.flatnonzero(layer.states(thresholds) == verdict.UnitState.DEAD).astype(np.int64)
            for name, layer in self._layers.items()
        }

    def _watched_layer(self, target: discovery.Target) -> WatchedLayer:
        kernel, bias, _ = discovery.count_parameters(target.layer)
        info = metadata.LayerInfo(
            fraction=target.activation.fraction,
            gradient_at=target.gradient_at,
            threshold=self._threshold,
            activation=target.activation.name,
            layer_type=type(target.layer).__name__,
            layer_index=target.index,
            kernel_parameters=kernel,
            bias_parameters=bias,
        )
        return WatchedLayer(info, self._probe(target.name, info, target.unit_axis), target.bias)

    def _probe(self, name: str, info: metadata.LayerInfo, unit_axis: int) -> Probe:
        return Probe(name, info.fraction, info.threshold, unit_axis, self._step, self._loss_scale)

    def _take_sums(self, accumulators: list[Accumulator]) -> tuple[int, list[Sums]]:
        """Reads and resets all windows' variables in one call to the device."""
        if self._drain is None or self._drain[0] != len(accumulators):
            groups = [[self._batches], *(accumulator.variables for accumulator in accumulators)]

            @tf.function(autograph=False)
            def drain() -> list[list[tf.Tensor]]:
                values = [[tf.identity(variable) for variable in group] for group in groups]
                with tf.control_dependencies([value for group in values for value in group]):
                    self._batches.assign(0)
                    for accumulator in accumulators:
                        accumulator.reset_window()
                return values

            self._drain = len(accumulators), drain
        (batches,), *groups_of_values = self._drain[1]()
        return int(batches), [Accumulator.sums([value.numpy() for value in values]) for values in groups_of_values]
