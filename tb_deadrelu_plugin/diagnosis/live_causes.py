"""Units that are alive and yet no use: why nothing comes back to them, and why they make no difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.diagnosis.layer_evidence import NEARLY_ALL, LayerEvidence
from tb_deadrelu_plugin.diagnosis.numbers_in_words import number
from tb_deadrelu_plugin.diagnosis.training_evidence import TrainingEvidence
from tb_deadrelu_plugin.verdict import UnitState

Flags = npt.NDArray[np.bool_]

LEARNED = 1e-4
"""Loss, and loss over the first one, below which nothing is left to learn, so that a gradient of 0 is no fault."""

LOW, LOWER = 0.5, 0.9
"""Share of the first loss at which one that is at its lowest has been learned, though a penalty keeps it above 0, and
at which it may have been."""


def no_gradient(
    layer: LayerEvidence, layers: Mapping[str, LayerEvidence], training: TrainingEvidence
) -> Finding | None:
    """Layers whose units are active while no gradient comes back: what is downstream lets none through."""
    timeline, norm = layer.timeline, layer.timeline.gradient_norm
    if norm is None or not (layer.states == UnitState.NO_GRADIENT).any():
        return None

    def blocked(rows: slice) -> tuple[Flags, Flags]:
        live = timeline.active[rows] > 0 if layer.can_die else timeline.present[rows]
        return live & (norm[rows] < layer.thresholds.no_gradient), live

    since = _since(blocked, len(timeline.steps))
    loss, first_loss = training.loss.newest, training.loss.first
    if since is None or loss <= LEARNED * min(1.0, first_loss):
        return None
    units = np.flatnonzero(layer.states == UnitState.NO_GRADIENT).astype(np.int64)
    dead_after = [name for name, other in layers.items() if other.all_dead and layer.name in other.inputs]
    shown = [other for other in layers.values() if other.timeline.gradient_norm is not None]
    if dead_after:
        where = f"all units of {' and '.join(dead_after)}, after this layer, are dead"
    elif all((other.states == UnitState.NO_GRADIENT).any() for other in shown):
        if training.loss.has_fallen_to(LOW):
            return None
        where = "no layer gets a gradient, so it is lost at the output or in the loss"
        if np.isnan(loss):
            where += ", or there is none for all is learned: the loss is not known"
        elif training.loss.has_fallen_to(LOWER):
            where += f", or there is none for all is learned: the loss fell to that from {number(first_loss)}"
    else:
        where = "other layers get one"
    known = "" if np.isnan(loss) else f", while the loss was {number(loss)}"
    return Finding(
        layer=layer.name,
        cause=Cause.NO_GRADIENT_FROM_DOWNSTREAM,
        units=units,
        step=int(timeline.steps[since]),
        statistic="gradient_norm",
        evidence=f"{len(units):,} of {layer.units:,} units {'is' if len(units) == 1 else 'are'} active with a gradient norm below "
        f"{number(layer.thresholds.no_gradient)} since step {timeline.steps[since]:,}{known}; {where}.",
        advice="Look at what comes after: an output that saturates (sigmoid, tanh, a softmax in the wrong place), "
        "a loss that is clipped, or a dead layer.",
        reference="Glorot and Bengio 2010, PMLR 9:249-256",
    )


def always_on(layer: LayerEvidence) -> Finding | None:
    """Layers whose units are active in every sample: they are linear on this data."""
    timeline = layer.timeline
    if not layer.can_die:
        return None

    def on(rows: slice) -> tuple[Flags, Flags]:
        finite = timeline.samples[rows, None] - timeline.non_finite_activations[rows]
        return (timeline.active[rows] == finite) & (timeline.active[rows] > 0), timeline.seen_active[rows]

    since = _since(on, len(timeline.steps))
    if since is None:
        return None
    samples = int(timeline.samples[since:].sum())
    if samples < layer.required_samples:
        return None
    units = np.flatnonzero(on(slice(-1, None))[0][0]).astype(np.int64)
    return Finding(
        layer=layer.name,
        cause=Cause.ALWAYS_ON,
        units=units,
        step=int(timeline.steps[since]),
        statistic="states",
        evidence=f"{len(units):,} of {layer.units:,} units are active in every sample, and so it was in nearly all units "
        f"since step {timeline.steps[since]:,}, on {samples:,} samples: the layer is linear on this data.",
        advice="If it is not meant to be, centre what it is given (a normalization before it) or lower its biases.",
        reference="Glorot et al. 2011, PMLR 15:315-323",
    )


def _since(has: Callable[[slice], tuple[Flags, Flags]], records: int) -> int | None:
    """The first record from which on nearly all live units have it; None where not so at the newest.

    Args:
      has: Records -> bool [records, units] twice, which units have it and which
        are live.
      records: Number of records.
    """

    def fits(rows: slice) -> npt.NDArray[np.bool_]:
        of, live = has(rows)
        live_counts = np.count_nonzero(live, axis=1)
        return (live_counts > 0) & (np.count_nonzero(of & live, axis=1) >= NEARLY_ALL * live_counts)

    if not fits(slice(records - 1, records))[0]:
        return None
    without = np.flatnonzero(~fits(slice(0, records)))
    return int(without[-1]) + 1 if len(without) else 0
