"""What there is to say of a run: the one object that callback, command and tab share.

The JSON that `to_json` gives is described in `report_schema.md`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tb_deadrelu_plugin import presets, verdict
from tb_deadrelu_plugin.diagnosis.diagnose import diagnose_layers
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.diagnosis.layer_evidence import LayerEvidence, layers_of
from tb_deadrelu_plugin.run_overview import overview_from_layers, overview_rows, run_verdict
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import Severity, Thresholds, UnitState

SCHEMA = "deadrelu.report"
SCHEMA_VERSION = 1

NO_STEP = -1


@dataclasses.dataclass(frozen=True, eq=False)
class LayerReport:
    """One layer at its newest record.

    Attributes:
      layer: The layer's tag.
      layer_type, activation: As in `metadata.LayerInfo`; "" where not known.
      units: Number of units.
      dead: Number of dead ones.
      dead_share: Their share.
      can_die: False where the negative fraction is recorded; then none is
        dead.
      severity: From the share of dead units.
      dead_since: Step at which the first of the units that are dead now was
        last active, or None where there is none; units born dead have no such
        step.
      born_dead: How many of the dead units were never active.
      counts: Units by the lower-case name of their `UnitState`, all but
        "absent".
      samples: N, the fewest samples without activity behind any dead unit; 0
        where none is dead.
      bound: 3 / N, the upper bound at 95 % of a dead unit's share of active
        samples, or None where none is dead.
      dead_units: Which units are dead, in ascending order.
      flagged: Number of units that the preset flags.
      flagged_share: Their share.
      findings: Causes; see `diagnosis.findings`.
    """

    layer: str
    layer_type: str
    activation: str
    units: int
    dead: int
    dead_share: float
    can_die: bool
    severity: Severity
    dead_since: int | None
    born_dead: int
    counts: dict[str, int]
    samples: int
    bound: float | None
    dead_units: tuple[int, ...]
    flagged: int
    flagged_share: float
    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True, eq=False)
class RunReport:
    """One run at its newest record.

    Attributes:
      run: Name.
      severity: That of its worst layer.
      sentence: As in the tab, without a full stop; see `run_verdict`.
      step: The newest step of any layer; `NO_STEP` where there are no records.
      units, dead, dead_share: Over all layers whose units can be dead.
      layers: In the order of the network; layers without records are left out.
      preset: Name of the criterion behind `flagged`.
      records: Records that were looked at, of the layer that has the most.
      written: Records that were written, or None where they are not numbered:
        more than `records` where some are missing.
    """

    run: str
    severity: Severity
    sentence: str
    step: int
    units: int
    dead: int
    dead_share: float
    layers: tuple[LayerReport, ...]
    preset: str
    records: int
    written: int | None


def report(
    run: str,
    timelines: Mapping[str, Timeline],
    series: OverviewSeries | None = None,
    *,
    preset: str = "default",
    thresholds: Thresholds | None = None,
    watch: float = 0.1,
    sick: float = 0.5,
) -> RunReport:
    """Sums a run up.

    Args:
      run: Its name.
      timelines: {layer: its records}, all layers of the run, so that causes
        can be looked for in the layers before.
      series: Its overviews; None where there are none. They have what is known
        of the training as a whole.
      preset: Name of the criterion that `flagged` is counted by; see
        `presets.PRESETS`.
      thresholds: Where the states begin; the documented defaults if None.
      watch, sick: Shares of dead units from which a layer is to be watched,
        and is sick.

    Raises:
      ValueError: There is no such preset.
    """
    criterion = presets.get(preset)
    layers = layers_of(timelines, thresholds or Thresholds())
    known = series is not None and len(series.steps) > 0
    training, training_steps = (series.training, series.steps) if series is not None and known else (None, None)
    findings = diagnose_layers(layers, training, training_steps)
    reports = tuple(
        _layer_report(layer, findings[name], criterion, watch=watch, sick=sick) for name, layer in layers.items()
    )
    # States at other thresholds are not those that the overviews count.
    shown = series if series is not None and known and thresholds in (None, Thresholds()) else _series(run, layers)
    spoken = run_verdict.of_run(shown)
    mortal = [layer for layer in reports if layer.can_die]
    units, dead = sum(layer.units for layer in mortal), sum(layer.dead for layer in mortal)
    newest = max(layers.values(), key=lambda layer: len(layer.timeline.steps), default=None)
    return RunReport(
        run=run,
        severity=max((layer.severity for layer in reports), key=list(Severity).index, default=Severity.OK),
        sentence=spoken.sentence if spoken is not None else "No records",
        step=max((int(layer.timeline.steps[-1]) for layer in layers.values()), default=NO_STEP),
        units=units,
        dead=dead,
        dead_share=dead / units if units else 0.0,
        layers=reports,
        preset=preset,
        records=len(newest.timeline.steps) if newest is not None else 0,
        written=newest.timeline.written if newest is not None else None,
    )


def to_json(reports: Sequence[RunReport]) -> dict[str, Any]:
    """Returns what `report_schema.md` describes, ready for `json.dumps`."""
    return {"schema": SCHEMA, "version": SCHEMA_VERSION, "runs": [_plain(run) for run in reports]}


def _layer_report(
    layer: LayerEvidence, findings: tuple[Finding, ...], criterion: presets.Preset, *, watch: float, sick: float
) -> LayerReport:
    info, units, dead = layer.timeline.info, layer.units, len(layer.dead)
    states = layer.states
    flagged = int(
        np.count_nonzero((states == UnitState.DEAD) if criterion.name == "default" else _flags(layer, criterion))
    )
    dated = layer.died[layer.died >= 0]
    samples = int(layer.samples.min(initial=np.iinfo(np.int64).max)) if dead else 0
    return LayerReport(
        layer=layer.name,
        layer_type=info.layer_type,
        activation=info.activation,
        units=units,
        dead=dead,
        dead_share=dead / units,
        can_die=layer.can_die,
        severity=verdict.layer_severity(dead, units, watch=watch, sick=sick),
        dead_since=int(dated.min()) if len(dated) else None,
        born_dead=int(np.count_nonzero(layer.died < 0)),
        counts={
            state.name.lower(): int(np.count_nonzero(states == state))
            for state in UnitState
            if state != UnitState.ABSENT
        },
        samples=samples,
        bound=3 / samples if samples else None,
        dead_units=tuple(layer.dead.tolist()),
        flagged=flagged,
        flagged_share=flagged / units,
        findings=findings,
    )


def _flags(layer: LayerEvidence, criterion: presets.Preset) -> Any:
    return criterion.flags(layer.timeline)[-1]


def _series(run: str, layers: Mapping[str, LayerEvidence]) -> OverviewSeries:
    """The run's overviews with states and deaths alone, which is what sentences are made of."""
    rows = []
    for name, layer in layers.items():
        timeline = layer.timeline
        own = np.zeros(len(timeline.steps), overview_rows.ROW)
        own["units"] = timeline.widths
        index = timeline.info.layer_index
        own["layer_index"] = overview_rows.NO_INDEX if index is None else index
        own["flags"] = overview_rows.CAN_DIE if layer.can_die else 0
        states = timeline.states(None if layer.thresholds == Thresholds() else layer.thresholds)
        counts = [np.count_nonzero(states == state, axis=1) for state in range(overview_rows.STATES)]
        deaths = overview_from_layers.deaths(timeline.last_active_step, states == UnitState.DEAD)
        rows.append(
            overview_from_layers.LayerRows(
                name=name,
                layer_type=timeline.info.layer_type,
                steps=timeline.steps,
                window_start_steps=timeline.window_start_steps,
                ordinals=timeline.ordinals,
                wall_times=timeline.wall_times,
                rows=own,
                counts=np.stack(counts, axis=1).astype(np.int64),
                deaths=deaths,
                unreadable=timeline.unreadable,
            )
        )
    return overview_from_layers.series(run, rows)


def _plain(value: Any) -> Any:
    """Dataclasses, enums and arrays as what JSON has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (Severity, Cause)):
        return value.value
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
