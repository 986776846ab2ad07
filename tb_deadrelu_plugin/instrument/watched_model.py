"""The layers of a model that are watched, and the context in which they are."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import (
    attach,
    discovery,
    graph_inputs,
    initial_weights,
    layout,
    parameters,
    walk,
)
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.axes import AxisOfUnits
from tb_deadrelu_plugin.instrument.clock import Clock, Watching
from tb_deadrelu_plugin.instrument.discovery import Selection
from tb_deadrelu_plugin.instrument.growth import Growth, unbuilt_layers
from tb_deadrelu_plugin.instrument.loss_scaling import LossScaleFunction
from tb_deadrelu_plugin.instrument.model_input import ModelInput
from tb_deadrelu_plugin.instrument.notices import Notices
from tb_deadrelu_plugin.instrument.passes import is_part_of, is_vectorized
from tb_deadrelu_plugin.instrument.probes import Probe
from tb_deadrelu_plugin.instrument.reach import GradientReach
from tb_deadrelu_plugin.instrument.unwatched import GraphScan, Scan
from tb_deadrelu_plugin.instrument.unwatched_eager import EagerScan
from tb_deadrelu_plugin.instrument.watched import WatchedLayer

_observing: list[WatchedModel] = []


def innermost() -> WatchedModel | None:
    """The one whose `observing` was entered last, in any thread, and not left."""
    return _observing[-1] if _observing else None


class WatchedModel:
    """Finds a model's layers, and watches them within `observing`.

    Args:
      model: A model, or None to watch only what `watch` is given. Layers that
        it has yet to make are watched from the step on that makes them.
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
        self._selection = selection
        self._clock = clock
        self._loss_scale = loss_scale
        self.layers: dict[str, WatchedLayer] = {}
        self._targets: list[discovery.Target] = []
        self._unreachable: list[str] = []
        self._run_info: metadata.RunInfo | None = None
        entries = graph_inputs.of_model(model, []).entries
        self.model_input = ModelInput(model, entries, clock)
        if model is not None:
            self._take(discovery.find_targets(model, selection, so_far=bool(unbuilt_layers(model))))
        self._growth = Growth(model, self._is_in_step, self._grow) if unbuilt_layers(model) else None
        self._is_settled = self._growth is None
        self._attachment = self._attach(self._targets, self.model_input.layers)
        self._reach: GradientReach | None = None
        self._scan: Scan | None = None
        self._looks_for_unwatched = model is not None and selection is None
        self._notices = Notices(self.name)
        self._entries = 0
        self._lock = threading.Lock()
        self._local = threading.local()

    @property
    def targets(self) -> dict[str, discovery.Target]:
        """What is watched of the model's own layers, by name, in network order."""
        return {target.name: target for target in self._targets}

    @contextlib.contextmanager
    def observing(self, data: Any, watching: Watching, inference: bool = False) -> Iterator[None]:
        """Watches one training step's forward pass; see `Monitor.observing`."""
        if getattr(self._local, "inside", False):
            raise RuntimeError("observing() is already active in this monitor; enter it once per training step.")
        self._local.inside = True
        try:
            self._enter()
            is_done = False
            try:
                with self._attachment.attached(), self._growing(), self._looking():
                    self._clock.begin(data, watching, inference)
                    self.model_input.begin()
                    for layer in self.layers.values():
                        layer.probe.begin()
                    try:
                        yield
                    finally:
                        self._clock.end()
                        for layer in list(self.layers.values()):
                            layer.probe.end()
                is_done = True
            finally:
                self._leave(is_done)
        finally:
            self._local.inside = False

    def watch(self, activations: tf.Tensor, name: str) -> tf.Tensor:
        """Watches an activation that no layer exposes; see `Monitor.watch`."""
        tick = self._clock.now
        if tick is None:
            return activations
        if not is_part_of(tick):
            if is_vectorized():
                self._notices.warn_of_vectorized([name])
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
        now = discovery.find_targets(model, selection, so_far=bool(unbuilt_layers(model))).targets
        return [_identity(target) for target in now] == [_identity(target) for target in self._targets]

    def warn_of_uncalled(self) -> None:
        """Warns, once, if nothing was watched, and of layers that were found and that no training step has called where it can be watched."""
        probes = {target.name: self.layers[target.name].probe for target in self._targets}
        names = [
            name
            for name, probe in probes.items()
            if probe.calls == 0 and not probe.has_given_up and not probe.is_vectorized
        ]
        self._notices.warn_of_uncalled(names, is_empty=self._model is not None and not self.layers)

    def _enter(self) -> None:
        with self._lock:
            if self._entries == 0:
                if self._attachment.is_taken:
                    raise RuntimeError(
                        f"Layers of model {self.name!r} are watched by another Monitor or DeadReLU already; "
                        "use one, and name the layers in it if not all are wanted: layers=[...]."
                    )
                if self._looks_for_unwatched:
                    self._scan = EagerScan() if tf.executing_eagerly() else GraphScan()
                self._reach = GradientReach(self._model)
                _observing.append(self)
            self._entries += 1

    def _leave(self, is_done: bool) -> None:
        with self._lock:
            self._entries -= 1
            if self._entries > 0:
                return
            _observing.remove(self)
            scan, self._scan, self._reach = self._scan, None, None
            if not self._is_settled:
                self._settle(is_done)
        self._notices.warn_of_vectorized([name for name, layer in self.layers.items() if layer.probe.is_vectorized])
        if scan is not None and is_done:
            self._looks_for_unwatched = False
            self._notices.warn_of_unwatched([*self._unreachable, *scan.unwatched()])

    def _looking(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._scan is None else self._scan.looking()

    def _growing(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._growth is None else self._growth.growing()

    def _is_in_step(self) -> bool:
        tick = self._clock.now
        return tick is not None and is_part_of(tick)

    def _grow(self) -> contextlib.AbstractContextManager[None]:
        """Takes in what the model has made since, within the step that has made it."""
        assert self._model is not None
        self._is_settled = False
        # New weights may be frozen.
        self._reach = GradientReach(self._model)
        new = self._take(discovery.find_targets(self._model, self._selection, so_far=True))
        for target in new:
            self.layers[target.name].probe.begin()
        return self._attach(new, self.model_input.extend(self._model)).attached()

    def _settle(self, is_done: bool) -> None:
        """Takes the model for what it is after a step, all layers of which are there if the step is done."""
        assert self._model is not None
        self._is_settled = is_done
        is_complete = not unbuilt_layers(self._model)
        if is_complete:
            self._growth = None
        self._take(discovery.find_targets(self._model, self._selection, so_far=not (is_done and is_complete)))
        self._attachment = self._attach(self._targets, self.model_input.layers)

    def _take(self, found: discovery.Found) -> list[discovery.Target]:
        """Makes this what is watched; returns what is new in it."""
        known = {_place(target): target.name for target in self._targets}
        taken = set(self.layers)
        # What has a name keeps it: there may be records under it.
        names = [known.get(_place(target)) or walk.unique(target.name, taken) for target in found.targets]
        self._targets = [dataclasses.replace(target, name=name) for target, name in zip(found.targets, names)]
        self._unreachable, self._run_info = found.unreachable, None
        input_layers = graph_inputs.of_model(self._model, self._targets).input_layers
        layers = {}
        for target, count in zip(self._targets, parameters.of_targets(self._targets)):
            layer = layers[target.name] = self.layers.get(target.name) or self._watched_layer(target)
            info = dataclasses.replace(layer.info, layer_index=target.index, input_layers=input_layers[target.name])
            layer.info = _with_parameters(info, count)
        by_hand = {name: layer for name, layer in self.layers.items() if name not in layers}
        self.layers.clear()
        self.layers.update(layers | by_hand)
        return [target for target in self._targets if _place(target) not in known]

    def _attach(self, targets: list[discovery.Target], looked_at: Sequence[Any]) -> attach.Attachment:
        probes = [(target, self.layers[target.name].probe) for target in targets]
        scanning = attach.Scanning(self._note_watched, self._passing_over, self._within)
        return attach.Attachment(probes, scanning, self.model_input, looked_at)

    def _note_watched(self, a: tf.Tensor, inputs: list[tf.Tensor]) -> None:
        if self._scan is not None:
            self._scan.note(a, inputs)

    def _reaches(self, *tensors: tf.Tensor) -> bool:
        return self._reach is None or self._reach.reaches(*tensors)

    def _passing_over(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._scan is None else self._scan.passing_over()

    def _within(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._scan is None else self._scan.within()

    def _watched_layer(self, target: discovery.Target) -> WatchedLayer:
        info = metadata.LayerInfo(
            fraction=target.activation.fraction,
            gradient_at=target.gradient_at,
            threshold=self._threshold,
            activation=target.activation.name,
            layer_type=type(target.layer).__name__,
            layer_index=target.index,
            upper_bound=target.activation.upper_bound,
        )
        axis: int | AxisOfUnits = target.unit_axis
        if self._model is not None and layout.known_unit_axis(target.layer) is None:
            axis = AxisOfUnits(target.name, self._model)
        return WatchedLayer(info, self._probe(target.name, target.activation, axis), lambda: target.bias)

    def _probe(self, name: str, activation: Activation, unit_axis: int | AxisOfUnits) -> Probe:
        return Probe(name, activation, self._threshold, unit_axis, self._clock, self._loss_scale, self._reaches)


def _with_parameters(info: metadata.LayerInfo, count: parameters.Count) -> metadata.LayerInfo:
    return dataclasses.replace(
        info, kernel_parameters=count.kernel, bias_parameters=count.bias, other_parameters=count.other
    )


def _place(target: discovery.Target) -> tuple[Any, ...]:
    return id(target.layer), id(target.cell), target.reach, target.attribute


def _identity(target: discovery.Target) -> tuple[Any, ...]:
    return target.name, *_place(target), target.activation
