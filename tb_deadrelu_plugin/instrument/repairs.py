"""Rounds of repairs: which dead units are re-initialised, in which layers that can be done, and what was done."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import keras
import numpy as np

from tb_deadrelu_plugin.instrument.revive import Reviver
from tb_deadrelu_plugin.instrument.successors import Successors, Surroundings
from tb_deadrelu_plugin.instrument.unit_weights import IntArray
from tb_deadrelu_plugin.instrument.watched_model import WatchedModel

NOT_QUITE = "the network's output is not quite as before: "


@dataclasses.dataclass(frozen=True)
class Repair:
    """Units of one layer that were re-initialised.

    Attributes:
      step: Optimizer iterations done before.
      layer: Name that the layer is watched under.
      units: Integers, in ascending order.
      outgoing_zeroed: Whether what takes these units as its input was set to
        ignore them until it is trained on them, so that the network's output
        is as before: False as well where that is so but for a constant of
        batch normalization that no bias takes up everywhere.
      reason: Why it was not, or why the output is not quite as before; None
        if there is nothing to say.
    """

    step: int
    layer: str
    units: tuple[int, ...]
    outgoing_zeroed: bool
    reason: str | None


class Repairs:
    """Makes rounds of repairs in a model.

    Args:
      model: A built model.
      watched: Its watched layers, which are told of the repairs.
      generator: Draws the seeds of new weights.
    """

    def __init__(self, model: keras.Model, watched: WatchedModel, generator: np.random.Generator) -> None:
        self._watched = watched
        self._successors = Successors(model)
        self._reviver = Reviver(model, generator)

    @property
    def partly_reset(self) -> set[str]:
        """Names of optimizers that keep more beside weights than could be reset."""
        return self._reviver.partly_reset

    def make(
        self, dead: Mapping[str, IntArray], max_units: int | None, max_share: float
    ) -> tuple[list[Repair], dict[str, str]]:
        """Makes a round, right after the record that tells what is dead.

        Args:
          dead: {watched layer: integers [n], its dead units}; none is empty.
          max_units: Units of all layers together; None for any number.
          max_share: Share of a layer's units; one unit may always be.

        Returns:
          What was done, in network order, and {layer: reason} of those whose
          units can't be re-initialised.
        """
        around = self._around(dead)
        refused = {name: one.refused for name, one in around.items() if one.refused is not None}
        possible = {name: units for name, units in dead.items() if name not in refused}
        chosen = self._longest_dead(possible, max_units, max_share)
        remarks = self._reviver.revive([(around[name], units) for name, units in chosen.items()])
        made = []
        for (name, units), texts in zip(chosen.items(), remarks):
            layer = self._watched.layers[name]
            assert layer.last is not None
            layer.note_revived(units, layer.last.step)
            uncertain = around[name].uncertain
            reason = uncertain or "; ".join(dict.fromkeys(texts)) or None
            if texts and uncertain is None:
                reason = f"{NOT_QUITE}{reason}"
            made.append(Repair(layer.last.step, name, tuple(units.tolist()), reason is None, reason))
        return made, refused

    def _around(self, dead: Mapping[str, IntArray]) -> dict[str, Surroundings]:
        """What is around each layer's units; weights that several layers' units have in common are the first one's."""
        targets = self._watched.targets
        found: dict[str, Surroundings] = {}
        for name in dead:
            if name not in targets:
                found[name] = Surroundings(refused="it is watched by hand, and no layer of the model's")
                continue
            around = self._successors.around(targets[name], self._watched.layers[name].probe.calls)
            if around.source is not None and any(around.source is one.source for one in found.values()):
                around = Surroundings(refused="its units' weights are those of another watched layer")
            found[name] = around
        return found

    def _longest_dead(
        self, dead: Mapping[str, IntArray], max_units: int | None, max_share: float
    ) -> dict[str, IntArray]:
        """Chooses what a round may revive: what has shown no activity longest, then by network order and index."""
        candidates = []
        for place, (name, units) in enumerate(dead.items()):
            record = self._watched.layers[name].last
            assert record is not None and record.last_active_step is not None
            since = record.last_active_step[units]
            if record.last_revival_step is not None:
                since = np.maximum(since, record.last_revival_step[units])
            order = np.argsort(since, kind="stable")[: max(1, int(max_share * record.units))]
            candidates += [(int(since[i]), place, int(units[i]), name) for i in order]
        kept = sorted(candidates)[:max_units]
        chosen = {name: sorted(unit for _, _, unit, of in kept if of == name) for name in dead}
        return {name: np.array(units, np.int64) for name, units in chosen.items() if units}
