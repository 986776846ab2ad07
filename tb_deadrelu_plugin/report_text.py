"""Reports as text: for a terminal, as Markdown, as CSV. All are functions of `RunReport` alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import rich.box
import rich.console
import rich.padding
import rich.table
import rich.text

from tb_deadrelu_plugin import report_rows
from tb_deadrelu_plugin.report import RunReport
from tb_deadrelu_plugin.report_rows import Column
from tb_deadrelu_plugin.verdict import Severity, UnitState

_STYLES = {Severity.OK: "green", Severity.WATCH: "yellow", Severity.SICK: "bold red"}
_LEAST_NAME, _LEAST_CAUSE = 10, 11
# Lines of ASCII, for where the output can't have others; what rich would take in its place has a frame.
_ASCII = rich.box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)

_OWN_COLUMNS = (
    *("run", "step", "layer", "layer_type", "activation", "units", "dead", "dead_share", "dead_difference"),
    *("can_die", "severity", "dead_since", "born_dead", "samples", "bound", "preset", "flagged", "flagged_share"),
)
# "dead" is among its own columns already.
_STATES = tuple(state.name.lower() for state in UnitState if state not in (UnitState.DEAD, UnitState.ABSENT))
CSV_COLUMNS = (*_OWN_COLUMNS, *_STATES, "causes", "evidence", "advice")
"""Columns of `csv_lines`."""


def terminal(
    runs: Sequence[RunReport], base: RunReport | None = None, *, width: int = 80, ascii_only: bool = False
) -> Iterator[rich.console.RenderableType]:
    """Yields what rich prints: each run with its layers, causes and advice, then the runs side by side.

    Print without cropping: where numbers do not fit the width, lines are
    longer, for no number is ever cut. They do from 60 columns on.

    Args:
      runs: What to show.
      base: The run that others are compared with; the first if None.
      width: Columns of the terminal. Where not all runs fit beside each
        other, there are several tables, each with the base.
      ascii_only: Draw lines with ASCII alone.
    """
    for run in runs:
        yield from _run(run, ascii_only)
    if len(runs) > 1:
        layer, base_column, *others = report_rows.comparison_columns(runs, base or runs[0])
        yield rich.text.Text("Dead units side by side", "bold")
        for part in _parts(layer, base_column, others, width):
            yield _table([layer, base_column, *part], ascii_only)
    for line in report_rows.legend(runs):
        yield rich.text.Text(line, "dim")


def markdown(runs: Sequence[RunReport], base: RunReport | None = None) -> str:
    """The same as GitHub-flavoured Markdown."""
    blocks = []
    for run in runs:
        blocks.append(f"### {_escaped(report_rows.clean(run.run))}: {run.severity.value}")
        blocks.append(f"{_escaped(report_rows.heading(run))} {report_rows.looked_at(run)}.")
        if run.layers:
            blocks.append(_markdown_table(report_rows.layer_columns(run)))
        for one in report_rows.explanations(run):
            lines = [f"**{report_rows.HEADINGS[one.cause]}**", ""]
            lines += [f"- {_escaped(layer)}: {_escaped(evidence)}" for layer, evidence in one.evidence]
            blocks.append("\n".join([*lines, "", f"{_escaped(one.advice)} ({_escaped(one.reference)})"]))
    if len(runs) > 1:
        blocks.append("### Dead units side by side")
        blocks.append(_markdown_table(report_rows.comparison_columns(runs, base or runs[0])))
    if lines := report_rows.legend(runs):
        blocks.append("\n".join(f"- {_escaped(line)}" for line in lines))
    return "\n\n".join(blocks) + "\n"


def csv_text(runs: Sequence[RunReport], base: RunReport | None = None, *, header: bool = True) -> str:
    """One row per run and layer, under `CSV_COLUMNS`.

    `dead_difference` is the layer's dead units less those of it in the base
    run. What there is none of is empty. Several causes are separated by "; ",
    with their units: "burst:12; unknown:1"; so are evidence and advice.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if header:
        writer.writerow(CSV_COLUMNS)
    dead = {layer.layer: layer.dead for layer in (base or runs[0]).layers} if runs else {}
    for run in runs:
        for layer in run.layers:
            row = {name: getattr(layer, name) for name in _OWN_COLUMNS if hasattr(layer, name)} | layer.counts
            row |= {"run": run.run, "step": run.step, "preset": run.preset, "severity": layer.severity.value}
            row |= {"can_die": "true" if layer.can_die else "false"}
            row["dead_difference"] = layer.dead - dead[layer.layer] if layer.layer in dead else None
            row["causes"] = "; ".join(f"{one.cause.value}:{len(one.units)}" for one in layer.findings)
            row["evidence"] = "; ".join(one.evidence for one in layer.findings)
            row["advice"] = "; ".join(dict.fromkeys(one.advice for one in layer.findings))
            writer.writerow([row[name] for name in CSV_COLUMNS])
    return text.getvalue()


