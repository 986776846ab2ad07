"""What is said of a layer's records: how its units are, and what one has to know before trusting the picture."""

from __future__ import annotations

import numpy as np

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.run_overview import overview_from_layers, run_verdict
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState

_OTHER_STATES = {
    UnitState.SILENT: "silent",
    UnitState.SATURATED: "saturated",
    UnitState.RARE: "rare",
    UnitState.DORMANT: "dormant",
    UnitState.NO_GRADIENT: "without gradient",
    UnitState.NON_FINITE: "not finite",
    UnitState.ALWAYS_ON: "always on",
}


def facts(timeline: Timeline) -> list[str]:
    """Since when units are dead, or why they can't be, and how many are in what other states at the newest record."""
    info = timeline.info
    if info.fraction == metadata.NEGATIVE_FRACTION:
        since = f"{info.activation or 'this activation'} has no zero region: its units are never dead"
    else:
        since = _dead_since(timeline)
    newest = timeline.states()[-1:]
    counts = {name: np.count_nonzero(newest == state) for state, name in _OTHER_STATES.items()}
    return [*([since] if since else []), *(f"{count:,} {name}" for name, count in counts.items() if count)]


def _dead_since(timeline: Timeline) -> str:
    """Since when the units that are dead now have been, and how many were at most; "" where none ever was."""
    dead = timeline.states() == UnitState.DEAD
    counts = np.count_nonzero(dead, axis=1)
    if not counts.any():
        return ""
    most = int(np.argmax(counts))
    since, born = overview_from_layers.deaths(timeline.last_active_step[-1:], dead[-1:]).T
    before = run_verdict.were_dead(int(counts[most]), int(timeline.steps[most]))
    parts = [run_verdict.since_when(int(counts[-1]), since, born), before if counts[-1] < counts[most] else ""]
    return ", ".join(part for part in parts if part)


def notes(timeline: Timeline) -> list[str]:
    """Sentences on records that are missing or damaged, on a width that changed, and on what is not finite."""
    out = []
    shown, written = len(timeline.steps), timeline.written
    if written is not None and shown < written:
        out.append(
            f"Showing {shown:,} of {written:,} records: TensorBoard dropped the others. Start it with "
            f"--samples_per_plugin {metadata.PLUGIN_NAME}={written} to see all."
        )
    if timeline.width_changed:
        widths = ", ".join(f"{width:,}" for width in dict.fromkeys(timeline.widths.tolist()))
        out.append(f"The layer's width changed between records ({widths} units). Units are matched by index.")
    if timeline.unreadable:
        out.append(f"{_plural(timeline.unreadable, 'damaged record')} left out.")
    activations, gradients = (
        values.sum(axis=1) for values in (timeline.non_finite_activations, timeline.non_finite_gradients)
    )
    bad = timeline.steps[(activations > 0) | (gradients > 0)]
    if len(bad):
        counts = {"activation": int(activations.sum()), "gradient": int(gradients.sum())}
        what = " and ".join(_plural(count, name) for name, count in counts.items() if count)
        out.append(
            f"NaN or infinite: {what}, in {_plural(len(bad), 'record')}, first at step {bad[0]:,}. "
            "They count neither as active nor as dead."
        )
    return out


def _plural(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"
