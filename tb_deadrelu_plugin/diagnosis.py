"""Why units are dead or no use: causes that the records give evidence for, and no others.

Every unit that is dead at a layer's newest record is in exactly one finding of
its layer. The causes are tried in a fixed order; what none of them explains
goes to `UNKNOWN`, with what was looked at. Only exact zeros in all samples
make a unit dead, so zeros from padding or dropout are never behind a finding.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import bursts, causes, live_causes
from tb_deadrelu_plugin.bursts import Burst
from tb_deadrelu_plugin.findings import Cause as Cause
from tb_deadrelu_plugin.findings import Finding as Finding
from tb_deadrelu_plugin.layer_evidence import LayerEvidence, layers_of
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.training_evidence import TrainingEvidence
from tb_deadrelu_plugin.verdict import Thresholds


def diagnose(
    timelines: Mapping[str, Timeline],
    training: Mapping[str, npt.NDArray[np.float64]] | None = None,
    training_steps: npt.NDArray[np.int64] | None = None,
    thresholds: Thresholds = Thresholds(),
) -> dict[str, tuple[Finding, ...]]:
    """Looks for the causes in one run.

    Args:
      timelines: {layer: its records}, all layers of the run: one that is not
        there can't be found to be the cause of another's dead units.
      training: {name: float64 [overview records]}, as
        `OverviewSeries.training`; None where nothing is known.
      training_steps: int64 [overview records], their steps.
      thresholds: Where the states begin.

    Returns:
      {layer: its findings}, the layers in the order of the network; those
      without records are left out, those without findings have ().
    """
    return diagnose_layers(layers_of(timelines, thresholds), training, training_steps)


def diagnose_layers(
    layers: Mapping[str, LayerEvidence],
    training: Mapping[str, npt.NDArray[np.float64]] | None = None,
    training_steps: npt.NDArray[np.int64] | None = None,
) -> dict[str, tuple[Finding, ...]]:
    """As `diagnose`, of layers whose states are known."""
    numbers = TrainingEvidence(training, training_steps)
    found_bursts = {name: _bursts(layer) for name, layer in layers.items()}
    found = {}
    for name, layer in layers.items():
        explained = _Explained(layer)
        explained.by(causes.dead_input(layer, explained.left, layers, numbers))
        explained.by(causes.input_scale(layer, explained.left, numbers))
        explained.by(causes.born_dead(layer, explained.left))
        _at_once(explained, layers, found_bursts, numbers)
        explained.by(causes.bias_drift(layer, explained.left))
        for rest in causes.unknown(layer, explained.left):
            explained.by(rest)
        explained.by(live_causes.no_gradient(layer, layers, numbers))
        if not any(finding.cause == Cause.DEAD_INPUT for finding in explained.findings):
            explained.by(live_causes.always_on(layer))
        found[name] = tuple(explained.findings)
    return found


class _Explained:
    """The findings of a layer so far, and its dead units that are left."""

    def __init__(self, layer: LayerEvidence) -> None:
        self.layer = layer
        self.findings: list[Finding] = []
        self.left = np.ones(len(layer.dead), bool)

    def by(self, finding: Finding | None) -> None:
        if finding is not None:
            self.findings.append(finding)
            self.left &= ~np.isin(self.layer.dead, finding.units)


def _bursts(layer: LayerEvidence) -> list[Burst]:
    died = layer.died[(layer.died >= 0) & ~layer.repaired_in_vain]
    return bursts.find(died, layer.units, layer.resolution, int(layer.timeline.steps[-1]))


def _at_once(
    explained: _Explained,
    layers: Mapping[str, LayerEvidence],
    found: Mapping[str, list[Burst]],
    training: TrainingEvidence,
) -> None:
    """Explains by the layer's own bursts, then by those of others, in which fewer of its units may have died."""
    layer = explained.layer
    own = found[layer.name]
    others = [burst for name, some in found.items() if name != layer.name for burst in some]
    for burst in [*own, *others]:
        left = explained.left
        if not causes.spiked(layer, burst, training):
            # Units whose biases fell for long may well cross the line together; that nothing rose speaks for it.
            left = left & ~layer.drift.steady
        elsewhere = sum(
            int(np.count_nonzero((other.died >= burst.first) & (other.died <= burst.last)))
            for other in layers.values()
            if other is not layer
        )
        explained.by(causes.burst(layer, left, burst, training, others=elsewhere))
