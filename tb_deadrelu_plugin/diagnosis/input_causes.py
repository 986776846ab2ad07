"""Why units are dead: causes that lie in what a layer is given. As `causes`, which has those of the layer itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.diagnosis.input_evidence import Change
from tb_deadrelu_plugin.diagnosis.layer_evidence import LayerEvidence, steps_of
from tb_deadrelu_plugin.diagnosis.numbers_in_words import number
from tb_deadrelu_plugin.diagnosis.training_evidence import TrainingEvidence

Mask = npt.NDArray[np.bool_]
"""bool [n], which of a layer's dead units."""

LU = "Lu et al. 2019, arXiv:1903.06733"
LECUN = "LeCun et al. 1998, Efficient BackProp, section 4.3"
BRECK = "Breck et al. 2019, Data Validation for Machine Learning, MLSys"

REACHES = 0.05
"""Share of the input's root mean square that active units give at least where its scale reaches them: He's and
Glorot's initialisers keep it above, a rescaling or a normalisation on the way brings it below."""

EARLY_STEPS, EARLY_SHARE = 100, 0.1
"""Steps, and share of the run, within which an input's scale shows: later the weights have met it."""


BIAS_ALONE = 4.0
"""Negative bias, in what active units give on average, that leaves no sample of a unit whose sums are distributed as
theirs: 3 standard deviations of normally distributed ones."""


def dead_input(
    layer: LayerEvidence, left: Mask, layers: Mapping[str, LayerEvidence], training: TrainingEvidence
) -> Finding | None:
    """Units that died when what the layer is given had ceased to vary.

    All features of the model's input are constant, from the start or from
    some step on; or all units of all layers before it are dead, and the layer
    shows it: its units are active in all samples or in none. So no path
    around the dead layers is overlooked.
    """
    if not left.any():
        return None
    found = _constant_input(layer, left, training) or _dead_layers_before(layer, left, layers)
    if found is None or not found[0].any():
        return None
    which, since, what, advice = found
    return layer.finding(
        which, Cause.DEAD_INPUT, max(since, layer.begun), f"{layer.count(which)} dead; {what}.", advice, LU
    )


_Found = tuple[Mask, int, str, str]
"""Which units, since which step, what is behind it, and the advice."""


def _constant_input(layer: LayerEvidence, left: Mask, training: TrainingEvidence) -> _Found | None:
    constant = training.input.constant
    if constant is None:
        given = training.input
        # Which of the inputs comes here is not recorded: units that are always on show it, if nothing else makes them so.
        shows = layer.timeline.info.input_layers == () and layer.constant and not layer.all_dead
        if not (given.one_is_constant and shows) or given.whole.is_off_centre:
            return None
        return (
            left,
            layer.begun,
            "one of the model's inputs had one and the same value in all observed samples, and this layer's units are "
            "active in all samples or in none",
            "Look at how that input is made, or leave it out: there is nothing to tell samples apart by.",
        )
    what = "every feature of the model's input had one and the same value in all observed samples"
    if constant.change is None:
        advice = "Look at how the input is made: there is nothing to tell samples apart by."
        return left, layer.begun, what, advice
    # What died before it ceased to vary has a cause of its own.
    which = left & (np.maximum(layer.died, layer.repaired) >= constant.mixed_since) & (layer.died >= 0)
    step = constant.change.step
    advice = f"Look at what the data gives after step {step:,}: there is nothing left to tell samples apart by."
    # The step of the first death: with records missing, that of the change is not known as well.
    first = int(layer.died[which].min(initial=np.iinfo(np.int64).max))
    return which, first, f"{what} after step {step:,}; before, it ranged {constant.change.before.numbers()}", advice


def _dead_layers_before(layer: LayerEvidence, left: Mask, layers: Mapping[str, LayerEvidence]) -> _Found | None:
    before = layer.inputs
    if not before or not layer.constant or any(name not in layers or not layers[name].all_dead for name in before):
        return None
    since = max(int(layers[name].died.max()) for name in before)
    slack = 2 * max(layer.resolution, *(layers[name].resolution for name in before))
    names = " and ".join(before)
    when = "were never active" if since < 0 else f"were last active at step {since:,}"
    return (
        # What died long before the layers above did has a cause of its own.
        left & (np.maximum(layer.died, layer.repaired) >= since - slack),
        since,
        f"all units of {names}, before this layer, are dead and {when}",
        f"Repair {names} first: nothing here can come to life while all before it is dead.",
    )


def input_change(layer: LayerEvidence, left: Mask, training: TrainingEvidence) -> Finding | None:
    """Units that died when the model's input became another one, while the learning rate did not rise."""
    changes: dict[int, Change | None] = {}
    for step in np.unique(layer.died[left & (layer.died >= 0) & ~layer.repaired_in_vain]).tolist():
        change = training.input.change(step)
        # Where both changed, the input alone is no explanation.
        changes[step] = None if change is None or training.around(step, step).rate_rose else change
    steps = [step for step, change in changes.items() if change is not None]
    which = left & np.isin(layer.died, steps) & ~layer.repaired_in_vain
    if not which.any():
        return None
    # Most units are told of one change; a second one is not left out.
    told = {change.step: change for step in steps if (change := changes[step]) is not None}
    first = told[min(told)]
    more = f", and again after {' and '.join(f'{step:,}' for step in sorted(told)[1:4])}" if len(told) > 1 else ""
    return layer.finding(
        which,
        Cause.INPUT_CHANGE,
        int(layer.died[which].min()),
        f"{layer.count(which)} last active {steps_of(layer.died[which])}; {first.sentence()}{more}.",
        f"Look at what the data gives after step {first.step:,}: its scaling, its order, or where it comes from.",
        BRECK,
    )


def input_scale(layer: LayerEvidence, left: Mask, training: TrainingEvidence) -> Finding | None:
    """Units that an input of the wrong scale or centre killed.

    Those that were never active, and not for their bias, in a layer that the model's input reaches
    directly, where the input's entries all but share their sign: then so do
    the sums of a unit. And those that died early where the input is large:
    then updates are too large by its square. Either only where the layer's
    activations show that the input reaches them as it is, not rescaled.
    """
    given, timeline = training.input.whole, layer.timeline
    if not left.any() or layer.begun or np.isnan(given.low) or np.isnan(given.high):
        return None
    born, early = np.zeros_like(left), np.zeros_like(left)
    active = layer.first_active_mean
    if not active >= REACHES * given.rms > 0:
        return None
    is_changed = timeline.info.first_weights == metadata.CHANGED
    if given.is_off_centre and timeline.info.input_layers == () and not is_changed:
        # Where the bias by itself is enough, the input need not be behind it.
        born = left & layer.born_dead & ~(layer.first_bias < -BIAS_ALONE * active)
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
        f"{layer.count(which)} dead, {' and '.join(parts)}; the model's input ranges {given.numbers()}, "
        f"and active units gave {number(active)} on average at first.",
        "Bring the input to mean 0 and standard deviation 1, for example with a Normalization layer, "
        "or scale pixels to [-1, 1].",
        LECUN,
    )
