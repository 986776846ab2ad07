"""Why units are dead: one function per cause, which looks at the units that are left to explain.

Each returns a finding of those that have the cause, or None. What is counted
as evidence is said where it is asked for; every number that decides is in the
finding's sentence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.diagnosis import bursts
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.diagnosis.layer_evidence import LayerEvidence, steps_of
from tb_deadrelu_plugin.diagnosis.numbers_in_words import number
from tb_deadrelu_plugin.diagnosis.training_evidence import TrainingEvidence

Mask = npt.NDArray[np.bool_]
"""bool [n], which of a layer's dead units."""

LU = "Lu et al. 2019, arXiv:1903.06733"
PASCANU = "Pascanu et al. 2013, arXiv:1211.5063"
IOFFE = "Ioffe and Szegedy 2015, arXiv:1502.03167"


def born_dead(layer: LayerEvidence, left: Mask) -> Finding | None:
    """Units that were not active in any screened sample since training began, and recording with it.

    Not where training began with weights that are known not to be those of
    the initializers: of what was before nothing is recorded.
    """
    which = left & layer.born_dead
    weights = layer.timeline.info.first_weights
    if layer.begun or weights == metadata.CHANGED or not which.any():
        return None
    samples = int(layer.samples[which].min())
    is_initial = weights == metadata.INITIAL
    text = f"{layer.count(which)} never active since training began, in 0 of at least {samples:,} samples"
    if is_initial:
        text += ", with the weights that the initializers gave"
    text += _first_bias(layer, which)
    if not is_initial:
        text += "; whether training began with the weights of an earlier one is not recorded"
    advice = (
        "Initialise for ReLU (He) with biases of 0 or slightly above, make the network wider or less deep, "
        "or use an activation that passes a gradient everywhere."
    )
    if not is_initial:
        advice = (
            f"If the weights are new: {advice[0].lower()}{advice[1:]} If they come from an earlier training, the units "
            "died there: look at it, or have them re-initialised (ReviveDeadUnits)."
        )
    return layer.finding(which, Cause.BORN_DEAD, layer.begun, f"{text}.", advice, LU)


def burst(
    layer: LayerEvidence, left: Mask, of: bursts.Burst, training: TrainingEvidence, *, others: int
) -> Finding | None:
    """Units that were last active within the steps of a burst: only few updates lie between all and no activity.

    Args:
      layer: The layer.
      left: Which units are left to explain.
      of: The burst, of this layer or of another.
      training: What is known of the training.
      others: Units of other layers that were last active within it.
    """
    which = _within(layer, left, of)
    if not which.any():
        return None
    died = layer.died[which]
    around = training.around(of.first, of.last)
    together = f", together with {others:,} of other layers" if others else ""
    spike = layer.gradient_spike(of.first, of.last)
    gradient = f", its gradient norm {number(spike)} times that of before" if spike >= bursts.SPIKE else ""
    before, after = layer.bias_around(layer.dead[which], of.first, of.last)
    if abs(after - before) >= layer.first_active_mean > 0:
        gradient += f", their biases went from {number(before)} to {number(after)} (median)"
    if spiked(layer, of, training):
        advice = "Lower the learning rate or warm it up, and clip the gradient's norm."
    elif int(layer.timeline.steps[0]) >= of.first:
        # There is nothing to compare with, and what there is to change at the first steps is the rate.
        gradient += "; nothing is recorded from before"
        advice = "Lower the learning rate first, or warm it up: it may be too high from the first step on."
    else:
        advice = (
            f"Look at what was done to the weights or the data at step {of.last:,}; if nothing was, "
            "lower the learning rate first, though it did not rise there."
        )
    return layer.finding(
        which,
        Cause.BURST,
        int(died.min()),
        f"{layer.count(which)} last active {steps_of(died)}{together}; {around.sentence()}{gradient}.",
        advice,
        PASCANU,
    )


def spiked(layer: LayerEvidence, of: bursts.Burst, training: TrainingEvidence) -> bool:
    """Whether the loss, the learning rate or the layer's gradient was higher at a burst than before."""
    around = training.around(of.first, of.last)
    return around.loss_rose or around.rate_rose or layer.gradient_spike(of.first, of.last) >= bursts.SPIKE


def bias_drift(layer: LayerEvidence, left: Mask) -> Finding | None:
    """Units whose bias fell record by record, most of it before they died, by twice what they gave when active."""
    which = left & layer.drift.steady
    if not which.any():
        return None
    drift = layer.drift
    first, last, ratio = (float(np.median(a[which])) for a in (drift.first, drift.at_death, drift.ratio))
    died = layer.died[which]
    return layer.finding(
        which,
        Cause.BIAS_DRIFT,
        int(died.min()),
        f"{layer.count(which)} last active {steps_of(died)}; until then the bias fell from {number(first)} to "
        f"{number(last)} (median), {number(ratio)} times what such a unit gave when it was active.",
        "Normalise what the layer adds its bias to (BatchNormalization), lower the learning rate, "
        "or look at what pushes the outputs down: labels, loss, or its weighting.",
        IOFFE,
        statistic="bias",
    )


def _within(layer: LayerEvidence, left: Mask, of: bursts.Burst) -> Mask:
    return left & (layer.died >= of.first) & (layer.died <= of.last)


def _first_bias(layer: LayerEvidence, which: Mask) -> str:
    bias = layer.first_bias[which]
    if np.isnan(bias).all():
        return ""
    return f"; their biases were {number(float(np.nanmedian(bias)))} (median) at the first record"
