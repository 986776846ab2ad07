"""The definitions, in NumPy: per-unit statistics of activations and gradients.

A *unit* is one output feature of a layer; its *samples* are all other
positions of the activation array (batch rows, spatial positions, time steps).
This module is the reference that every other way of computing the same
statistics is tested against, and what `summary.dead_relu_pb` records.

Sources: the zero fraction is APoZ of Hu et al. 2016 (arXiv:1607.03250); the
dormancy score is that of Sokar et al. 2023 (arXiv:2302.12902).
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

IntVector = npt.NDArray[np.int64]
FloatVector = npt.NDArray[np.float64]

_BELOW_ONE = np.nextafter(np.float32(1), np.float32(0))
_TINY = np.finfo(np.float32).smallest_subnormal


@dataclasses.dataclass
class UnitCounts:
    """Sums over observed batches, per unit; they add up over batches.

    Attributes:
      samples: Observed samples per unit, non-finite ones included.
      batches: Observed batches.
      active: int64 [units], samples with |a| > threshold, or z > 0 where the
        layer records the negative fraction.
      non_finite_activations: int64 [units], samples that are NaN or infinite;
        they are neither active nor zero.
      absolute_sum: float64 [units], sum of |a| over finite samples.
      gradient_square_sum: float64 [units], sum over batches of the squared L2
        norm over samples of the gradient, finite entries only; None if no
        gradients were given.
      non_finite_gradients: int64 [units], or None.
    """

    samples: int
    batches: int
    active: IntVector
    non_finite_activations: IntVector
    absolute_sum: FloatVector
    gradient_square_sum: FloatVector | None = None
    non_finite_gradients: IntVector | None = None

    @property
    def finite(self) -> IntVector:
        """int64 [units], samples that are finite."""
        return self.samples - self.non_finite_activations

    def __add__(self, other: UnitCounts) -> UnitCounts:
        def add(a: Any, b: Any) -> Any:
            return None if a is None or b is None else a + b

        names = [field.name for field in dataclasses.fields(self)]
        return UnitCounts(**{name: add(getattr(self, name), getattr(other, name)) for name in names})


def count_units(
    activations: npt.ArrayLike,
    gradients: npt.ArrayLike | None = None,
    *,
    threshold: float = 0.0,
    unit_axis: int = -1,
) -> UnitCounts:
    """Counts one batch.

    Args:
      activations: Real array [batch, ..., units] (units at `unit_axis`), of
        any float, integer or bool dtype, bfloat16 and float16 included.
      gradients: Gradient of the batch's loss, of the shape of `activations`;
        or a vector [units], taken as already reduced: the L2 norm over the
        batch's samples of each unit's gradient. None if not known.
      threshold: Largest |a| that counts as zero; finite and >= 0.
      unit_axis: Axis of the units.

    Returns:
      The sums of this batch.

    Raises:
      TypeError: The dtype is not real (complex, string, object).
      ValueError: The shapes, `threshold` or `unit_axis` do not fit.
    """
    a = as_real_array("activations", activations)
    axis = check_arguments(a.shape, threshold, unit_axis)
    a = np.moveaxis(a, axis, -1)
    a = a.reshape(-1, a.shape[-1]).astype(np.float64)
    finite = np.isfinite(a)
    magnitude = np.where(finite, np.abs(a), 0.0)
    counts = UnitCounts(
        samples=a.shape[0],
        batches=1,
        active=np.count_nonzero(magnitude > threshold, axis=0).astype(np.int64),
        non_finite_activations=np.count_nonzero(~finite, axis=0).astype(np.int64),
        absolute_sum=magnitude.sum(axis=0),
    )
    if gradients is not None:
        g = as_real_array("gradients", gradients)
        check_gradient_shape(g.shape, np.shape(activations), axis)
        g = np.moveaxis(g, axis, -1) if g.ndim > 1 else g
        g = g.reshape(-1, a.shape[-1]).astype(np.float64)
        finite = np.isfinite(g)
        counts.gradient_square_sum = np.square(np.where(finite, g, 0.0)).sum(axis=0)
        counts.non_finite_gradients = np.count_nonzero(~finite, axis=0).astype(np.int64)
    return counts


def as_real_array(name: str, values: npt.ArrayLike) -> np.ndarray:
    """Returns `values` as a NumPy array of a real dtype that NumPy knows.

    Raises:
      TypeError: It is of another dtype.
    """
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return array
    if array.dtype.name.startswith(("bfloat16", "float8")):
        return array.astype(np.float32)
    raise TypeError(f"{name} must be of a real dtype (float, integer or bool), got {array.dtype.name}.")


def check_arguments(shape: tuple[int | None, ...], threshold: float, unit_axis: int) -> int:
    """Checks what every writer takes; sizes not known yet are None.

    Returns:
      `unit_axis`, counted from the front.

    Raises:
      ValueError: With what was expected and what was got.
    """
    if len(shape) < 2:
        raise ValueError(f"activations must have at least 2 dimensions [batch, ..., units], got shape {tuple(shape)}.")
    if isinstance(unit_axis, bool) or not isinstance(unit_axis, (int, np.integer)):
        raise ValueError(f"unit_axis must be an integer, got {unit_axis!r}.")
    if not -len(shape) <= unit_axis < len(shape):
        raise ValueError(
            f"unit_axis must be in [{-len(shape)}, {len(shape) - 1}] for activations of shape {tuple(shape)}, "
            f"got {unit_axis}."
        )
    check_threshold(threshold)
    axis = int(unit_axis) % len(shape)
    if shape[axis] == 0:
        raise ValueError(f"activations must have at least one unit on axis {unit_axis}, got shape {tuple(shape)}.")
    if any(size == 0 for size in shape):
        raise ValueError(
            f"activations must have at least one sample per unit, got shape {tuple(shape)}; skip empty batches."
        )
    return axis


def check_threshold(threshold: float) -> None:
    """Checks a threshold on |a|.

    Raises:
      ValueError: It is no number, not finite, or negative.
    """
    if not isinstance(threshold, (int, float, np.number)) or not 0 <= threshold < np.inf:
        raise ValueError(f"threshold must be finite and at least 0, got {threshold!r}.")


def check_gradient_shape(
    gradients: tuple[int | None, ...], activations: tuple[int | None, ...], unit_axis: int
) -> None:
    """Checks that gradients have the activations' shape, or are a vector of units; unknown sizes are None.

    Raises:
      ValueError: They do not.
    """

    def fits(got: tuple[int | None, ...], expected: tuple[int | None, ...]) -> bool:
        return len(got) == len(expected) and all(a is None or b is None or a == b for a, b in zip(got, expected))

    if not fits(gradients, activations) and not fits(gradients, (activations[unit_axis],)):
        raise ValueError(
            f"gradients must have the shape of activations, {tuple(activations)}, or be one norm per unit, "
            f"({activations[unit_axis]},), got shape {tuple(gradients)}."
        )


def zero_fraction(
    active: npt.ArrayLike, finite: npt.ArrayLike, seen_active: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.float32]:
    """Share of finite samples that are not active.

    Args:
      active: int64 counts of active samples, any shape.
      finite: int64 counts of finite samples, broadcast against `active`.
      seen_active: bool of the shape of `active`, whether there was activity,
        be it in samples that are not among the counted ones; `active > 0` if
        None.

    Returns:
      float32 shares: 1 only where no sample was active, 0 only where all
      were, NaN where there is no finite sample.
    """
    active = np.asarray(active, np.int64)
    finite = np.asarray(finite, np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = ((finite - active) / finite).astype(np.float32)
    # A share next to an end rounds onto it in float32; only the counts decide.
    share = np.where(active > 0 if seen_active is None else seen_active, np.minimum(share, _BELOW_ONE), share)
    return np.where(active < finite, np.maximum(share, _TINY), share).astype(np.float32)


def gradient_norm(square_sum: npt.ArrayLike, batches: npt.ArrayLike) -> FloatVector:
    """Root mean square over batches of the per-batch L2 norm over samples, float64; NaN for no batch."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.asarray(square_sum, np.float64) / np.asarray(batches))


def mean_activation(absolute_sum: npt.ArrayLike, finite: npt.ArrayLike) -> FloatVector:
    """Mean of |a| over finite samples, float64; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(absolute_sum, np.float64) / np.asarray(finite)


def dormancy_score(mean: npt.ArrayLike) -> FloatVector:
    """Dormancy score of Sokar et al. 2023: the unit's mean |a| over the layer's mean of it.

    Args:
      mean: [..., units] mean absolute activations; NaN entries are left out of the layer's mean.

    Returns:
      float64 [..., units]; 0 for every unit of a layer whose mean is 0.
    """
    m = np.asarray(mean, np.float64)
    known = np.isfinite(m)
    if known.all() and m.shape[-1]:
        layer = m.sum(axis=-1, keepdims=True) / m.shape[-1]
        if (layer > 0).all():
            return np.asarray(m / layer)  # The same as below, in half of the time.
    total = np.where(known, m, 0.0).sum(axis=-1, keepdims=True)
    count = np.maximum(known.sum(axis=-1, keepdims=True), 1)
    layer = total / count
    return np.divide(m, layer, out=np.where(known, 0.0, np.nan), where=layer > 0)
