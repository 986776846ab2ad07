"""One function per cause: which of the units in question have it, and the sentence that says so."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.findings import Cause, Finding
from tb_deadrelu_plugin.layer_evidence import LayerEvidence

Mask = npt.NDArray[np.bool_]
"""bool [n], which of a layer's dead units."""


def born_dead(layer: LayerEvidence, which: Mask) -> Finding | None:
    """Units that were not active in any sample since training began."""
    if not which.any():
        return None
    samples = int(layer.samples[which].min())
    return Finding(
        layer=layer.name,
        cause=Cause.BORN_DEAD,
        units=layer.dead[which],
        step=layer.begun,
        statistic="states",
        evidence=f"{units(which)} of {layer.units:,} active in none of at least {samples:,} samples since training began.",
        advice="Initialise for ReLU (He) with biases of 0 or slightly above, make the network wider or less deep, "
        "or use an activation that has a gradient everywhere.",
        reference="Lu et al. 2019, arXiv:1903.06733",
    )


def unknown(layer: LayerEvidence, which: Mask) -> Finding | None:
    """Units that no cause explains."""
    if not which.any():
        return None
    died = layer.died[which]
    return Finding(
        layer=layer.name,
        cause=Cause.UNKNOWN,
        units=layer.dead[which],
        step=int(died.min()),
        statistic="states",
        evidence=f"{units(which)} of {layer.units:,} last active within steps {died.min():,} to {died.max():,}.",
        advice="Look at the pictures of its bias, its gradient and its zero fraction before that step.",
        reference="Sokar et al. 2023, arXiv:2302.12902",
    )


def units(which: Mask) -> str:
    """How many they are, with the verb."""
    count = int(np.count_nonzero(which))
    return f"{count:,} unit was" if count == 1 else f"{count:,} units were"
