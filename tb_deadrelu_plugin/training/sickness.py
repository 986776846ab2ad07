"""Which layers have newly become sick, and what there is to say of it in one line."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import report, verdict
from tb_deadrelu_plugin.verdict import Severity
from tb_deadrelu_plugin.writing.run_summary import LayerAtStep, RunAtStep

_RANKS = list(Severity)
MOST_LINES = 5


@dataclasses.dataclass(frozen=True)
class Event:
    """A layer has become one to watch, or sick.

    Attributes:
      layer: The layer's tag.
      severity: `WATCH` or `SICK`.
      units, dead: Number of units, and of dead ones.
      dead_before: Dead units at the record before, or None where there is none.
      step_before: Its step.
      last_active: int64 [n], last active step of each unit that is dead now
        and was not at the record before; -1 for never.
      began: Step at which recording began: where a run was resumed, units may
        have been active before it.
    """

    layer: str
    severity: Severity
    units: int
    dead: int
    dead_before: int | None
    step_before: int
    last_active: npt.NDArray[np.int64]
    began: int = 0


class Sickness:
    """Follows layers from record to record, and tells of each change for the worse once.

    A layer of which was told is not told of again at the same severity before
    it has recovered: before less than half of the share that makes one to
    watch is dead, so that a share that wavers about a limit is one event.

    Args:
      watch, sick: Shares of dead units from which a layer is to be watched,
        and is sick.
    """

    def __init__(self, watch: float = 0.1, sick: float = 0.5) -> None:
        self._watch = watch
        self._sick = sick
        self._told: dict[str, Severity] = {}
        self._before: dict[str, tuple[int, npt.NDArray[np.int64]]] = {}
        self._began: int | None = None

    def severity(self, layer: LayerAtStep) -> Severity:
        """Severity of a layer; `OK` if its units can't be dead."""
        if not layer.can_die or not layer.units:
            return Severity.OK
        return verdict.layer_severity(layer.dead, layer.units, watch=self._watch, sick=self._sick)

    def note(self, run: RunAtStep) -> list[Event]:
        """Takes the newest records; returns what is to be told, in network order."""
        events = []
        if self._began is None:
            self._began = min((layer.record.window_start_step for layer in run.layers.values()), default=None)
        for name, layer in run.mortal.items():
            severity, told = self.severity(layer), self._told.get(name, Severity.OK)
            if layer.dead < self._watch / 2 * layer.units:
                self._told[name] = Severity.OK
            elif _RANKS.index(severity) > _RANKS.index(told):
                self._told[name] = severity
                events.append(self._event(name, severity, layer))
            self._before[name] = run.step, layer.dead_units
        return events

    def _event(self, name: str, severity: Severity, layer: LayerAtStep) -> Event:
        step, before = self._before.get(name, (-1, None))
        new = layer.dead_units if before is None else np.setdiff1d(layer.dead_units, before)
        last = layer.record.last_active_step
        return Event(
            layer=name,
            severity=severity,
            units=layer.units,
            dead=layer.dead,
            dead_before=None if before is None else len(before),
            step_before=step,
            last_active=np.zeros(0, np.int64) if last is None else np.asarray(last)[new],
            began=self._began or 0,
        )


def in_words(event: Event, layer: report.LayerReport | None) -> str:
    """One line: how many units are dead, since when, and what to do.

    Args:
      event: What has happened.
      layer: What the diagnosis says of the layer; the advice is that of the
        cause that most units have. None where there is none.
    """
    parts = [f"layer {event.layer}: {dead_of(event.dead, event.units)}"]
    if layer is not None and layer.samples:
        parts.append(f", each active in 0 of at least {layer.samples:,} samples")
    whose = ""
    if event.dead_before == 0:
        parts.append(f", none at step {event.step_before:,}")
    elif event.dead_before is not None:
        # What is dated are these, not all that are dead.
        whose = f"{len(event.last_active):,} of them not dead at step {event.step_before:,} yet, "
    parts.append(_since(event.last_active, event.began, whose) + ".")
    if layer is not None and layer.findings:
        parts.append(f" {max(layer.findings, key=lambda finding: len(finding.units)).advice}")
    return "".join(parts)


def lines(events: list[Event], run: report.RunReport | None) -> list[str]:
    """Returns one line per event, the sick layers first; of more than `MOST_LINES` the last counts the others."""
    layers = {} if run is None else {layer.layer: layer for layer in run.layers}
    ordered = sorted(events, key=lambda event: -_RANKS.index(event.severity))
    told = ordered if len(ordered) <= MOST_LINES else ordered[: MOST_LINES - 1]
    said = [in_words(event, layers.get(event.layer)) for event in told]
    if len(told) < len(ordered):
        said.append(f"and {len(ordered) - len(told):,} more layers.")
    return said


def dead_of(dead: int, units: int) -> str:
    """For example "35 of 64 units dead (54.7 %)"."""
    return f"{dead:,} of {units:,} unit{'' if units == 1 else 's'} dead ({100 * dead / units:.1f} %)"


def _since(last_active: npt.NDArray[np.int64], began: int, whose: str) -> str:
    """When units were last active.

    Args:
      last_active: Their last active steps.
      began: Step at which recording began.
      whose: Which units they are, with a comma; "" for all that are dead.
    """
    so_far = f"not active since step {began:,}, where recording began" if began > 0 else "never active so far"
    dated = last_active[last_active >= 0]
    never = len(last_active) - len(dated)
    if not len(dated):
        return f"; {whose}{so_far}" if never else ""
    first, last = int(dated.min()), int(dated.max())
    when = f"last active at step {first:,}" if first == last else f"last active between steps {first:,} and {last:,}"
    others = "the other" if len(dated) == 1 else "the others"
    return f"; {whose}{never:,} {so_far}, {others} {when}" if never else f"; {whose}{when}"
