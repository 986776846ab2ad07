"""Runs TensorBoard on a directory, for as long as the user looks at it."""

from __future__ import annotations

import contextlib
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
import webbrowser
from collections.abc import Iterator

from tb_deadrelu_plugin.commands.command_line import CommandError

_START_SECONDS = 120
_POLL_SECONDS = 0.2
_LOADING_SECONDS = 20


def serve(logdir: str, port: int) -> int:
    """Runs TensorBoard on a directory until Ctrl-C; returns the exit status.

    Raises:
      CommandError: TensorBoard does not start, or there is no free port.
    """
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
