"""`deadrelu report`: from its arguments to what it prints and its exit status."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

import rich.console

from tb_deadrelu_plugin import presets
from tb_deadrelu_plugin import report as reporting
from tb_deadrelu_plugin.commands import conditions, report_reading, report_text
from tb_deadrelu_plugin.commands.command_line import CommandError, warnings_on_stderr
from tb_deadrelu_plugin.commands.conditions import Condition
from tb_deadrelu_plugin.commands.report_reading import Reading

FORMATS = ("table", "json", "csv", "markdown")
FAILED = 3
"""Exit status where a condition of --fail-on holds."""

# As event_files says it of a file whose last record is not whole yet.
_GROWING = "still being written"


def run(options: argparse.Namespace) -> int:
    """Runs the command.

    Args:
      options: `logdir`, `run_pattern`, `layer_pattern`, `format`, `preset`,
        `base`, `fail_on`, `follow` and `interval` as `cli` has them.

    Returns:
      The exit status: 0, or `FAILED`.

    Raises:
      CommandError: There is nothing to report on (status 1), or an argument
        is wrong (status 2).
    """
    try:
        asked = [conditions.parse(text) for text in options.fail_on]
    except conditions.ConditionError as error:
        raise CommandError(f"--fail-on: {error}", 2) from error
    try:
        presets.get(options.preset)
    except ValueError as error:
        raise CommandError(f"--preset: {error}", 2) from error
    if options.follow:
        return _follow(options, asked)
    with warnings_on_stderr():
        try:
            reading = _read(options)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
    _write(_rendered(reading, options))
    return _judge(reading, asked)


def _follow(options: argparse.Namespace, asked: list[Condition]) -> int:
    """Reports anew whenever there are new records, until Ctrl-C or until a condition holds."""
    sizes = mark = None
    said: set[str] = set()
    try:
        while True:
            # Looked at before reading: what is written meanwhile is read the next time.
            now = report_reading.sizes(options.logdir)
            if now != sizes:
                sizes = now
                try:
                    with warnings_on_stderr(said, lambda text: _GROWING in text):
                        reading = _read(options)
                except (OSError, ValueError) as error:
                    # Training may not have begun; Ctrl-C is there for other reasons.
                    _say_once(f"waiting, for there is nothing to report on yet: {error}", said)
                else:
                    if reading.mark != mark:
                        if not _write(_rendered(reading, options, following=mark is not None, live=True)):
                            return 0
                        mark = reading.mark
                        if status := _judge(reading, asked):
                            return status
            time.sleep(options.interval)
    except KeyboardInterrupt:
        return 0


def _read(options: argparse.Namespace) -> Reading:
    reading = report_reading.read(options.logdir, options.run_pattern, options.layer_pattern, preset=options.preset)
    names = [run.run for run in reading.chosen]
    if options.base is not None and options.base not in names:
        raise ValueError(f"--base {options.base!r} is none of the runs: {', '.join(map(repr, names))}")
    return reading


def _rendered(reading: Reading, options: argparse.Namespace, *, following: bool = False, live: bool = False) -> str:
    """The report as text.

    Args:
      reading: What to report.
      options: The command's.
      following: Whether it follows another one, of which it is to be told
        apart.
      live: Whether others are to follow: then JSON is one line each.
    """
    runs = reading.chosen
    base = next((run for run in runs if run.run == options.base), None)
    if options.format == "json":
        return json.dumps(reporting.to_json(runs), indent=None if live else 2) + "\n"
    if options.format == "csv":
        return report_text.csv_text(runs, base, header=not following)
    if options.format == "markdown":
        return ("\n" if following else "") + report_text.markdown(runs, base)
    console = rich.console.Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        if live:
            console.rule(time.strftime("%H:%M:%S"), characters="-", style="dim")
        for part in report_text.terminal(runs, base, width=console.width, ascii_only=console.options.ascii_only):
            console.print(part, crop=False)
    # Cells are filled up to their columns' widths.
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def _write(text: str) -> bool:
    """Writes to stdout; returns False if nobody reads it any more, as behind `| head`."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would try to write what is left as it ends, and say that it can't.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _judge(reading: Reading, asked: list[Condition]) -> int:
    """Says on stderr which conditions hold and where; returns the exit status."""
    status = 0
    for condition in asked:
        for whole, chosen in zip(reading.whole, reading.chosen):
            for reason in conditions.reasons(condition, whole, chosen.layers):
                print(f"deadrelu: --fail-on {str(condition)!r}: {reason}", file=sys.stderr)
                status = FAILED
    return status


def _say_once(text: str, said: set[str]) -> None:
    if text not in said:
        said.add(text)
        print(f"deadrelu: {text}", file=sys.stderr)
