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

from tb_deadrelu_plugin.diagnosis import bursts, causes, input_causes, live_causes, unexplained
from tb_deadrelu_plugin.diagnosis.bursts import Burst
from tb_deadrelu_plugin.diagnosis.findings import Cause as Cause
from tb_deadrelu_plugin.diagnosis.findings import Finding as Finding
from tb_deadrelu_plugin.diagnosis.layer_evidence import LayerEvidence, layers_of
from tb_deadrelu_plugin.diagnosis.training_evidence import TrainingEvidence
from tb_deadrelu_plugin.timeline import Timeline
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
    found = {name: _Explained(layer) for name, layer in layers.items()}
    for explained in found.values():
        layer = explained.layer
        explained.by(input_causes.dead_input(layer, explained.left, layers, numbers))
        explained.by(input_causes.input_change(layer, explained.left, numbers))
        explained.by(input_causes.input_scale(layer, explained.left, numbers))
        explained.by(causes.born_dead(layer, explained.left))
    _at_once(found, numbers)
    for explained in found.values():
        layer = explained.layer
        explained.by(causes.bias_drift(layer, explained.left))
        for rest in unexplained.findings(layer, explained.left, numbers):
            explained.by(rest)
        explained.by(live_causes.no_gradient(layer, layers, numbers))
        if not any(finding.cause == Cause.DEAD_INPUT for finding in explained.findings):
            explained.by(live_causes.always_on(layer))
    return {name: tuple(explained.findings) for name, explained in found.items()}


class _Explained:
    """The findings of a layer so far, and its dead units that are left."""

    def __init__(self, layer: LayerEvidence) -> None:
        self.layer = layer
        self.findings: list[Finding] = []
        self.left = np.ones(len(layer.dead), bool)

    @property
    def dated(self) -> npt.NDArray[np.bool_]:
        """bool [n], units that are left and were active since they were initialised."""
        return self.left & (self.layer.died >= 0) & ~self.layer.repaired_in_vain

    def by(self, finding: Finding | None) -> None:
        """Takes what a finding explains off what is left."""
        if finding is not None:
            self.findings.append(finding)
            self.left &= ~np.isin(self.layer.dead, finding.units)


def _at_once(found: Mapping[str, _Explained], training: TrainingEvidence) -> None:
    """Explains by bursts, those of other layers included, in which fewer units of a layer may have died."""
    died: dict[str, npt.NDArray[np.int64]] = {}
    of_all: list[Burst] = []
    gap = 0
    for name, explained in found.items():
        layer = explained.layer
        last_step = int(layer.timeline.steps[-1])
        died[name] = layer.died[explained.dated]
        of_all += bursts.find(died[name], layer.units, layer.resolution, last_step)
        gap = max(gap, bursts.gap(layer.resolution, last_step))
    for burst in bursts.join(of_all, gap):
        within = {name: int(np.count_nonzero((s >= burst.first) & (s <= burst.last))) for name, s in died.items()}
        for name, explained in found.items():
            layer, which = explained.layer, explained.dated
            if not causes.spiked(layer, burst, training):
                # Units whose biases fell for long may well cross the line together; that nothing rose speaks for it.
                which &= ~layer.drift.steady
                if _is_nothing(layer, which, burst, gap, of_many=within[name] >= bursts.FEWEST):
                    continue
            explained.by(causes.burst(layer, which, burst, training, others=sum(within.values()) - within[name]))


def _is_nothing(layer: LayerEvidence, which: npt.NDArray[np.bool_], burst: Burst, gap: int, *, of_many: bool) -> bool:
    """Whether a burst in which nothing rose is none: it lasts as long as many updates, or is what is left of one.

    The former only where there are records from before it: else that nothing
    rose is not known.
    """
    lasts = burst.last - burst.first > gap and int(layer.timeline.steps[0]) < burst.first
    left = int(np.count_nonzero(which & (layer.died >= burst.first) & (layer.died <= burst.last)))
    return lasts or (of_many and left < bursts.FEWEST)
