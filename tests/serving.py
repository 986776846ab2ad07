"""TensorBoard as a process."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

_START_SECONDS = 60

ROOT = pathlib.Path(__file__).parents[1]


def without_tensorflow(directory: pathlib.Path) -> dict[str, str]:
    """Environment variables that hide TensorFlow from a process: TensorBoard starts in a fifth of the time then.

    Args:
      directory: An empty directory.
    """
    (directory / "tensorflow.py").write_text("raise ModuleNotFoundError('TensorFlow is hidden from this process')\n")
    return {"PYTHONPATH": os.pathsep.join([str(directory), os.environ.get("PYTHONPATH") or str(ROOT)])}


@contextlib.contextmanager
def serve(logdir: pathlib.Path, *flags: str, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Runs TensorBoard on a free port and yields its URL, with a slash at the end.

    Args:
      logdir: Log directory.
      flags: Further flags.
      environment: Further environment variables.

    Raises:
      RuntimeError: It does not start; with what it printed.
    """
    command = [sys.executable, "-m", "tensorboard.main", f"--logdir={logdir}", "--host=127.0.0.1", "--port=0", *flags]
    variables = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables) as board:
        lines: list[str] = []
        url: list[str] = []
        ready = threading.Event()

        def follow() -> None:
            assert board.stdout is not None
            for line in board.stdout:
                lines.append(line)
                if found := re.search(r"TensorBoard \S+ at (http://\S+)", line):
                    url.append(found[1])
                    ready.set()
            ready.set()

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            if not ready.wait(_START_SECONDS) or not url:
                raise RuntimeError("TensorBoard did not start:\n" + "".join(lines))
            yield url[0].rstrip("/") + "/"
        finally:
            board.terminate()
            follower.join()
