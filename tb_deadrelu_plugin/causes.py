"""Why units are dead: one function per cause, which looks at the units that are left to explain.

Each returns a finding of those that have the cause, or None. What is counted
as evidence is said where it is asked for; every number that decides is in the
finding's sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import bursts, metadata
from tb_deadrelu_plugin.findings import Cause, Finding
from tb_deadrelu_plugin.layer_evidence import LayerEvidence, steps_of
from tb_deadrelu_plugin.training_evidence import TrainingEvidence, number

Mask = npt.NDArray[np.bool_]
"""bool [n], which of a layer's dead units."""

LU = "Lu et al. 2019, arXiv:1903.06733"
LECUN = "LeCun et al. 1998, Efficient BackProp, section 4.3"
PASCANU = "Pascanu et al. 2013, arXiv:1211.5063"
IOFFE = "Ioffe and Szegedy 2015, arXiv:1502.03167"

REACHES = 0.05
"""Share of the input's root mean square that active units give at least where its scale reaches them: He's and
Glorot's initialisers keep it above, a rescaling or a normalisation on the way brings it below."""

EARLY_STEPS, EARLY_SHARE = 100, 0.1
"""Steps, and share of the run, within which an input's scale shows: later the weights have met it."""


def dead_input(
    layer: LayerEvidence, left: Mask, layers: Mapping[str, LayerEvidence], training: TrainingEvidence
) -> Finding | None:
    """Units that died when what the layer is given had ceased to vary.

    All features of the model's input are constant; or all units of all layers
    before it are dead, and the layer shows it: its units are active in all
    samples or in none. So no path around the dead layers is overlooked.
    """
    before = layer.inputs
    if not left.any():
        return None
    if training.input.constant >= 1:
        which, since = left, layer.begun
        what = "every feature of the model's input had one and the same value in all observed samples"
        advice = "Look at how the input is made: there is nothing to tell samples apart by."
    else:
        if not before or not layer.constant or any(name not in layers or not layers[name].all_dead for name in before):
            return None
        since = max(int(layers[name].died.max()) for name in before)
        slack = 2 * max(layer.resolution, *(layers[name].resolution for name in before))
        # What died long before the layers above did has a cause of its own.
        which = left & (np.maximum(layer.died, layer.repaired) >= since - slack)
        if not which.any():
            return None
        names = " and ".join(before)
        when = "were never active" if since < 0 else f"were last active at step {since:,}"
        what = f"all units of {names}, before this layer, are dead and {when}"
        advice = f"Repair {names} first: nothing here can come to life while all before it is dead."
    return layer.finding(
        which, Cause.DEAD_INPUT, max(since, layer.begun), f"{layer.count(which)} dead; {what}.", advice, LU
    )


def input_scale(layer: LayerEvidence, left: Mask, training: TrainingEvidence) -> Finding | None:
    """Units that an input of the wrong scale or centre killed.

    Those that were never active, in a layer that the model's input reaches
    directly, where the input's entries all but share their sign: then so do
    the sums of a unit. And those that died early where the input is large:
    then updates are too large by its square. Either only where the layer's
    activations show that the input reaches them as it is, not rescaled.
    """
    given, timeline = training.input, layer.timeline
    if not left.any() or layer.begun or np.isnan(given.low) or np.isnan(given.high):
        return None
    born, early = np.zeros_like(left), np.zeros_like(left)
    active = layer.first_active_mean
    if not active >= REACHES * given.rms > 0:
        return None
    is_changed = timeline.info.first_weights == metadata.CHANGED
    if given.is_off_centre and timeline.info.input_layers == () and not is_changed:
        born = left & layer.born_dead
    if given.is_large:
        end = max(EARLY_STEPS, EARLY_SHARE * int(timeline.steps[-1]))
        early = left & (layer.died >= 0) & (layer.died <= end) & (layer.repaired < 0)
    which = born | early
    if not which.any():
        return None
    parts = []
    if born.any():
        parts.append(f"{np.count_nonzero(born):,} never active")
    if early.any():
        parts.append(f"{np.count_nonzero(early):,} last active by step {layer.died[early].max():,}")
    dated = layer.died[early]
    return layer.finding(
        which,
        Cause.INPUT_SCALE,
        int(dated.min()) if len(dated) else layer.begun,
        f"{layer.count(which)} dead, {' and '.join(parts)}; {given.sentence()}, and active units gave "
        f"{number(active)} on average at first.",
        "Bring the input to mean 0 and standard deviation 1, for example with a Normalization layer, "
        "or scale pixels to [-1, 1].",
        LECUN,
    )


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
    else:
        advice = (
            f"Look at what happened at step {of.last:,}: the learning rate for so few updates to kill them, "
            "or a change of the data or of the weights from outside."
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
    bias = layer.timeline.bias
    if bias is None or np.isnan(bias[0, layer.dead[which]]).all():
        return ""
    return f"; their biases were {number(float(np.nanmedian(bias[0, layer.dead[which]])))} (median) at the first record"
