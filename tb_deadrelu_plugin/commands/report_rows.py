"""What the renderings of a report have in common: its texts, by rows and columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from tb_deadrelu_plugin import presets
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.report import LayerReport, RunReport
from tb_deadrelu_plugin.verdict import Severity

CAUSES = {
    Cause.BORN_DEAD: "born dead",
    Cause.BURST: "burst",
    Cause.BIAS_DRIFT: "bias drift",
    Cause.DEAD_INPUT: "dead input",
    Cause.INPUT_CHANGE: "input change",
    Cause.INPUT_SCALE: "input scale",
    Cause.NO_GRADIENT_FROM_DOWNSTREAM: "no gradient",
    Cause.ALWAYS_ON: "always on",
    Cause.UNKNOWN: "unknown",
}
"""How causes are called in tables."""

HEADINGS = {
    Cause.BORN_DEAD: "Born dead: never active since training began",
    Cause.BURST: "Burst: died at about the same time",
    Cause.BIAS_DRIFT: "Bias drift: the bias fell until no sample was above it",
    Cause.DEAD_INPUT: "Dead input: what the layer is given does not vary",
    Cause.INPUT_CHANGE: "Input change: the model's input became another one",
    Cause.INPUT_SCALE: "Input scale: the model's input is too large or off centre",
    Cause.NO_GRADIENT_FROM_DOWNSTREAM: "No gradient: units are active, but none comes back to them",
    Cause.ALWAYS_ON: "Always on: the layer is linear",
    Cause.UNKNOWN: "Unknown: the records do not single out a cause",
}

_CAUSES = list(Cause)

NONE = "-"
_LONGEST_EXACT = 9_999_999


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of texts.

    Attributes:
      name: Its head.
      texts: One per row.
      is_text: Words, which may be broken into lines; numbers may not.
    """

    name: str
    texts: tuple[str, ...]
    is_text: bool = False


@dataclasses.dataclass(frozen=True, eq=False)
class Explanation:
    """One cause in all layers of a run that have it and for which the same is advised."""

    cause: Cause
    evidence: tuple[tuple[str, str], ...]
    """(layer, sentence)."""
    advice: str
    reference: str


def clean(text: str) -> str:
    """The text without what would steer a terminal or can't be written, such as names of directories that are no text."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def heading(run: RunReport) -> str:
    """What a run's report begins with, beside its name and severity: the sentence of the tab."""
    return clean(run.sentence) + "."


def grade(run: RunReport) -> str:
    """A run's severity in a word: of units that are not finite it can't be told whether they are dead."""
    bad = any(layer.counts["non_finite"] for layer in run.layers)
    return "not finite" if bad and run.severity == Severity.OK else run.severity.value


def looked_at(run: RunReport) -> str:
    """Says what the report is of."""
    if not run.records:
        return "No records"
    of = f" of {run.written:,} written" if run.written is not None and run.written > run.records else ""
    return f"Step {run.step:,}, {run.records:,} record{'' if run.records == 1 else 's'}{of}"


def layer_columns(run: RunReport) -> list[Column]:
    """The table of a run's layers."""
    layers = run.layers
    columns = [
        Column("layer", tuple(clean(layer.layer) for layer in layers), is_text=True),
        Column("units", tuple(f"{layer.units:,}" for layer in layers)),
        Column("dead", tuple(f"{layer.dead:,}" if layer.can_die else NONE for layer in layers)),
        Column("share", tuple(share(layer.dead_share) if layer.can_die else NONE for layer in layers)),
        Column("since", tuple(map(_since, layers))),
        Column("N", tuple(_count(layer.samples) if layer.samples else NONE for layer in layers)),
        Column("3/N", tuple(f"{layer.bound:.1e}" if layer.bound is not None else NONE for layer in layers)),
    ]
    if run.preset != "default":
        flagged = tuple(f"{layer.flagged:,} ({share(layer.flagged_share)})" for layer in layers)
        columns.append(Column("flagged", flagged))
    return [*columns, Column("cause", tuple(map(_causes, layers)), is_text=True)]


