"""The command `deadrelu`."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence

from tb_deadrelu_plugin import __version__
from tb_deadrelu_plugin.commands.command_line import CommandError, warnings_on_stderr

_DEFAULT_PORT = 6006
_DEMO_NEEDS = {"tensorflow": "tensorflow", "sklearn": "scikit-learn"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    try:
        return options.run(options)
    except CommandError as error:
        print(f"deadrelu: {error}", file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        # What the shell expects of a program that Ctrl-C ended.
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deadrelu", description="Dead ReLU units over the course of training, shown in TensorBoard."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="train the same small network three times on handwritten digits, then open the tab",
        description="Trains the same small ReLU network on scikit-learn's handwritten digits in three runs (healthy; "
        "a learning rate far too high, so that units die during training; leaky ReLU under the same learning rate), "
        "prints which units died and when, and serves TensorBoard with the Dead ReLU tab open.",
    )
    demo.add_argument(
        "--logdir",
        metavar="DIR",
        help="where the runs are written: a new or an empty directory, for the demo does not mix its runs with others "
        "(default: a fresh temporary directory, whose name is printed)",
    )
    demo.add_argument(
        "--seed", type=_count(0, 2**31 - 1), default=1, metavar="N", help="random seed (default: %(default)s)"
    )
    demo.add_argument(
        "--epochs",
        type=_count(1, 10_000),
        default=10,
        metavar="N",
        help="passes over the training data per run (default: %(default)s)",
    )
    demo.add_argument(
        "--port",
        type=_count(0, 65535),
        default=_DEFAULT_PORT,
        metavar="N",
        help=f"port of TensorBoard; if it is taken, a free one is used (default: {_DEFAULT_PORT})",
    )
    demo.add_argument("--no-serve", action="store_true", help="only train; print how to start TensorBoard")
    demo.set_defaults(run=_demo)
    export = commands.add_parser(
        "export",
        help="write the records of a log directory as CSV files",
        description="Writes one CSV file per run and layer, with a row for each record and unit. Every record is "
        "written, also those that TensorBoard would leave out. The columns are described in http_api.md under /csv.",
    )
    export.add_argument(
        "logdir", metavar="LOGDIR", help="directory as given to tensorboard --logdir, or one event file"
    )
    export.add_argument(
        "--output",
        metavar="DIR",
        required=True,
        help="where the files are written; made if it is not there, and files of the same name are replaced",
    )
    _add_patterns(export)
    export.set_defaults(run=_export)
    _add_report(commands)
    return parser


def _add_report(commands: argparse._SubParsersAction) -> None:
    report = commands.add_parser(
        "report",
        help="say which units are dead, since when, why, and what to do about it",
        description="Reports on the runs of a log directory: per layer the dead units, since when, on what evidence, "
        "the causes and what follows; several runs are compared with the first. TensorFlow is not needed.",
        epilog="Exit status: 0 if there is a report, 1 if there is nothing to report on, 2 if an argument is wrong, "
        "3 if a condition of --fail-on holds.",
    )
    report.add_argument("logdir", metavar="LOGDIR", help="directory as given to tensorboard --logdir, or an event file")
    report.add_argument(
        "--format",
        choices=("table", "json", "csv", "markdown"),
        default="table",
        help="how it is printed (default: %(default)s); the JSON is described in report_schema.md",
    )
    report.add_argument(
        "--preset",
        metavar="NAME",
        default="default",
        help="published criterion to count flagged units by, beside the dead ones: sagemaker, sokar_0.025, sokar_0.1, "
        "dohare or apoz",
    )
    report.add_argument(
        "--fail-on",
        metavar="CONDITION",
        action="append",
        default=[],
        help="exit with status 3 if it holds for any run: dead, dead_share, flagged_share or severity (ok, watch, "
        "sick), compared by > >= < <= or ==, for example 'dead_share>0.2'; 'layer.dead_share>0.5' is asked of every "
        "layer. May be given several times",
    )
    report.add_argument("--base", metavar="RUN", help="run that others are compared with (default: the first)")
    _add_patterns(report)
    report.add_argument(
        "--follow",
        action="store_true",
        help="report anew whenever there are new records, until Ctrl-C or until a condition of --fail-on holds",
    )
    report.add_argument(
        "--interval",
        metavar="SECONDS",
        type=_seconds,
        default=5.0,
        help="how often --follow looks for new records (default: %(default)g)",
    )
    report.set_defaults(run=_report)


def _add_patterns(parser: argparse.ArgumentParser) -> None:
    for name in ("run", "layer"):
        # Not called `run`, which is what runs the command.
        parser.add_argument(
            f"--{name}",
            metavar="PATTERN",
            default="*",
            dest=f"{name}_pattern",
            help=f"only {name}s whose name fits, for example 'conv*' (default: all)",
        )


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0.1 <= float(text) <= 86_400:
            return float(text)
    raise argparse.ArgumentTypeError(f"expected seconds from 0.1 to 86400, got {text!r}")


def _count(least: int, most: int) -> Callable[[str], int]:
    """Returns a parser of integers within limits."""

    def parse(text: str) -> int:
        with contextlib.suppress(ValueError):
            if least <= int(text) <= most:
                return int(text)
        raise argparse.ArgumentTypeError(f"expected an integer from {least} to {most}, got {text!r}")

    return parse


def _report(options: argparse.Namespace) -> int:
    from tb_deadrelu_plugin.commands import report_command

    return report_command.run(options)


def _export(options: argparse.Namespace) -> int:
    from tb_deadrelu_plugin import reader
    from tb_deadrelu_plugin.commands import export

    with warnings_on_stderr():
        try:
            runs = reader.read(options.logdir)
            chosen = export.choose(runs, options.run_pattern, options.layer_pattern)
        except (FileNotFoundError, ValueError) as error:
            raise CommandError(str(error)) from error
    try:
        for path in export.write(chosen, options.output):
            print(path)
    except OSError as error:
        raise CommandError(f"--output {options.output!r} can't be used: {error.strerror}.") from error
    return 0


def _demo(options: argparse.Namespace) -> int:
    missing = [package for module, package in _DEMO_NEEDS.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise CommandError(
            f"the demo trains a network and needs {' and '.join(missing)}; "
            f"install with: {shlex.join([sys.executable, '-m', 'pip', 'install', *missing])}"
        )
    logdir = _empty_directory(options.logdir)
    # Before TensorFlow is imported, for that is when it and Keras look.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import rich.console

    console = rich.console.Console(highlight=False)
    console.print("Importing TensorFlow")
    from tb_deadrelu_plugin.commands import demo

    console.print(f"Training on handwritten digits; the runs are written to {logdir}", soft_wrap=True)
    accuracies = demo.train(logdir, console, seed=options.seed, epochs=options.epochs)
    console.print(demo.summary_table(logdir, accuracies))
    if options.no_serve:
        console.print(f"See them with: {shlex.join(['tensorboard', '--logdir', logdir])}", soft_wrap=True)
        return 0
    from tb_deadrelu_plugin.commands import tensorboard_serving

    return tensorboard_serving.serve(logdir, options.port)


def _empty_directory(name: str | None) -> str:
    """Makes sure that there is such a directory, and that it is empty."""
    if name is None:
        return tempfile.mkdtemp(prefix="deadrelu-demo-")
    try:
        os.makedirs(name, exist_ok=True)
        if os.listdir(name):
            raise CommandError(
                f"--logdir {name!r} is not empty, and the demo does not mix its runs with others; name a new directory."
            )
    except OSError as error:
        raise CommandError(f"--logdir {name!r} can't be used: {error.strerror}.") from error
    return os.path.abspath(name)
