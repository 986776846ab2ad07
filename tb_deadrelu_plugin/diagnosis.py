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

from tb_deadrelu_plugin import causes
from tb_deadrelu_plugin.findings import Cause as Cause
from tb_deadrelu_plugin.findings import Finding as Finding
from tb_deadrelu_plugin.layer_evidence import LayerEvidence, layers_of
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
    found = {}
    for name, layer in layers.items():
        born = causes.born_dead(layer, layer.born_dead)
        rest = causes.unknown(layer, ~layer.born_dead)
        found[name] = tuple(finding for finding in (born, rest) if finding is not None)
    return found
