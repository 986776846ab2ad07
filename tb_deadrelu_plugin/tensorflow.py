"""Watching a training loop: `Monitor` adds up training batches on the device and writes records."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorboard.compat.proto import summary_pb2

from tb_deadrelu_plugin import metadata, record, run_summary, statistics, verdict
from tb_deadrelu_plugin.instrument import attach, discovery, variables
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.clock import Clock
from tb_deadrelu_plugin.instrument.discovery import Selection
from tb_deadrelu_plugin.instrument.probes import LossScaleFunction, Probe
from tb_deadrelu_plugin.instrument.reach import GradientReach
from tb_deadrelu_plugin.instrument.spacing import Spacing
from tb_deadrelu_plugin.instrument.unwatched import GraphScan
from tb_deadrelu_plugin.instrument.watched import WatchedLayer, Window

Coverage = Literal["sampled", "all"]

_observing: list[Monitor] = []


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
    return _observing[-1].watch(activations, name) if _observing else activations


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
        first_step: int = 0,
        loss_scale: LossScaleFunction = lambda: None,
    ) -> None:
        """Finds the layers to watch; nothing is changed in the model outside of `observing`.

        Args:
          model: A built model, or None to watch only what `watch` is given.
          layers: Names, paths or patterns ("encoder/*") of the layers to
            watch, or a function of path and layer that returns whether to;
            all with an activation of the ReLU family if None.
          threshold: Largest |a| that counts as zero; finite and >= 0.
          coverage: "sampled": the statistics are of a part of the batches, one
            out of 16 in long windows, and units without activity are looked
            for in all of them until they show some, so that none is called
            dead that is not. "all": they are of every batch.
          scalars: Whether `write` also writes `dead_relu/dead_share`, of the
            run and of each layer.
          max_records: Records that a run may have, at least 16; beyond about
            half of them windows are merged.
          first_step: Training steps already done.
          loss_scale: Returns how the loss is scaled, or None if it is not;
            recorded gradients are those of the loss before.

        Raises:
          ValueError: A name does not exist, there is nothing to watch, or an
            argument does not fit.
        """
        statistics.check_threshold(threshold)
        if coverage not in ("sampled", "all"):
            raise ValueError(f'coverage must be "sampled" or "all", got {coverage!r}.')
        if max_records < 16:
            raise ValueError(f"max_records must be at least 16, got {max_records!r}.")
        self._threshold = float(threshold)
        self._loss_scale = loss_scale
        self._scalars = scalars
        self._first_step = first_step
        self._clock = Clock(observe_all=coverage == "all")
        self._spacing = Spacing(max_records)
        self._window = Window(first_step, first_step, 0, 0, 0, 0)
        self._expected_batches: int | None = None
        self._counted_batches: int | None = None
        self._is_behind = False
        self._has_unseen = True
        self._window_ticks = 0
        self._window_observed = 0
        self._ask_at = 1
        self._epoch = _EpochStart()
        self._total_ticks = 0
        self._drains: dict[str, tuple[int, variables.Drain]] = {}
        self._model = model
        self._model_name = "" if model is None else model.name
        self._reach: GradientReach | None = None
        found = discovery.Found([], []) if model is None else discovery.find_targets(model, layers)
        self._layers = {target.name: self._watched_layer(target) for target in found.targets}
        probes = [(target, self._layers[target.name].probe) for target in found.targets]
        self._targets = found.targets
        self._has_warned_of_uncalled = False
        self._attachment = attach.Attachment(probes, self._note_watched, self._passing_over)
        self._unreachable = found.unreachable
        self._looks_for_unwatched = model is not None and layers is None
        self._scan: GraphScan | None = None
        self._entries = 0
        self._lock = threading.Lock()
        self._local = threading.local()

    @property
    def step(self) -> int:
        """Training steps done."""
        return self._first_step + self.batches

    @property
    def batches(self) -> int:
        """Training batches seen."""
        if self._counted_batches is not None:
            return self._counted_batches
        if not self._clock.windowed:
            return 0
        assert self._clock.strategy is not None
        return int(variables.copies(self._clock.strategy, self._clock.windowed[0].variable)[0].numpy())

    @property
    def layers(self) -> dict[str, metadata.LayerInfo]:
        """The watched layers, in network order."""
        return {name: layer.info for name, layer in self._layers.items()}

    @property
    def window_start_step(self) -> int:
        """Step of the last record; the open window began after it."""
        return self._window.start_step

    @contextlib.contextmanager
    def observing(self, data: Any = None) -> Iterator[None]:
        """Within this context, one training step's forward pass is watched.

        Call it once per training step, eagerly or inside `tf.function` (with
        or without `jit_compile`), and once per replica under a strategy. The
        gradients may be taken inside or after it. Layers carry their probes
        only inside the context.

        Args:
          data: The batch, where the step takes it from an iterator within
            `tf.function` itself: a batch that turns out not to be there does
            not count then.

        Raises:
          RuntimeError: It is active already, or another monitor watches the
            same layers.
        """
        if getattr(self._local, "inside", False):
            raise RuntimeError("observing() is already active in this monitor; enter it once per training step.")
        self._local.inside = True
        try:
            self._enter()
            try:
                with self._attachment.attached():
                    self._clock.begin(data)
                    for layer in self._layers.values():
                        layer.probe.begin()
                    try:
                        yield
                    finally:
                        self._clock.end()
                        for layer in self._layers.values():
                            layer.probe.end()
            finally:
                self._leave()
        finally:
            self._local.inside = False

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
        tick = self._clock.now
        if tick is None:
            return activations
        layer = self._layers.get(name)
        if layer is None:
            info = metadata.LayerInfo(gradient_at=metadata.GATED_ACTIVATION, threshold=self._threshold)
            probe = Probe(name, Activation(""), self._threshold, -1, self._clock, self._loss_scale, self._reaches)
            probe.begin()
            layer = self._layers[name] = WatchedLayer(info, probe)
        elif layer.info.layer_index is not None:
            raise ValueError(f"name must not be that of a watched layer, got {name!r}.")
        if self._scan is not None:
            self._scan.note(activations, [])
        return layer.probe.watch_output(activations, tick)

    def write(self, step: int | None = None, *, final: bool = False) -> bool:
        """Writes one record per layer to the default summary writer, and begins a new window.

        Args:
          step: Step of the records, >= 0 and after that of the records before;
            the number of training steps observed if None.
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
        if not self._has_observed():
            return False
        if self._window.ordinal > 0 and step <= self._window.start_step:
            before = self._window.start_step
            raise ValueError(f"step must be after that of the record before, {before}, got {step}.")
        # Workers can't wait for each other if one of them has nowhere to write.
        if not tf.summary.should_record_summaries() and not self._has_other_workers:
            return False
        value = self.take(step, final=final)
        return value is not None and bool(tf.summary.experimental.write_raw_pb(value.SerializeToString(), step))

    def take(self, step: int, *, final: bool = False) -> summary_pb2.Summary | None:
        """Ends the window if a record is due, as `write` does, and returns what is to be written.

        Returns:
          None if nothing was observed, windows are merged, or another worker
          writes.
        """
        if not self._has_observed() or not self._spacing.is_due(final):
            return None
        records = self.collect(step)
        if not records:
            return None
        self._spacing.wrote()
        assert self._clock.strategy is not None
        if not self._clock.strategy.extended.should_save_summary:
            return None
        layers = {
            name: run_summary.LayerAtStep(self._layers[name].info, one, self._layers[name].states(verdict.Thresholds()))
            for name, one in records.items()
        }
        return run_summary.run_summary(layers, scalars=self._scalars)

    def collect(self, step: int | None = None) -> dict[str, record.Record]:
        """Ends the window and returns its records, {layer: record}; empty if nothing was observed.

        Args:
          step: Step of the records; the number of training steps observed if None.
        """
        if not self._has_observed():
            return {}
        observed = {name: layer for name, layer in self._layers.items() if layer.probe.accumulator is not None}
        values = self._drain("window", [one for layer in observed.values() for one in _variables(layer)])()
        batch, ticks, batches_observed = (int(value) for value in values[:3])
        batch = batch if self._counted_batches is None else self._counted_batches
        step = self._first_step + batch if step is None else step
        window = Window(
            self._window.start_step, step, self._window.start_batch, batch, batches_observed, self._window.ordinal
        )
        with_gradient = any(layer.gradient_seen for layer in observed.values())
        records, start = {}, 3
        for name, layer in observed.items():
            accumulator = layer.probe.accumulator
            assert accumulator is not None
            own = values[start : start + len(accumulator.variables)]
            start += len(own)
            sums = accumulator.sums(own)
            if sums.samples > 0:
                records[name] = layer.record(sums, window, with_gradient)
            elif sums.screened_samples > 0:
                layer.remember(sums, window)
        self._total_ticks += ticks
        self._begin_window(step, batch, self._window.ordinal + 1)
        self._warn_of_uncalled()
        return records

    def begin_window(self, step: int) -> None:
        """Says at which step the open window began, where training was resumed or went on without the monitor."""
        self._window = Window(step, step, self._window.start_batch, 0, 0, self._window.ordinal)

    def expect(self, batches: int | None, records: int | None = None) -> None:
        """Says what is known of the training to come.

        Args:
          batches: Batches between two calls of `write`, from the next window
            on; None for as many as before.
          records: Calls of `write` that will be made, or None where nobody
            knows.
        """
        self._spacing.expect(records)
        self._expected_batches = None if batches is None else batches * self._spacing.stride
        if not self._window_ticks and self.batches == self._window.start_batch:
            self._clock.begin_window(self._window.start_batch, self._expected_batches)

    def begin_epoch(self) -> None:
        """Says that an epoch begins here."""
        self._epoch = _EpochStart(self.batches, *self._screened())

    def end_epoch(self) -> None:
        """Notes how many samples an epoch has: units without activity in a whole epoch are dead, however short it is."""
        ticks, screened = self._screened()
        batches, ticks_in_epoch = self.batches - self._epoch.batches, ticks - self._epoch.ticks
        for name, layer in self._layers.items():
            samples = screened.get(name, 0) - self._epoch.screened.get(name, 0)
            if samples > 0 and ticks_in_epoch > 0:
                # Batches that were not watched are taken to be as large as those that were.
                layer.end_epoch(samples if ticks_in_epoch == batches else round(samples / ticks_in_epoch * batches))
        self._epoch = _EpochStart(self.batches, ticks, screened)

    def dead_units(self, thresholds: verdict.Thresholds = verdict.Thresholds()) -> dict[str, npt.NDArray[np.int64]]:
        """Returns {layer: int64 [n]}, indices of the units that are dead at the last record."""
        return {
            name: np.flatnonzero(layer.states(thresholds) == verdict.UnitState.DEAD).astype(np.int64)
            for name, layer in self._layers.items()
        }

    def prepare(self, strategy: tf.distribute.Strategy) -> None:
        """Makes the variables that are known to be needed, so that TensorFlow need not build the training step twice.

        Args:
          strategy: That of the model.
        """
        with strategy.scope():
            self._clock.prepare(strategy)
            for target in self._targets:
                if target.units is not None:
                    self._layers[target.name].probe.accumulator_of(target.units)

    def count_batches(self, counted: bool) -> None:
        """Says whether `trained` is called for each batch; else they are counted on the device alone."""
        if counted and self._counted_batches is None:
            self._counted_batches = self.batches
        elif not counted and self._counted_batches is not None:
            self._clock.catch_up(self._counted_batches)
            self._counted_batches, self._is_behind = None, False

    def wants_next(self) -> bool:
        """Whether the next batch has to be watched: it is to be observed, or there are units that showed no activity yet."""
        if self._counted_batches is None or self._clock.observe_all:
            return True
        batch = self._counted_batches + 1
        wanted = self._clock.is_observed(batch) or self._is_screening()
        if wanted and self._is_behind:
            self._clock.catch_up(self._counted_batches)
            self._is_behind = False
        return wanted

    def trained(self, watched: bool) -> None:
        """Says that a batch was trained on; see `train_function.StepWatcher`."""
        if self._counted_batches is not None:
            self._counted_batches += 1
            self._is_behind |= not watched
            self._window_ticks += watched
            self._window_observed += self._clock.is_observed(self._counted_batches)

    def broken_off(self) -> None:
        """Says that a watched step raised; see `train_function.StepWatcher`."""
        # It may have been counted on the device before.
        self._is_behind = True

    def watches_the_same(self, model: keras.Model, layers: Selection) -> bool:
        """Whether the model has the same activations to watch as when this monitor was made."""
        now = discovery.find_targets(model, layers).targets
        return [_identity(target) for target in now] == [_identity(target) for target in self._targets]

    def _is_screening(self) -> bool:
        """Whether units that can die have shown no activity in the window, as far as was asked: each time costs."""
        if self._has_unseen and self._window_ticks >= self._ask_at:
            self._has_unseen = self._any_unseen()
            self._ask_at = 2 * self._window_ticks
        return self._has_unseen

    def _any_unseen(self) -> bool:
        called = [layer.probe for layer in self._layers.values() if layer.can_die and layer.probe.calls > 0]
        last = [one.accumulator.variables["last_active_batch"] for one in called if one.accumulator is not None]
        start = self._window.start_batch
        return any(bool((value <= start).any()) for value in self._drain("unseen", last).peek()[3:])

    @property
    def _has_other_workers(self) -> bool:
        strategy = self._clock.strategy
        return strategy is not None and variables.workers(strategy) > 1

    def _has_observed(self) -> bool:
        if not self._clock.windowed:
            return False
        if self._counted_batches is not None:
            # What is known here need not be asked of the device.
            return self._window_observed > 0
        assert self._clock.strategy is not None
        return int(variables.copies(self._clock.strategy, self._clock.windowed[2].variable)[0].numpy()) > 0

    def _begin_window(self, step: int, batch: int, ordinal: int) -> None:
        before = batch - self._window.start_batch
        self._window = Window(step, step, batch, batch, 0, ordinal)
        self._window_ticks, self._ask_at, self._has_unseen = 0, 1, True
        self._window_observed = 0
        self._clock.begin_window(batch, self._expected_batches or before)

    def _screened(self) -> tuple[int, dict[str, int]]:
        """Batches watched so far, and samples screened per unit so far in each layer."""
        if not self._clock.windowed:
            return 0, {}
        layers = {name: layer for name, layer in self._layers.items() if layer.probe.accumulator is not None}
        drain = self._drain("screened", [_variables(layer)[1] for layer in layers.values()])
        _, ticks, _, *screened = (int(value) for value in drain.peek())
        return self._total_ticks + ticks, {
            name: layer.total_samples + samples for (name, layer), samples in zip(layers.items(), screened)
        }

    def _drain(self, purpose: str, what: list[variables.Replicated]) -> variables.Drain:
        if purpose not in self._drains or self._drains[purpose][0] != len(what):
            assert self._clock.strategy is not None
            self._drains[purpose] = len(what), variables.Drain(self._clock.strategy, [*self._clock.windowed, *what])
        return self._drains[purpose][1]

    def _enter(self) -> None:
        with self._lock:
            if self._entries == 0:
                if self._attachment.is_taken:
                    raise RuntimeError(
                        f"Layers of model {self._model_name!r} are watched by another Monitor or DeadReLU already; "
                        "use one, and name the layers in it if not all are wanted: layers=[...]."
                    )
                self._scan = GraphScan() if self._looks_for_unwatched else None
                self._reach = GradientReach(self._model)
                _observing.append(self)
            self._entries += 1

    def _leave(self) -> None:
        with self._lock:
            self._entries -= 1
            if self._entries > 0:
                return
            _observing.remove(self)
            scan, self._scan, self._reach = self._scan, None, None
        if scan is not None and scan.has_graph:
            self._looks_for_unwatched = False
            self._warn_of_unwatched([*self._unreachable, *scan.unwatched()])
        elif scan is not None and self._unreachable:
            self._warn_of_unwatched(self._unreachable)
            self._unreachable = []

    def _warn_of_uncalled(self) -> None:
        """Once: layers that were found, and that no training step has called where it can be watched."""
        probes = {target.name: self._layers[target.name].probe for target in self._targets}
        names = [name for name, probe in probes.items() if probe.calls == 0 and not probe.has_given_up]
        if names and not self._has_warned_of_uncalled:
            warnings.warn(
                f"Nothing is recorded of layers of model {self._model_name!r} that training steps do not call, or only "
                f"within a tf.function of their own: {', '.join(map(repr, names))}. Take the inner tf.function away, or "
                "leave them out: layers=[...].",
                stacklevel=2,
            )
        self._has_warned_of_uncalled = True

    def _warn_of_unwatched(self, names: list[str]) -> None:
        if names:
            warnings.warn(
                f"Model {self._model_name!r} has activations that can't be watched from outside: "
                f"{', '.join(map(repr, names))}. To record them, watch them where they are computed: "
                'from tb_deadrelu_plugin.tensorflow import watch; x = watch(x, "name").',
                stacklevel=2,
            )

    def _note_watched(self, a: tf.Tensor, inputs: list[tf.Tensor]) -> None:
        if self._scan is not None:
            self._scan.note(a, inputs)

    def _reaches(self, *tensors: tf.Tensor) -> bool:
        return self._reach is None or self._reach.reaches(*tensors)

    def _passing_over(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._scan is None else self._scan.passing_over()

    def _watched_layer(self, target: discovery.Target) -> WatchedLayer:
        kernel, bias, _ = target.parameters
        info = metadata.LayerInfo(
            fraction=target.activation.fraction,
            gradient_at=target.gradient_at,
            threshold=self._threshold,
            activation=target.activation.name,
            layer_type=type(target.layer).__name__,
            layer_index=target.index,
            kernel_parameters=kernel,
            bias_parameters=bias,
            upper_bound=target.activation.upper_bound,
        )
        probe = Probe(
            target.name,
            target.activation,
            self._threshold,
            target.unit_axis,
            self._clock,
            self._loss_scale,
            self._reaches,
        )
        return WatchedLayer(info, probe, target.bias)


def _identity(target: discovery.Target) -> tuple[Any, ...]:
    return target.name, id(target.layer), id(target.cell), target.reach, target.attribute, target.activation


class _EpochStart:
    """What had been seen when an epoch began."""

    def __init__(self, batches: int = 0, ticks: int = 0, screened: dict[str, int] | None = None) -> None:
        self.batches = batches
        self.ticks = ticks
        self.screened = screened or {}


def _variables(layer: WatchedLayer) -> list[variables.Replicated]:
    accumulator = layer.probe.accumulator
    return [] if accumulator is None else list(accumulator.variables.values())
