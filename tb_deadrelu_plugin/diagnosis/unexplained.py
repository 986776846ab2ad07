"""Dead units that no cause explains: what was looked at, and why it does not tell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.diagnosis.layer_evidence import LayerEvidence, steps_of
from tb_deadrelu_plugin.diagnosis.numbers_in_words import number
from tb_deadrelu_plugin.diagnosis.training_evidence import TrainingEvidence

Mask = npt.NDArray[np.bool_]


def findings(layer: LayerEvidence, left: Mask, training: TrainingEvidence) -> list[Finding]:
    """What no cause explains: what was looked at, and why it does not tell."""
    advice = "Look at the pictures of their bias, gradient norm and zero fraction before they died."
    sokar = "Sokar et al. 2023, arXiv:2302.12902"
    again = left & layer.repaired_in_vain
    before = left & layer.born_dead
    died = left & ~again & ~before
    found = []
    if died.any():
        found.append(
            (
                died,
                int(layer.died[died].min()),
                f"last active {steps_of(layer.died[died])}, {_looked_at(layer, died, training)}",
            )
        )
    if again.any():
        repaired = layer.repaired[again]
        text = (
            f"re-initialised {steps_of(repaired)} and not active since: what they were given left them no sample again"
        )
        found.append((again, int(repaired.min()), text))
    unknown = [
        layer.finding(which, Cause.UNKNOWN, step, f"{layer.count(which)} {text}.", advice, sokar)
        for which, step, text in found
    ]
    if before.any():
        samples = int(layer.samples[before].min())
        changed = not layer.begun and layer.timeline.info.first_weights == metadata.CHANGED
        began = "; its weights were not those of the initializers then, and" if changed else ";"
        text = (
            f"not active in any of at least {samples:,} samples since recording began at step {layer.begun:,}"
            f"{began} what was before is not recorded"
        )
        advice = (
            "Look at the training that these weights come from, or at what has set them; "
            "to go on with them, have the units re-initialised (ReviveDeadUnits)."
        )
        unknown.append(
            layer.finding(before, Cause.UNKNOWN, layer.begun, f"{layer.count(before)} {text}.", advice, sokar)
        )
    return unknown


def _looked_at(layer: LayerEvidence, which: Mask, training: TrainingEvidence) -> str:
    """Why units that died are not explained."""
    rate = training.around(int(layer.died[which].min()), int(layer.died[which].max())).learning_rate
    at = "" if np.isnan(rate) else f", at a learning rate of {number(rate)}"
    drift = layer.drift
    if np.isnan(drift.ratio[which]).all():
        biases = "how their biases moved before is not known"
    else:
        first, last = (float(np.nanmedian(a[which])) for a in (drift.first, drift.at_death))
        biases = f"their biases went from {number(first)} to {number(last)} (median), no steady and strong fall"
    before = ""
    if layer.timeline.info.input_layers is None:
        before = "; which layers are before is not known"
    elif layer.inputs:
        before = "; not all units before are dead"
    return f"no burst, for they are too few at once or nothing rose with it{at}; {biases}{before}"
