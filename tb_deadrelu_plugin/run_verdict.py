"""What to say of a run at its newest record: how severe it is, and one sentence."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import verdict
from tb_deadrelu_plugin.overview_series import OverviewSeries
from tb_deadrelu_plugin.verdict import Severity, UnitState

# States that need a look though no unit is dead, the most severe first.
_WORTH_A_LOOK = {
    UnitState.NON_FINITE: "not finite",
    UnitState.SILENT: "silent",
    UnitState.SATURATED: "saturated",
    UnitState.NO_GRADIENT: "without gradient",
    UnitState.RARE: "rare",
    UnitState.ALWAYS_ON: "always on",
}
_MANY_ALWAYS_ON = 0.1
# One line of the tab has room for these; its layers' heads name all.
_MOST_NAMED = 2


@dataclasses.dataclass(frozen=True)
class RunVerdict:
    """What to say of a run.

    Attributes:
      severity: That of its worst layer.
      sentence: Without a full stop; numbers have commas between thousands.
    """

    severity: Severity
    sentence: str


@dataclasses.dataclass(frozen=True)
class LayerVerdict:
    """What to say of one layer at the newest record that it is in.

    Attributes:
      severity: From its dead share; `OK` for a layer whose units can't die.
      dead_since: Step of the record from which on every record of the layer
        had dead units, or None if the newest has none.
    """

    severity: Severity
    dead_since: int | None


def of_run(series: OverviewSeries) -> RunVerdict | None:
    """Sums a run up; None if it has no records.

    Layers whose units can't die are not in the number of units.
    """
    if len(series.steps) == 0:
        return None
    names, units = list(series.layers), series.units[-1]
    dead = _dead(series)
    mortal = np.where(series.can_die[-1], units, 0)
    severity = Severity.OK
    if mortal.any():
        worst = int(np.argmax(np.divide(dead[-1], mortal, out=np.full(len(mortal), -1.0), where=mortal > 0)))
        severity = verdict.layer_severity(int(dead[-1, worst]), int(mortal[worst]))
    total, of = int(dead[-1].sum()), int(mortal.sum())
    if total:
        sick = dead[-1] > 0
        first = series.steps[np.argmax((dead[:, sick] > 0).any(axis=1))]
        which = int(np.argmax(dead[-1]))
        others = f"{dead[-1, which]:,} of them " if sick.sum() > 1 else "all " if total > 1 else ""
        sentence = f"{total:,} of {of:,} units dead, {others}in {names[which]}, first at step {first:,}"
        return RunVerdict(severity, sentence)
    parts = [f"No dead unit among {of:,}" if of else "No layer has units that can die"]
    ever = dead.sum(axis=1)
    if ever.any():
        most = int(np.argmax(ever))
        parts.append(f"{ever[most]:,} {'was' if ever[most] == 1 else 'were'} at step {series.steps[most]:,}")
    looks = []
    for state, words in _WORTH_A_LOOK.items():
        counts = series.counts[-1, :, state]
        if state == UnitState.ALWAYS_ON and counts.sum() < _MANY_ALWAYS_ON * units.sum():
            counts = np.where(counts == units, counts, 0)
        if counts.any():
            looks.append(f"{counts.sum():,} {words} in {_where(names, counts)}")
    return RunVerdict(severity, "; ".join(parts + looks[:_MOST_NAMED]))


def of_layers(series: OverviewSeries) -> dict[str, LayerVerdict]:
    """Returns {layer: LayerVerdict}, in the order of the network."""
    dead = _dead(series)
    verdicts = {}
    for column, (name, head) in enumerate(series.layers.items()):
        has_layer = np.flatnonzero(series.units[:, column])
        without = np.flatnonzero(dead[has_layer, column] == 0)
        since = has_layer[without[-1] + 1 if len(without) else 0 :]
        units = int(series.units[head.newest, column])
        severity = verdict.layer_severity(int(dead[head.newest, column]), units) if units else Severity.OK
        verdicts[name] = LayerVerdict(severity, int(series.steps[since[0]]) if len(since) else None)
    return verdicts


def _dead(series: OverviewSeries) -> npt.NDArray[np.int64]:
    """int64 [records, layers], dead units of the layers whose units can die; never more than there are units."""
    return np.where(series.can_die, np.minimum(series.counts[:, :, UnitState.DEAD], series.units), 0)


def _where(names: list[str], counts: npt.NDArray[np.int64]) -> str:
    """The layer that has some, or how many have."""
    layers = int(np.count_nonzero(counts))
    return names[int(np.argmax(counts))] if layers == 1 else f"{layers:,} layers"
