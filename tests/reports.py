"""Reports for tests, made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tb_deadrelu_plugin import verdict
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.report import LayerReport, RunReport
from tb_deadrelu_plugin.verdict import Severity, UnitState


def layer_report(
    layer: str,
    *,
    dead: int = 0,
    units: int = 16,
    flagged: int | None = None,
    can_die: bool = True,
    since: int | None = None,
    born_dead: int = 0,
    samples: int = 0,
    findings: tuple[Finding, ...] = (),
) -> LayerReport:
    counts = {state.name.lower(): 0 for state in UnitState if state != UnitState.ABSENT}
    flagged = dead if flagged is None else flagged
    return LayerReport(
        layer=layer,
        layer_type="Dense",
        activation="relu" if can_die else "leaky_relu",
        units=units,
        dead=dead,
        dead_share=dead / units,
        can_die=can_die,
        severity=verdict.layer_severity(dead, units),
        dead_since=since,
        born_dead=born_dead,
        counts=counts | {"dead": dead, "healthy": units - dead},
        samples=samples,
        bound=3 / samples if samples else None,
        dead_units=tuple(range(dead)),
        flagged=flagged,
        flagged_share=flagged / units,
        findings=findings,
    )


def run_report(
    run: str,
    layers: Sequence[LayerReport],
    *,
    preset: str = "default",
    step: int = 450,
    records: int = 90,
    written: int | None = None,
) -> RunReport:
    mortal = [layer for layer in layers if layer.can_die]
    units, dead = sum(layer.units for layer in mortal), sum(layer.dead for layer in mortal)
    return RunReport(
        run=run,
        severity=max((layer.severity for layer in layers), key=list(Severity).index, default=Severity.OK),
        sentence=f"{dead:,} of {units:,} units dead",
        step=step,
        units=units,
        dead=dead,
        dead_share=dead / units if units else 0.0,
        layers=tuple(layers),
        preset=preset,
        records=records,
        written=written,
    )


def finding(layer: str, cause: Cause, units: int, *, evidence: str = "", advice: str = "Do less.") -> Finding:
    return Finding(
        layer=layer,
        cause=cause,
        units=np.arange(units),
        step=345,
        statistic="states",
        evidence=evidence or f"{units} units of {layer} were seen.",
        advice=advice,
        reference="Somebody 2020",
    )
