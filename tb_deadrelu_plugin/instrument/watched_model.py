"""The layers of a model that are watched, and the context in which they are."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import attach, discovery, graph_inputs, initial_weights, parameters
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.clock import Clock, Watching
from tb_deadrelu_plugin.instrument.discovery import Selection
from tb_deadrelu_plugin.instrument.model_input import ModelInput
from tb_deadrelu_plugin.instrument.probes import LossScaleFunction, Probe
from tb_deadrelu_plugin.instrument.reach import GradientReach
from tb_deadrelu_plugin.instrument.unwatched import GraphScan
from tb_deadrelu_plugin.instrument.watched import WatchedLayer

_observing: list[WatchedModel] = []


def innermost() -> WatchedModel | None:
    """The one whose `observing` was entered last, in any thread, and not left."""
    return _observing[-1] if _observing else None


class WatchedModel:
    """Finds a model's layers, and watches them within `observing`.

    Args:
      model: A built model, or None to watch only what `watch` is given.
      selection: Which layers.
      threshold: Largest |a| that counts as zero.
      clock: Counts batches.
      loss_scale: Returns how the loss is scaled.

    Attributes:
      name: The model's, or "".
      layers: The watched layers by name, in network order, and then what
        `watch` was given.
      model_input: The range of what the model is given.

    Raises:
      ValueError: A name does not exist, or there is nothing to watch.
    """

    def __init__(
        self,
        model: keras.Model | None,
        selection: Selection,
        threshold: float,
        clock: Clock,
        loss_scale: LossScaleFunction,
    ) -> None:
        self._model = model
        self.name = "" if model is None else model.name
        self._threshold = threshold
        self._clock = clock
        self._loss_scale = loss_scale
        found = discovery.Found([], []) if model is None else discovery.find_targets(model, selection)
        self._targets = found.targets
        self._unreachable = found.unreachable
        counts = parameters.of_targets(found.targets)
        graph = graph_inputs.of_model(model, found.targets)
        self._input_layers = graph.input_layers
        self.model_input = ModelInput(model, graph.entries, clock)
        self.layers = {target.name: self._watched_layer(target, count) for target, count in zip(found.targets, counts)}
        self._run_info: metadata.RunInfo | None = None
        probes = [(target, self.layers[target.name].probe) for target in found.targets]
        self._attachment = attach.Attachment(probes, self._note_watched, self._passing_over, self.model_input)
        self._reach: GradientReach | None = None
        self._scan: GraphScan | None = None
        self._looks_for_unwatched = model is not None and selection is None
        self._has_warned_of_uncalled = False
        self._entries = 0
        self._lock = threading.Lock()
        self._local = threading.local()

    @property
    def targets(self) -> dict[str, discovery.Target]:
        """What is watched of the model's own layers, by name, in network order."""
        return {target.name: target for target in self._targets}

    @contextlib.contextmanager
    def observing(self, data: Any, watching: Watching) -> Iterator[None]:
        """Watches one training step's forward pass; see `Monitor.observing`."""
        if getattr(self._local, "inside", False):
            raise RuntimeError("observing() is already active in this monitor; enter it once per training step.")
        self._local.inside = True
        try:
            self._enter()
            try:
                with self._attachment.attached():
                    self._clock.begin(data, watching)
                    self.model_input.begin()
                    for layer in self.layers.values():
                        layer.probe.begin()
                    try:
                        yield
                    finally:
                        self._clock.end()
                        for layer in self.layers.values():
                            layer.probe.end()
            finally:
                self._leave()
        finally:
            self._local.inside = False

    def watch(self, activations: tf.Tensor, name: str) -> tf.Tensor:
        """Watches an activation that no layer exposes; see `Monitor.watch`."""
        tick = self._clock.now
        if tick is None:
            return activations
        layer = self.layers.get(name)
        if layer is None:
            info = metadata.LayerInfo(gradient_at=metadata.GATED_ACTIVATION, threshold=self._threshold)
            layer = self.layers[name] = WatchedLayer(info, self._probe(name, Activation(""), -1))
            layer.probe.begin()
        elif layer.info.layer_index is not None:
            raise ValueError(f"name must not be that of a watched layer, got {name!r}.")
        if self._scan is not None:
            self._scan.note(activations, [])
        return layer.probe.watch_output(activations, tick)

    def prepare(self) -> None:
        """Makes the variables that are known to be needed, in the strategy's scope."""
        self.model_input.prepare()
        for target in self._targets:
            if target.units is not None:
                self.layers[target.name].probe.accumulator_of(target.units)

    def note_first_weights(self) -> None:
        """Says that training begins here, with the weights as they are."""
        if self._model is None:
            return
        for name, weights in initial_weights.of_targets(self._model, self._targets).items():
            self.layers[name].info = dataclasses.replace(self.layers[name].info, first_weights=weights)

    def run_info(self) -> metadata.RunInfo:
        """What is said of the whole model, from the first call on; then layers that are built late have their weights."""
        if self._run_info is None:
            # What was never called has no records, and is not among the watched layers for who reads them.
            called = [target for target in self._targets if self.layers[target.name].probe.calls > 0]
            for target, count in zip(called, parameters.of_targets(called)):
                layer = self.layers[target.name]
                layer.info = _with_parameters(layer.info, count)
            model = self._model
            self._run_info = metadata.RunInfo() if model is None else parameters.of_model(model, called)
        return self._run_info

    def is_same(self, model: keras.Model, selection: Selection) -> bool:
        """Whether the model has the same activations to watch as when this was made."""
        now = discovery.find_targets(model, selection).targets
        return [_identity(target) for target in now] == [_identity(target) for target in self._targets]

    def warn_of_uncalled(self) -> None:
        """Warns, once, of layers that were found and that no training step has called where it can be watched."""
        probes = {target.name: self.layers[target.name].probe for target in self._targets}
        names = [name for name, probe in probes.items() if probe.calls == 0 and not probe.has_given_up]
        if names and not self._has_warned_of_uncalled:
            warnings.warn(
                f"Nothing is recorded of layers of model {self.name!r} that training steps do not call, or only "
                f"within a tf.function of their own: {', '.join(map(repr, names))}. Take the inner tf.function away, or "
                "leave them out: layers=[...].",
                stacklevel=2,
            )
        self._has_warned_of_uncalled = True

    def _enter(self) -> None:
        with self._lock:
            if self._entries == 0:
                if self._attachment.is_taken:
                    raise RuntimeError(
                        f"Layers of model {self.name!r} are watched by another Monitor or DeadReLU already; "
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

    def _warn_of_unwatched(self, names: list[str]) -> None:
        if names:
            warnings.warn(
                f"Model {self.name!r} has activations that can't be watched from outside: "
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

    def _watched_layer(self, target: discovery.Target, count: parameters.Count) -> WatchedLayer:
        info = metadata.LayerInfo(
            fraction=target.activation.fraction,
            gradient_at=target.gradient_at,
            threshold=self._threshold,
            activation=target.activation.name,
            layer_type=type(target.layer).__name__,
            layer_index=target.index,
            upper_bound=target.activation.upper_bound,
            input_layers=self._input_layers[target.name],
        )
        info = _with_parameters(info, count)
        return WatchedLayer(info, self._probe(target.name, target.activation, target.unit_axis), target.bias)

    def _probe(self, name: str, activation: Activation, unit_axis: int) -> Probe:
        return Probe(name, activation, self._threshold, unit_axis, self._clock, self._loss_scale, self._reaches)


def _with_parameters(info: metadata.LayerInfo, count: parameters.Count) -> metadata.LayerInfo:
    return dataclasses.replace(
        info, kernel_parameters=count.kernel, bias_parameters=count.bias, other_parameters=count.other
    )


def _identity(target: discovery.Target) -> tuple[Any, ...]:
    return target.name, id(target.layer), id(target.cell), target.reach, target.attribute, target.activation
