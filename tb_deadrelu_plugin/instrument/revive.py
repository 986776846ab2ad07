"""Re-initialising units: what is done to weights and to what the optimizer keeps beside them.

As ReDo does it (Sokar et al. 2023, "The Dormant Neuron Phenomenon in Deep
Reinforcement Learning", arXiv:2302.12902, Algorithm 1): the incoming weights
are drawn anew, the outgoing ones are zeroed, and the optimizer begins anew
for both. A dead unit gives 0 whatever its outgoing weights are, and a revived
one gives nothing on until these have been trained: so the network's output is
the same before and after.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.instrument import slots, variables
from tb_deadrelu_plugin.instrument.successors import Surroundings
from tb_deadrelu_plugin.instrument.unit_weights import IntArray, Outgoing, Part


class Reviver:
    """Re-initialises units of a model's layers, in place.

    Args:
      model: A built model.
      generator: Draws the seeds of the initializers; no other random state is
        read or changed, unless by initializers of one's own that take no seed.

    Attributes:
      partly_reset: Names of optimizers that keep more beside weights than
        could be reset.
    """

    def __init__(self, model: keras.Model, generator: np.random.Generator) -> None:
        self._model = model
        self._generator = generator
        self.partly_reset: set[str] = set()

    def revive(self, chosen: Iterable[tuple[Surroundings, IntArray]]) -> list[list[str]]:
        """Re-initialises units of several layers.

        All outgoing weights go first, so that where a unit and one that takes
        it as its input are both revived, the second has all of its weights.

        Args:
          chosen: In network order: what is around a layer's units, and
            integers [n], which of them.

        Returns:
          For each layer, why the network's output is not the same as before
          although outgoing weights were zeroed; empty if it is.
        """
        chosen = list(chosen)
        remarks = []
        for surroundings, units in chosen:
            remarks.append([text for one in surroundings.outgoing for text in self._zero(one, units)])
        for surroundings, units in chosen:
            for part in (*surroundings.incoming, *surroundings.after):
                self._set(part.variable, part.of(units), self._drawn(part))
        return remarks

    def _zero(self, outgoing: Outgoing, units: IntArray) -> list[str]:
        weights = outgoing.weights
        mask = weights.of(units)
        value = _value(self._copies(weights.variable)[0])
        self._set(weights.variable, mask, np.zeros_like(value))
        if not np.any(np.broadcast_to(outgoing.constants, mask.shape)[mask]):
            return []
        if outgoing.bias is None:
            return ["a constant that batch normalization made of the dead units is lost, for no bias could take it up"]
        constant = np.where(mask, np.asarray(value, np.float64) * outgoing.constants, 0)
        moved = constant.sum(axis=tuple(range(mask.ndim - 1)))
        for copy in self._copies(outgoing.bias):
            bias = _value(copy)
            copy.assign((bias + moved).astype(bias.dtype))
        at_borders = "a constant that batch normalization made of the dead units was moved to the bias of what follows"
        return [] if outgoing.exact else [f"{at_borders}, which at padded borders is not the same"]

    def _drawn(self, part: Part) -> npt.NDArray[Any]:
        assert part.initializer is not None
        initializer = _reseeded(part.initializer, int(self._generator.integers(2**31)))
        variable = part.variable
        return np.asarray(keras.ops.convert_to_numpy(initializer(tuple(variable.shape), dtype=variable.dtype)))

    def _set(self, variable: Any, mask: npt.NDArray[np.bool_], fresh: npt.NDArray[Any]) -> None:
        """Sets the masked entries of a weight, and has the optimizers begin anew for them."""
        self._assign(variable, mask, fresh)
        kept, others = slots.of_variable(self._model, variable)
        self.partly_reset.update(others)
        for slot in kept:
            self._assign(slot.variable, mask, fresh if slot.initial is None else np.asarray(slot.initial))

    def _assign(self, variable: Any, mask: npt.NDArray[np.bool_], fresh: npt.NDArray[Any]) -> None:
        # Each replica's by itself: moving statistics are not the same in all of them.
        for copy in self._copies(variable):
            value = _value(copy)
            copy.assign(np.where(mask, fresh.astype(value.dtype), value))

    def _copies(self, variable: Any) -> Sequence[Any]:
        return variables.copies(self._model.distribute_strategy, variable.value)


def _reseeded(initializer: Any, seed: int) -> Callable[..., Any]:
    """Returns an initializer of the same distribution; Keras' own give the same values at every call."""
    if inspect.isclass(initializer) or not isinstance(initializer, keras.initializers.Initializer):
        return initializer
    try:
        config = initializer.get_config()
    except NotImplementedError:
        return initializer
    return type(initializer).from_config({**config, "seed": seed}) if "seed" in config else initializer


def _value(variable: Any) -> npt.NDArray[Any]:
    return np.asarray(variable.numpy())
