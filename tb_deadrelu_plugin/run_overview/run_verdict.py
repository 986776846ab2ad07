"""What to say of a run at its newest record: how severe it is, and one sentence."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import verdict
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
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
      dead_since: Step at which the first of the units that are dead there was
        last active, or None where none of them ever was, or it is not known.
      born_dead: How many of them were never active, or None where it is not
        known.
    """

    severity: Severity
    dead_since: int | None
    born_dead: int | None


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
        which = int(np.argmax(dead[-1]))
        others = f"{dead[-1, which]:,} of them " if np.count_nonzero(dead[-1]) > 1 else "all " if total > 1 else ""
        some = dead[-1] > 0
        since = since_when(total, series.dead_since[-1, some], series.born_dead[-1, some])
        sentence = f"{total:,} of {of:,} unit{'' if of == 1 else 's'} dead, {others}in {names[which]}"
        bad = series.counts[-1, :, UnitState.NON_FINITE]
        told = f"; {bad.sum():,} not finite in {_where(names, bad)}" if bad.any() else ""
        return RunVerdict(severity, (f"{sentence}, {since}" if since else sentence) + told)
    parts = [f"No dead unit among {of:,}" if of else "No layer has units that can die"]
    ever = dead.sum(axis=1)
    if ever.any():
        most = int(np.argmax(ever))
        parts.append(were_dead(int(ever[most]), int(series.steps[most])))
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
        units = int(series.units[head.newest, column])
        severity = verdict.layer_severity(int(dead[head.newest, column]), units) if units else Severity.OK
        since, born = (int(values[head.newest, column]) for values in (series.dead_since, series.born_dead))
        verdicts[name] = LayerVerdict(severity, None if since < 0 else since, None if born < 0 else born)
    return verdicts


def since_when(dead: int, dead_since: npt.NDArray[np.int64], born_dead: npt.NDArray[np.int64]) -> str:
    """Since when units that are dead now have been, in words; "" where it is not known.

    Args:
      dead: How many there are.
      dead_since, born_dead: int64 [n] each, of the layers that they are in, as
        in `OverviewSeries`.
    """
    dated = dead_since[dead_since >= 0]
    if not dead or (born_dead < 0).any():
        return ""
    born = min(int(born_dead.sum()), dead)
    if not len(dated):
        return "since the start" if born == dead else ""
    first = f"since step {dated.min():,}"
    if born:
        return f"{born:,} since the start, the next {first}"
    return first if dead == 1 else f"the first {first}"


def were_dead(dead: int, step: int) -> str:
    """How many units were dead at a step."""
    return f"{dead:,} {'was' if dead == 1 else 'were'} dead at step {step:,}"


def _dead(series: OverviewSeries) -> npt.NDArray[np.int64]:
    """int64 [records, layers], dead units of the layers whose units can die; never more than there are units."""
    return np.where(series.can_die, np.minimum(series.counts[:, :, UnitState.DEAD], series.units), 0)


def _where(names: list[str], counts: npt.NDArray[np.int64]) -> str:
    """The layer that has some, or how many have."""
    layers = int(np.count_nonzero(counts))
    return names[int(np.argmax(counts))] if layers == 1 else f"{layers:,} layers"
