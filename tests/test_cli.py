"""The command line, without training anything."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import sys
from importlib import metadata as importlib_metadata

import pytest

import tb_deadrelu_plugin
from tb_deadrelu_plugin import cli


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
