"""What is known of the training as a whole around a step: learning rate, loss, the model's input."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

LOSS_ROSE = 1.2
"""By this factor a loss is higher than before: windows' means of one loss differ by less."""

RATE_ROSE = 2.0

LARGE_INPUT = 30.0
"""Largest entry of an input that is far from what initialisers are made for, entries of about 1: scaled
pixels and standardised features, outliers included, stay below, pixels from 0 to 255 do not."""

LARGE_INPUT_RMS = 3.0
"""What goes with it: few outliers in an input of ordinary scale leave its root mean square near 1."""

FAR_FROM_ZERO = 3.0
"""Mean over standard deviation of an input whose entries all but share their sign."""


@dataclasses.dataclass(frozen=True)
class Around:
    """The training around some steps; NaN where not known.

    Attributes:
      learning_rate: The largest of the windows with these steps and of the one
        after: a unit that was last active at a window's end died in the next.
      learning_rate_before: That of the window before them.
      loss_before: Mean loss of the window before them.
      loss: The largest mean loss of the windows with these steps and of the
        one after.
    """

    learning_rate: float
    learning_rate_before: float
    loss_before: float
    loss: float

    @property
    def loss_rose(self) -> bool:
        """Whether the loss is higher than before."""
        return self.loss > LOSS_ROSE * self.loss_before

    @property
    def rate_rose(self) -> bool:
        """Whether the learning rate is."""
        return self.learning_rate >= RATE_ROSE * self.learning_rate_before

    def sentence(self) -> str:
        """The numbers, without a full stop."""
        rate, before = self.learning_rate, self.learning_rate_before
        if math.isnan(rate):
            rates = "the learning rate is not known"
        elif self.rate_rose:
            rates = f"the learning rate rose from {number(before)} to {number(rate)}"
        else:
            rates = f"the learning rate was {number(rate)}"
        if math.isnan(self.loss):
            return f"{rates}, nor is the loss" if math.isnan(rate) else f"{rates}, the loss is not known"
        if math.isnan(self.loss_before):
            return f"{rates} and the loss {number(self.loss)}"
        verb = "rose" if self.loss_rose else "went"
        return f"{rates} and the loss {verb} from {number(self.loss_before)} to {number(self.loss)}"


@dataclasses.dataclass(frozen=True)
class Input:
    """The model's input over the whole run: medians over records; NaN where not known.

    Attributes:
      low, high: Smallest and largest entry.
      mean, deviation: Over all entries.
      constant: Share of features with one value only; the least of all
        records.
    """

    low: float
    high: float
    mean: float
    deviation: float
    constant: float

    @property
    def rms(self) -> float:
        """Root mean square of the entries."""
        return math.hypot(self.mean, self.deviation)

    @property
    def is_large(self) -> bool:
        """Whether its scale is far from 1."""
        return max(abs(self.low), abs(self.high)) >= LARGE_INPUT and self.rms >= LARGE_INPUT_RMS

    @property
    def is_off_centre(self) -> bool:
        """Whether its entries all but share their sign: large ones of one sign, or a mean far from 0."""
        one_sign = self.is_large and self.low * self.high >= 0
        return one_sign or abs(self.mean) >= FAR_FROM_ZERO * self.deviation > 0

    def sentence(self) -> str:
        """The numbers, without a full stop."""
        return (
            f"the model's input ranges from {number(self.low)} to {number(self.high)}, "
            f"mean {number(self.mean)}, standard deviation {number(self.deviation)}"
        )


class TrainingEvidence:
    """The numbers of a run's overviews.

    Args:
      training: {name: float64 [records]}, as `OverviewSeries.training`, or
        None where nothing is known.
      steps: int64 [records], their steps.
    """

    def __init__(
        self,
        training: Mapping[str, npt.NDArray[np.float64]] | None = None,
        steps: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self._training = training if training is not None and steps is not None else {}
        self._steps = steps if steps is not None else np.zeros(0, np.int64)
        length = len(self._steps)
        for name, values in self._training.items():
            if len(values) != length:
                raise ValueError(f"training must have one value per step, {length}; got {len(values)} of {name}.")

    def around(self, first: int, last: int) -> Around:
        """The training around the steps from `first` to `last`."""
        start, end = np.searchsorted(self._steps, [first, last]).tolist()

        def largest(name: str) -> float:
            values = self._values(name)[start : end + 2]
            return float(np.max(values[~np.isnan(values)], initial=-math.inf)) if np.any(values == values) else math.nan

        def before(name: str) -> float:
            values = self._values(name)
            return float(values[start - 1]) if 0 < start <= len(values) else math.nan

        return Around(
            learning_rate=largest("learning_rate"),
            learning_rate_before=before("learning_rate"),
            loss_before=before("loss"),
            loss=largest("loss"),
        )

    def loss_now(self) -> tuple[float, float]:
        """The first loss that is known and the last; NaN where none is."""
        losses = self._values("loss")
        losses = losses[~np.isnan(losses)]
        return (float(losses[0]), float(losses[-1])) if len(losses) else (math.nan, math.nan)

    @functools.cached_property
    def input(self) -> Input:
        """The model's input."""

        def median(name: str) -> float:
            known = self._values(name)
            known = known[~np.isnan(known)]
            return float(np.median(known)) if len(known) else math.nan

        constant = self._values("input_constant")
        constant = constant[~np.isnan(constant)]
        return Input(
            low=median("input_min"),
            high=median("input_max"),
            mean=median("input_mean"),
            deviation=median("input_deviation"),
            constant=float(constant.min()) if len(constant) else math.nan,
        )

    def _values(self, name: str) -> npt.NDArray[np.float64]:
        return np.asarray(self._training.get(name, np.zeros(0)), np.float64)


def number(value: float) -> str:
    """A number in three digits."""
    return "0" if value == 0 else f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.3g}"