def comparison_columns(runs: Sequence[RunReport], base: RunReport) -> list[Column]:
    """Dead units of each layer in each run, and by how many they differ from those of the base: layers, then runs."""
    names = _merged([[layer.layer for layer in run.layers] for run in runs])
    by_name = {run.run: {layer.layer: layer for layer in run.layers} for run in runs}
    columns = [Column("layer", (*map(clean, names), "whole run"), is_text=True)]
    for run in [base, *(run for run in runs if run is not base)]:
        pairs = [(by_name[run.run].get(name), by_name[base.run].get(name)) for name in names]
        rows = [_compared(own, None if run is base else other) for own, other in pairs]
        rows.append(_compared(run, None if run is base else base))
        # So that numbers stand below each other though two share a column; the base has no differences.
        counts, differences = (max(len(row[i]) for row in rows) for i in range(2))
        texts = tuple(
            count.rjust(counts) + (f"  {difference.rjust(differences)}" if differences else "")
            for count, difference in rows
        )
        columns.append(Column(clean(run.run) + (" (base)" if run is base else ""), texts))
    return columns


def explanations(run: RunReport) -> list[Explanation]:
    """The findings of a run, those of the same cause and advice together, in the order of `Cause`."""
    together: dict[tuple[Cause, str, str], list[Finding]] = {}
    for layer in run.layers:
        for finding in layer.findings:
            together.setdefault((finding.cause, finding.advice, finding.reference), []).append(finding)
    return [
        Explanation(
            cause, tuple((clean(one.layer), clean(one.evidence)) for one in found), clean(advice), clean(reference)
        )
        for (cause, advice, reference), found in sorted(together.items(), key=lambda item: _CAUSES.index(item[0][0]))
    ]


def units_by_cause(layer: LayerReport) -> dict[Cause, int]:
    """How many units have each cause, whatever the number of findings."""
    units: dict[Cause, int] = {}
    for finding in layer.findings:
        units[finding.cause] = units.get(finding.cause, 0) + len(finding.units)
    return units


def legend(runs: Sequence[RunReport]) -> list[str]:
    """What the columns mean, of those that have anything in them."""
    lines = []
    if any(layer.dead for run in runs for layer in run.layers):
        lines.append(
            "since: step of the first dead unit's last activity; start: none was ever active; +2: nor were 2 others"
        )
        lines.append("N: samples without activity behind a dead unit, the fewest in the layer")
        lines.append("3/N: with 95 % confidence a dead unit is active in a smaller share of all")
    for preset in dict.fromkeys(run.preset for run in runs if run.preset != "default"):
        criterion = presets.get(preset)
        lines.append(f"flagged: {criterion.criterion} ({criterion.source})")
        if criterion.layer_share is not None:
            over = [
                f"{clean(layer.layer)} of {clean(run.run)}"
                for run in runs
                for layer in run.layers
                if layer.flagged_share > criterion.layer_share
            ]
            lines.append(
                f"layers with more than {100 * criterion.layer_share:g} % flagged: {', '.join(over) or 'none'}"
            )
    return lines


def share(value: float) -> str:
    """A share in percent: neither 0 nor all unless it is."""
    return f"{min(max(100 * value, 0.1), 99.9) if 0 < value < 1 else 100 * value:.1f}%"


def _since(layer: LayerReport) -> str:
    if layer.dead_since is None:
        return "start" if layer.born_dead else NONE
    # Short, for the column takes its width from it.
    return f"{layer.dead_since:,}+{layer.born_dead:,}" if layer.born_dead else f"{layer.dead_since:,}"


def _count(count: int) -> str:
    return f"{count:,}" if count <= _LONGEST_EXACT else f"{count:.1e}"


def _causes(layer: LayerReport) -> str:
    named = ", ".join(f"{units:,} {CAUSES[cause]}" for cause, units in units_by_cause(layer).items())
    return named or (NONE if layer.can_die else "can't die")


def _compared(own: LayerReport | RunReport | None, other: LayerReport | RunReport | None) -> tuple[str, str]:
    """The count, and the difference if there is one to tell."""
    if own is None:
        return NONE, ""
    if not _can_die(own):
        return "can't die", ""
    difference = f"{own.dead - other.dead:+,}" if other is not None and _can_die(other) else ""
    return f"{own.dead:,} of {own.units:,}", f"({'=' if difference == '+0' else difference})" if difference else ""


def _can_die(asked: LayerReport | RunReport) -> bool:
    return asked.can_die if isinstance(asked, LayerReport) else asked.units > 0


def _merged(orders: Sequence[Sequence[str]]) -> list[str]:
    """All names, those that earlier orders lack behind the name that stands before them."""
    merged: list[str] = []
    for order in orders:
        place = 0
        for name in order:
            if name in merged:
                place = merged.index(name) + 1
            else:
                merged.insert(place, name)
                place += 1
    return merged
