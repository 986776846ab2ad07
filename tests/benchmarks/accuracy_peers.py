"""What others call dead, on the same runs: each criterion as it is published or passed on, at the end of each epoch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from tests.benchmarks.accuracy_truth import Counts


@dataclasses.dataclass(frozen=True)
class Peer:
    """A criterion.

    Attributes:
      name: With its numbers.
      flags: (the epoch's last batch, all rows at the end of the epoch) ->
        bool [units]. Both are counted as a script sees them that reads a
        layer's output: padding and all.
    """

    name: str
    flags: Callable[[Counts, Counts], np.ndarray]


def _one_batch(batch: Counts, rows: Counts) -> np.ndarray:
    return batch.all_active == 0


def _sagemaker(batch: Counts, rows: Counts) -> np.ndarray:
    return batch.all_active < 0.01 * batch.all_samples


def _near_zero(batch: Counts, rows: Counts) -> np.ndarray:
    return batch.all_magnitude < 1e-3 * batch.all_samples


def _element_fraction(batch: Counts, rows: Counts) -> np.ndarray:
    units = len(batch.all_active)
    zeros = 1 - batch.all_active.sum() / (units * batch.all_samples)
    return np.full(units, zeros > 0.9)


def _prediction_pass(batch: Counts, rows: Counts) -> np.ndarray:
    return rows.all_active == 0


PEERS = (
    Peer("zero in one batch", _one_batch),
    Peer("active on < 1 % of one batch (SageMaker Debugger)", _sagemaker),
    Peer("mean of one batch < 10⁻³", _near_zero),
    Peer("> 90 % of the layer's entries zero (tf.nn.zero_fraction)", _element_fraction),
    Peer("zero in a prediction pass over all rows (keras-contrib)", _prediction_pass),
)
