"""Reading what training steps have added up, for all layers at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from tb_deadrelu_plugin.instrument import variables
from tb_deadrelu_plugin.instrument.accumulator import Accumulator, Sums
from tb_deadrelu_plugin.instrument.clock import Clock
from tb_deadrelu_plugin.instrument.model_input import ModelInput
from tb_deadrelu_plugin.instrument.watched import WatchedLayer
from tb_deadrelu_plugin.run_overview.training_numbers import Training


@dataclasses.dataclass(frozen=True)
class WindowSums:
    """What was added up in a window.

    Attributes:
      batch: Batches counted on the device, over the whole run.
      ticks: Batches that were watched in the window.
      observed: Batches that are part of the statistics.
      layers: Each layer's sums.
      training: Range of the model's input.
    """

    batch: int
    ticks: int
    observed: int
    layers: dict[str, Sums]
    training: Training


class Readout:
    """Reads the variables of the clock and of all layers, of all replicas and workers.

    With several workers every one of them has to make the same calls, except
    for `batch` and `observed`.

    Args:
      clock: Counts the batches.
      layers: The watched layers; some may be added later on.
      model_input: The range of what the model is given.
    """

    def __init__(self, clock: Clock, layers: Mapping[str, WatchedLayer], model_input: ModelInput) -> None:
        self._clock = clock
        self._layers = layers
        self._model_input = model_input
        self._drains: dict[str, tuple[int, variables.Drain]] = {}

    @property
    def batch(self) -> int:
        """Batches counted on the device, over the whole run."""
        return self._first_copy(0)

    @property
    def observed(self) -> int:
        """Batches of the window that are part of the statistics."""
        return self._first_copy(2)

    def end_window(self) -> WindowSums:
        """Returns the window's sums; they begin at zero again."""
        accumulators = self._accumulators()
        given = self._model_input.replicated
        every = [one for accumulator in accumulators.values() for one in accumulator.variables.values()]
        batch, ticks, observed, *values = self._drain("window", [*given, *every])()
        training, values = self._model_input.numbers(values[: len(given)]), values[len(given) :]
        layers = {}
        for name, accumulator in accumulators.items():
            own, values = values[: len(accumulator.variables)], values[len(accumulator.variables) :]
            layers[name] = accumulator.sums(own)
        return WindowSums(int(batch), int(ticks), int(observed), layers, training)

    def any_inactive(self, since: int) -> bool:
        """Whether units that can die showed no activity after batch `since`, as far as they were called."""
        last = [
            accumulator.variables["last_active_batch"]
            for name, accumulator in self._accumulators().items()
            if self._layers[name].can_die and self._layers[name].probe.calls > 0
        ]
        return any(bool((value <= since).any()) for value in self._drain("last active", last).peek()[3:])

    def screened(self) -> tuple[int, dict[str, int]]:
        """Batches watched in the window so far, and samples per unit in them, {layer: samples}."""
        if not self._clock.windowed:
            return 0, {}
        accumulators = self._accumulators()
        samples = [accumulator.variables["screened_samples"] for accumulator in accumulators.values()]
        _, ticks, _, *values = (int(value) for value in self._drain("screened", samples).peek())
        return ticks, dict(zip(accumulators, values))

    def _accumulators(self) -> dict[str, Accumulator]:
        probes = {name: layer.probe for name, layer in self._layers.items()}
        return {name: probe.accumulator for name, probe in probes.items() if probe.accumulator is not None}

    def _first_copy(self, index: int) -> int:
        if not self._clock.windowed:
            return 0
        assert self._clock.strategy is not None
        return int(variables.copies(self._clock.strategy, self._clock.windowed[index].variable)[0].numpy())

    def _drain(self, purpose: str, what: list[variables.Replicated]) -> variables.Drain:
        # Layers are only ever added.
        if purpose not in self._drains or self._drains[purpose][0] != len(what):
            assert self._clock.strategy is not None
            self._drains[purpose] = len(what), variables.Drain(self._clock.strategy, [*self._clock.windowed, *what])
        return self._drains[purpose][1]
