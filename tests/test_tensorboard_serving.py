"""TensorBoard as the demo runs it."""

from __future__ import annotations

import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from tb_deadrelu_plugin.commands import tensorboard_serving
from tb_deadrelu_plugin.commands.command_line import CommandError
from tests.event_writing import make_records, write_records


def test_another_port_if_it_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        taken = other.getsockname()[1]
        free = tensorboard_serving._free_port(taken)
        assert free not in (0, taken)
    assert tensorboard_serving._free_port(free) == free


def test_says_why_tensorboard_did_not_start(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho no tensorboard here\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(CommandError) as stopped:
        tensorboard_serving.serve(str(tmp_path), 0)
    assert re.fullmatch(r"TensorBoard did not start \(.*\). It said: no tensorboard here", str(stopped.value))
    assert "#dead_relu" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_stopped(number: signal.Signals, tmp_path: pathlib.Path) -> None:
    write_records(tmp_path / "run", "dense", make_records(3, 4))
    program = f"from tb_deadrelu_plugin.commands import tensorboard_serving as s; raise SystemExit(s.serve({str(tmp_path)!r}, 0))"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = next(
                filter(None, (re.search(r"(http://localhost:\d+/)#dead_relu", line) for line in process.stdout))
            )
            # The address is printed once there is something to see.
            with opener.open(found[1] + "data/plugin/dead_relu/layers", timeout=30) as answer:
                assert set(json.load(answer)["runs"]) == {"run"}
            process.send_signal(number)
            assert process.wait(30) == 0
            with pytest.raises(OSError):
                opener.open(found[1], timeout=5)
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({"DISPLAY": ":0"}, True, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, True),
        ({"DISPLAY": ":0"}, False, False),
        ({}, True, False),
        ({"DISPLAY": "localhost:10", "SSH_CONNECTION": "a b c d"}, True, False),
    ],
)
def test_opens_a_browser_only_where_somebody_sees_it(
    environment: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert tensorboard_serving._has_display() == expected
