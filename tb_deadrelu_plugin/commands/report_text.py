"""Reports as text: for a terminal, as Markdown, as CSV. All are functions of `RunReport` alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import rich.box
import rich.cells
import rich.console
import rich.padding
import rich.table
import rich.text

from tb_deadrelu_plugin.commands import report_rows
from tb_deadrelu_plugin.commands.report_rows import Column
from tb_deadrelu_plugin.report import RunReport
from tb_deadrelu_plugin.verdict import Severity, UnitState

_STYLES = {Severity.OK: "green", Severity.WATCH: "yellow", Severity.SICK: "bold red"}
# Columns' widths: layers and causes; names of runs, above their numbers.
_LEAST_TEXT, _LEAST_HEAD = 10, 12
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

    No number is ever cut, and names are folded. Where a table does not fit
    the width, there is a list.

    Args:
      runs: What to show.
      base: The run that others are compared with; the first if None.
      width: Columns of the terminal. Where not all runs fit beside each
        other, there are several tables, each with the base.
      ascii_only: Draw lines with ASCII alone.
    """
    for run in runs:
        yield from _run(run, width, ascii_only)
    if len(runs) > 1:
        layer, base_column, *others = report_rows.comparison_columns(runs, base or runs[0])
        yield rich.text.Text("Dead units side by side", "bold")
        for part in _parts(layer, base_column, others, width):
            yield _grid([layer, base_column, *part], width, ascii_only)
    for line in report_rows.legend(runs):
        yield rich.text.Text(line, "dim")


def markdown(runs: Sequence[RunReport], base: RunReport | None = None) -> str:
    """The same as GitHub-flavoured Markdown."""
    blocks = []
    for run in runs:
        blocks.append(f"### {_escaped(report_rows.clean(run.run))}: {report_rows.grade(run)}")
        blocks.append(f"{_escaped(report_rows.heading(run))} {report_rows.looked_at(run)}.")
        if run.layers:
            blocks.append(_markdown_table(report_rows.layer_columns(run)))
        before = None
        for one in report_rows.explanations(run):
            if one.cause != before:
                blocks.append(f"**{report_rows.HEADINGS[one.cause]}**")
            before = one.cause
            blocks.append("\n".join(f"- {_escaped(layer)}: {_escaped(evidence)}" for layer, evidence in one.evidence))
            blocks.append(f"{_escaped(one.advice)} ({_escaped(one.reference)})")
    if len(runs) > 1:
        blocks.append("### Dead units side by side")
        blocks.append(_markdown_table(report_rows.comparison_columns(runs, base or runs[0])))
    if lines := report_rows.legend(runs):
        blocks.append("\n".join(f"- {_escaped(line)}" for line in lines))
    return "\n\n".join(blocks) + "\n"