def _run(run: RunReport, ascii_only: bool) -> Iterator[rich.console.RenderableType]:
    style = _STYLES[run.severity]
    yield rich.text.Text.assemble(
        (report_rows.clean(run.run), "bold"), ": ", (run.severity.value, style), f". {report_rows.heading(run)}"
    )
    yield rich.text.Text(report_rows.looked_at(run), "dim")
    if run.layers:
        yield _table(report_rows.layer_columns(run), ascii_only, [_STYLES[layer.severity] for layer in run.layers])
    for one in report_rows.explanations(run):
        yield rich.text.Text(report_rows.HEADINGS[one.cause], "bold")
        for layer, evidence in one.evidence:
            yield rich.padding.Padding(rich.text.Text.assemble((layer, "bold"), f": {evidence}"), (0, 0, 0, 2))
        advice = rich.text.Text.assemble(("-> ", "bold"), one.advice, (f" ({one.reference})", "dim"))
        yield rich.padding.Padding(advice, (0, 0, 1, 2))
    if not run.layers:
        yield rich.text.Text("")


def _table(columns: Sequence[Column], ascii_only: bool, styles: Sequence[str] | None = None) -> rich.table.Table:
    """A table in which words are broken where it is too narrow, and numbers never."""
    table = rich.table.Table(
        box=_ASCII if ascii_only else rich.box.SIMPLE_HEAD, padding=(0, 1, 0, 0), safe_box=False, pad_edge=False
    )
    for place, column in enumerate(columns):
        head = rich.text.Text(column.name, overflow="fold")
        longest = max(map(len, column.texts), default=0)
        if column.is_text:
            least = min(_LEAST_CAUSE if place else _LEAST_NAME, longest)
            table.add_column(head, overflow="fold", min_width=max(least, 5))
        else:
            # Names of runs are the heads of numbers, and may be long.
            table.add_column(head, justify="right", overflow="fold", min_width=max(longest, min(len(column.name), 12)))
    for row, texts in enumerate(zip(*(column.texts for column in columns))):
        cells = [rich.text.Text(text, overflow="fold", no_wrap=not c.is_text) for text, c in zip(texts, columns)]
        if styles is not None:
            for cell, column in zip(cells, columns):
                if column.name in ("dead", "share"):
                    cell.stylize(styles[row])
        table.add_row(*cells)
    return table


def _parts(layer: Column, base: Column, others: Sequence[Column], width: int) -> Iterator[list[Column]]:
    """The columns of as many runs as fit beside the base."""

    def needed(column: Column) -> int:
        return max(max(map(len, column.texts)), min(len(column.name), 12)) + 2

    free = width - min(max(map(len, layer.texts)), max(_LEAST_NAME, width // 4)) - 2 - needed(base)
    part: list[Column] = []
    for column in others:
        if part and sum(map(needed, [*part, column])) > free:
            yield part
            part = []
        part.append(column)
    yield part


def _markdown_table(columns: Sequence[Column]) -> str:
    lines = [
        [_escaped(column.name) for column in columns],
        ["---" if column.is_text else "---:" for column in columns],
        *([_escaped(" ".join(text.split())) for text in texts] for texts in zip(*(c.texts for c in columns))),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(text: str) -> str:
    """Names as they are, whatever Markdown would make of them."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", text)
