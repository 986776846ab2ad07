"""What a diagnosis says: why units are dead or no use, and the evidence for it."""

from __future__ import annotations

import dataclasses
import enum

import numpy as np
import numpy.typing as npt


class Cause(enum.Enum):
    """Why units are dead, or of no use though alive."""

    BORN_DEAD = "born_dead"
    """Never active since training began: the initialisation, unless weights of an earlier training were loaded."""
    BURST = "burst"
    """Died at about the same time: updates were too large."""
    BIAS_DRIFT = "bias_drift"
    """The bias fell step by step until no sample was above it."""
    DEAD_INPUT = "dead_input"
    """What the layer is given does not vary: all units before it are dead, or the model's input is constant."""
    INPUT_CHANGE = "input_change"
    """The model's input became another one in the midst of training."""
    INPUT_SCALE = "input_scale"
    """The model's input is far larger, or further from 0, than what layers are initialised for."""
    NO_GRADIENT_FROM_DOWNSTREAM = "no_gradient_from_downstream"
    """Units are active, but no gradient comes back to them."""
    ALWAYS_ON = "always_on"
    """Units are active in every sample: the layer is linear."""
    UNKNOWN = "unknown"
    """The records do not single out a cause."""


@dataclasses.dataclass(frozen=True, eq=False)
class Finding:
    """One cause in one layer.

    Attributes:
      layer: The layer's tag.
      cause: The cause.
      units: int64 [n], which units, in ascending order.
      step: Where the picture shows it: the step of the first death, of the
        burst, of the first record of it; None where no step is to be named.
      statistic: Whose picture shows it: "states", "bias" or "gradient_norm".
      evidence: One sentence with the numbers.
      advice: One sentence.
      reference: Where it is described.
    """

    layer: str
    cause: Cause
    units: npt.NDArray[np.int64]
    step: int | None
    statistic: str
    evidence: str
    advice: str
    reference: str
