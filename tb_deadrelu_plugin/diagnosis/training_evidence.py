"""What is known of the training as a whole around a step: learning rate and loss."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.diagnosis.input_evidence import InputEvidence
from tb_deadrelu_plugin.diagnosis.numbers_in_words import number

LOSS_ROSE = 1.2
"""By this factor a loss is higher than before: windows' means of one loss differ by less."""

RATE_ROSE = 2.0

AT_ITS_LOWEST = 1.1
"""Factor over its least value up to which a loss is flat: as `LOSS_ROSE`, but for the means of whole windows."""


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
        """Whether the learning rate is: never where it is 0 before and after."""
        rate, before = self.learning_rate, self.learning_rate_before
        return rate > before and rate >= RATE_ROSE * before

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
class Loss:
    """The loss of a run: its first value, the newest and the least; NaN where none is known."""

    first: float = math.nan
    newest: float = math.nan
    least: float = math.nan

    def has_fallen_to(self, share: float) -> bool:
        """Whether it is at most this share of the first one, and as low as it ever was but for `AT_ITS_LOWEST`."""
        return self.newest <= share * self.first and self.newest <= AT_ITS_LOWEST * self.least


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

    @functools.cached_property
    def loss(self) -> Loss:
        """The loss over the whole run."""
        losses = self._values("loss")
        losses = losses[~np.isnan(losses)]
        return Loss(*map(float, (losses[0], losses[-1], losses.min()))) if len(losses) else Loss()

    @functools.cached_property
    def input(self) -> InputEvidence:
        """The model's input."""
        return InputEvidence(self._training, self._steps)

    def _values(self, name: str) -> npt.NDArray[np.float64]:
        return np.asarray(self._training.get(name, np.zeros(0)), np.float64)
