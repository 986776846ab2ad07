"""What optimizers keep beside each weight: moments, accumulated gradients, averages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import keras

# An optimizer's own lists that have as many entries as it has weights, but not one for each.
_NO_SLOTS = {"_variables", "_trainable_variables"}
_AVERAGES = "_model_variables_moving_average"


@dataclasses.dataclass(frozen=True)
class Slot:
    """A variable that an optimizer keeps beside a weight.

    Attributes:
      variable: Of the weight's shape.
      initial: What its entries begin with; None where they begin as the
        weight's own.
    """

    variable: Any
    initial: float | None


def of_variable(model: keras.Model, variable: Any) -> tuple[list[Slot], list[str]]:
    """Returns what the model's optimizers keep beside a weight.

    Args:
      model: Its own optimizer, and those that are attributes of it, are
        looked into.
      variable: The weight.

    Returns:
      The slots of the weight's shape, and the names of optimizers that have
      others as well.
    """
    found, others = [], []
    for optimizer in _optimizers(model):
        number = next((i for i, one in enumerate(optimizer._trainable_variables) if one is variable), None)
        if number is None:
            continue
        for name, kept in _lists(optimizer):
            slot = kept[number]
            if slot is None:
                continue
            if tuple(slot.shape) == tuple(variable.shape):
                found.append(Slot(slot, _initial(optimizer, name)))
            elif optimizer.name not in others:
                others.append(optimizer.name)
    return found, others


def _optimizers(model: keras.Model) -> list[Any]:
    found = [getattr(model, "optimizer", None), *vars(model).values()]
    optimizers = [getattr(one, "inner_optimizer", one) for one in found if isinstance(one, keras.optimizers.Optimizer)]
    return list({id(one): one for one in optimizers if one.built}.values())


def _lists(optimizer: Any) -> Iterator[tuple[str, Any]]:
    """Yields the optimizer's lists of one variable per weight."""
    weights = len(optimizer._trainable_variables)
    for name, value in vars(optimizer).items():
        if name in _NO_SLOTS or not isinstance(value, (list, tuple)) or len(value) != weights:
            continue
        if all(one is None or isinstance(one, keras.Variable) for one in value):
            yield name, value


def _initial(optimizer: Any, name: str) -> float | None:
    schedule_free = getattr(keras.optimizers, "ScheduleFreeAdamW", ())
    if name == _AVERAGES or (name == "_momentums" and isinstance(optimizer, schedule_free)):
        return None
    # Adagrad, FTRL.
    return float(getattr(optimizer, "initial_accumulator_value", 0)) if name == "_accumulators" else 0.0
