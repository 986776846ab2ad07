"""The command line, without training anything."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from importlib import metadata as importlib_metadata

import pytest

import tb_deadrelu_plugin
from tb_deadrelu_plugin import cli, tensorboard_serving
from tests.event_writing import make_records, write_records


def test_help_names_every_command_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["demo", "--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert all(option in text for option in ("--logdir", "--seed", "--epochs", "--port", "--no-serve"))


def test_without_a_command_prints_help_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "demo" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"deadrelu {tb_deadrelu_plugin.__version__}\n"


def test_is_the_console_script() -> None:
    found = importlib_metadata.entry_points(group="console_scripts", name="deadrelu")
    assert {entry.value for entry in found} == {"tb_deadrelu_plugin.cli:main"}


def test_imports_no_framework() -> None:
    program = (
        "import sys; from tb_deadrelu_plugin import cli; "
        "print(sorted({'tensorflow', 'keras', 'torch', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demo", "--port", "70000"], "argument --port: expected an integer from 0 to 65535, got '70000'"),
        (["demo", "--port", "http"], "argument --port: expected an integer from 0 to 65535, got 'http'"),
        (["demo", "--epochs", "0"], "argument --epochs: expected an integer from 1 to 10000, got '0'"),
        (["demo", "--seed", "-1"], "argument --seed: expected an integer from 0 to 2147483647, got '-1'"),
        (["train"], "invalid choice: 'train'"),
    ],
)
def test_bad_arguments(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        ({"tensorflow"}, ["tensorflow"]),
        ({"sklearn"}, ["scikit-learn"]),
        ({"tensorflow", "sklearn"}, ["tensorflow", "scikit-learn"]),
    ],
)
def test_says_what_the_demo_lacks(
    absent: set[str], named: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in absent else object())
    assert cli.main(["demo", "--no-serve"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"deadrelu: the demo trains a network and needs {' and '.join(named)}; install with: ")
    assert error.endswith(f"-m pip install {' '.join(named)}\n")


@pytest.fixture()
def nothing_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())


@pytest.mark.usefixtures("nothing_missing")
def test_does_not_mix_its_runs_with_others(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "events.out.tfevents.1.other"
    other.write_bytes(b"of somebody else")
    assert cli.main(["demo", "--logdir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"deadrelu: --logdir {str(tmp_path)!r} is not empty, and the demo does not mix its runs with others; "
        "name a new directory.\n"
    )
    assert list(tmp_path.iterdir()) == [other]


@pytest.mark.usefixtures("nothing_missing")
def test_log_directory_that_is_a_file(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert cli.main(["demo", "--logdir", str(file)]) == 1
    assert capsys.readouterr().err == f"deadrelu: --logdir {str(file)!r} can't be used: File exists.\n"


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
    with pytest.raises(cli.CommandError) as stopped:
        tensorboard_serving.serve(str(tmp_path), 0)
    assert re.fullmatch(r"TensorBoard did not start \(.*\). It said: no tensorboard here", str(stopped.value))
    assert "#dead_relu" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_stopped(number: signal.Signals, tmp_path: pathlib.Path) -> None:
    write_records(tmp_path / "run", "dense", make_records(3, 4))
    program = (
        f"from tb_deadrelu_plugin import tensorboard_serving as s; raise SystemExit(s.serve({str(tmp_path)!r}, 0))"
    )
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
    assert cli._has_display() == expected
