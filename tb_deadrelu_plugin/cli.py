"""The command `deadrelu`."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
import webbrowser
from collections.abc import Callable, Iterator, Sequence

from tb_deadrelu_plugin import __version__

_DEFAULT_PORT = 6006
_START_SECONDS = 120
_POLL_SECONDS = 0.2
_LOADING_SECONDS = 20
_DEMO_NEEDS = {"tensorflow": "tensorflow", "sklearn": "scikit-learn"}


class CommandError(Exception):
    """The command can't do what was asked; its text is for the user."""


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
        return 1
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
    for name in ("run", "layer"):
        # Not called `run`, which is what runs the command.
        export.add_argument(
            f"--{name}",
            metavar="PATTERN",
            default="*",
            dest=f"{name}_pattern",
            help=f"only {name}s whose name fits, for example 'conv*' (default: all)",
        )
    export.set_defaults(run=_export)
    return parser


def _count(least: int, most: int) -> Callable[[str], int]:
    """Returns a parser of integers within limits."""

    def parse(text: str) -> int:
        with contextlib.suppress(ValueError):
            if least <= int(text) <= most:
                return int(text)
        raise argparse.ArgumentTypeError(f"expected an integer from {least} to {most}, got {text!r}")

    return parse


def _export(options: argparse.Namespace) -> int:
    from tb_deadrelu_plugin import export, reader

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            runs = reader.read(options.logdir)
            chosen = export.choose(runs, options.run_pattern, options.layer_pattern)
        except (FileNotFoundError, ValueError) as error:
            raise CommandError(str(error)) from error
        finally:
            for warning in caught:
                print(f"deadrelu: warning: {warning.message}", file=sys.stderr)
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
    from tb_deadrelu_plugin import demo

    console.print(f"Training on handwritten digits; the runs are written to {logdir}", soft_wrap=True)
    accuracies = demo.train(logdir, console, seed=options.seed, epochs=options.epochs)
    console.print(demo.summary_table(logdir, accuracies))
    if options.no_serve:
        console.print(f"See them with: {shlex.join(['tensorboard', '--logdir', logdir])}", soft_wrap=True)
        return 0
    return _serve(logdir, options.port)


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


def _serve(logdir: str, port: int) -> int:
    """Runs TensorBoard on a directory until Ctrl-C."""
    free = _free_port(port)
    if port not in (free, 0):
        print(f"Port {port} is taken; TensorBoard gets port {free}.")
    print("Starting TensorBoard", flush=True)
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", logdir, "--port", str(free)]
    url = f"http://localhost:{free}"
    # Around everything, for Ctrl-C may come at any time.
    with contextlib.suppress(KeyboardInterrupt), tempfile.TemporaryFile() as output, _running(command, output) as board:
        if not _wait_until_loaded(url, board, set(os.listdir(logdir))):
            output.seek(0)
            said = output.read().decode(errors="replace").strip() or "nothing"
            raise CommandError(f"TensorBoard did not start ({shlex.join(command)}). It said: {said}")
        print(f"\nThe Dead ReLU tab is at {url}/#dead_relu (Ctrl-C to stop)", flush=True)
        if _has_display():
            webbrowser.open(f"{url}/#dead_relu")
        # Not `wait`: where another thread gets the signal, this one would not hear of it before TensorBoard ends.
        while (ended := board.poll()) is None:
            time.sleep(_POLL_SECONDS)
        return ended
    print(f"\nTensorBoard has stopped. To see the runs again: {shlex.join(['tensorboard', '--logdir', logdir])}")
    return 0


@contextlib.contextmanager
def _running(command: list[str], output: object) -> Iterator[subprocess.Popen]:
    """Runs a process that does not outlive this one, however this one is asked to end."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        # A second Ctrl-C must not leave the process behind.
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_loaded(url: str, board: subprocess.Popen, runs: set[str]) -> bool:
    """Waits until TensorBoard has read the runs; returns False if it does not even answer."""
    # A proxy that the environment names has no business with this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    start, answered = time.monotonic(), None
    while board.poll() is None:
        now = time.monotonic()
        if now - start > _START_SECONDS or (answered is not None and now - answered > _LOADING_SECONDS):
            break
        try:
            with opener.open(f"{url}/data/plugin/dead_relu/layers", timeout=5) as answer:
                answered = now if answered is None else answered
                if runs <= set(json.load(answer)["runs"]):
                    return True
        except (OSError, ValueError, KeyError):
            pass
        time.sleep(_POLL_SECONDS)
    return answered is not None and board.poll() is None


def _free_port(port: int) -> int:
    """Returns the port if it is free, else another that is."""
    for candidate in (port, 0):
        with socket.socket() as probe:
            # TensorBoard sets it as well: a port that was just left is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
            with contextlib.suppress(OSError):
                probe.bind(("localhost", candidate))
                return int(probe.getsockname()[1])
    raise CommandError("there is no free port on this machine for TensorBoard.")


def _has_display() -> bool:
    if not sys.stdout.isatty() or "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