def csv_text(runs: Sequence[RunReport], base: RunReport | None = None, *, header: bool = True) -> str:
    """One row per run and layer, under `CSV_COLUMNS`.

    `dead_difference` is the layer's dead units less those that it has in the base
    run, where both can die. What there is none of is empty. Causes stand with
    their units: "burst:12; unknown:1"; evidence and advice are sentences.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if header:
        writer.writerow(CSV_COLUMNS)
    dead = {layer.layer: layer.dead for layer in (base or runs[0]).layers if layer.can_die} if runs else {}
    for run in runs:
        for layer in run.layers:
            row = {name: getattr(layer, name) for name in _OWN_COLUMNS if hasattr(layer, name)} | layer.counts
            row |= {"run": run.run, "step": run.step, "preset": run.preset, "severity": layer.severity.value}
            row |= {"can_die": "true" if layer.can_die else "false"}
            comparable = layer.can_die and layer.layer in dead
            row["dead_difference"] = layer.dead - dead[layer.layer] if comparable else None
            row["causes"] = "; ".join(
                f"{cause.value}:{units}" for cause, units in report_rows.units_by_cause(layer).items()
            )
            row["evidence"] = " ".join(one.evidence for one in layer.findings)
            row["advice"] = " ".join(dict.fromkeys(one.advice for one in layer.findings))
            writer.writerow([row[name] for name in CSV_COLUMNS])
    return text.getvalue()


def _run(run: RunReport, width: int, ascii_only: bool) -> Iterator[rich.console.RenderableType]:
    grade = report_rows.grade(run)
    style = _STYLES[run.severity if grade == run.severity.value else Severity.WATCH]
    yield rich.text.Text.assemble(
        (report_rows.clean(run.run), "bold"), ": ", (grade, style), f". {report_rows.heading(run)}"
    )
    yield rich.text.Text(report_rows.looked_at(run), "dim")
    if run.layers:
        styles = [_STYLES[layer.severity] for layer in run.layers]
        yield _grid(report_rows.layer_columns(run), width, ascii_only, styles)
    before = None
    for one in report_rows.explanations(run):
        if one.cause != before:
            yield rich.text.Text(report_rows.HEADINGS[one.cause], "bold")
        before = one.cause
        for layer, evidence in one.evidence:
            yield rich.padding.Padding(rich.text.Text.assemble((layer, "bold"), f": {evidence}"), (0, 0, 0, 2))
        advice = rich.text.Text.assemble(("-> ", "bold"), one.advice, (f" ({one.reference})", "dim"))
        yield rich.padding.Padding(advice, (0, 0, 1, 2))
    if not run.layers:
        yield rich.text.Text("")


def _grid(
    columns: Sequence[Column], width: int, ascii_only: bool, styles: Sequence[str] | None = None
) -> rich.console.RenderableType:
    """A table in which words are broken where it is too narrow, and numbers never; a list where it can't be one."""
    widths = [_least(column) for column in columns]
    # Two between columns, and one at either end.
    free = width - sum(widths) - 2 * len(columns)
    if free < 0:
        return rich.console.Group(*_listed(columns))
    table = rich.table.Table(
        box=_ASCII if ascii_only else rich.box.SIMPLE_HEAD, padding=(0, 1, 0, 0), safe_box=False, pad_edge=False
    )
    # What is free goes to words first. Left to itself, rich takes from numbers too.
    for place, column in sorted(enumerate(columns), key=lambda item: not item[1].is_text):
        longest = max(map(rich.cells.cell_len, (column.name, *column.texts)))
        more = min(free, max(0, longest - widths[place]))
        widths[place] += more
        free -= more
    for column, own in zip(columns, widths):
        head = rich.text.Text(column.name, overflow="fold")
        justify: rich.console.JustifyMethod = "left" if column.is_text else "right"
        table.add_column(head, justify=justify, overflow="fold", width=own)
    for row, texts in enumerate(zip(*(column.texts for column in columns))):
        cells = [rich.text.Text(text, overflow="fold", no_wrap=not c.is_text) for text, c in zip(texts, columns)]
        for cell, column in zip(cells, columns):
            if styles is not None and column.name in ("dead", "share"):
                cell.stylize(styles[row])
        table.add_row(*cells)
    return table


def _least(column: Column) -> int:
    """How narrow a column can be: numbers are whole, and names of runs, which are the heads of numbers, are folded."""
    longest = max(map(rich.cells.cell_len, column.texts), default=0)
    if column.is_text:
        return max(min(_LEAST_TEXT, longest), len(column.name))
    return max(longest, min(rich.cells.cell_len(column.name), _LEAST_HEAD))


def _listed(columns: Sequence[Column]) -> Iterator[rich.console.RenderableType]:
    others = columns[1:]
    for name, *texts in zip(*(column.texts for column in columns)):
        yield rich.text.Text(name, "bold", overflow="fold")
        cells = [(column.name, " ".join(text.split())) for column, text in zip(others, texts)]
        pairs = ", ".join(f"{head} {text}" for head, text in cells if text != report_rows.NONE)
        yield rich.padding.Padding(rich.text.Text(pairs, overflow="fold"), (0, 0, 0, 2))
    yield rich.text.Text("")


def _parts(layer: Column, base: Column, others: Sequence[Column], width: int) -> Iterator[list[Column]]:
    """The columns of as many runs as fit beside the base."""
    free = width - _least(layer) - 2 - _least(base) - 2
    part: list[Column] = []
    for column in others:
        if part and sum(_least(one) + 2 for one in [*part, column]) > free:
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
