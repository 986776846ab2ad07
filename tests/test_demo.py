"""`deadrelu demo`, trained and served."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator

import numpy as np
import pytest

from tb_deadrelu_plugin import cli, read

for module in ("tensorflow", "sklearn"):
    pytest.importorskip(module, reason="the demo trains a network")

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

_COMMAND = [sys.executable, "-c", "import sys; from tb_deadrelu_plugin.cli import main; sys.exit(main())", "demo"]
_RUNS = {"healthy", "high_lr", "leaky_relu"}
_LAYERS = ["conv_1", "conv_2", "dense_1", "dense_2"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, str]:
    """The demo's directory and what it printed."""
    logdir = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [*_COMMAND, "--no-serve", "--logdir", str(logdir)], capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    return logdir, done.stdout


def test_three_runs_of_one_network(demo: tuple[pathlib.Path, str]) -> None:
    runs = read(demo[0])
    assert set(runs) == _RUNS
    for layers in runs.values():
        assert list(layers) == _LAYERS
        for timeline in layers.values():
            assert 60 <= len(timeline.steps) <= 150
            np.testing.assert_array_equal(timeline.steps, runs["healthy"]["conv_1"].steps)


def test_units_die_while_the_learning_rate_is_too_high(demo: tuple[pathlib.Path, str]) -> None:
    layers = read(demo[0])["high_lr"]
    last_active = np.concatenate([timeline.last_active_step[-1][timeline.dead_units()] for timeline in layers.values()])
    assert len(last_active) >= 20
    # They die in training, and not all at once.
    assert np.mean(last_active > 10) > 0.9
    assert len(np.unique(last_active)) > 5
    assert max(len(timeline.dead_units()) / timeline.units for timeline in layers.values()) >= 0.2


def test_the_healthy_run_is_healthy(demo: tuple[pathlib.Path, str]) -> None:
    for timeline in read(demo[0])["healthy"].values():
        assert len(timeline.dead_units()) <= 0.1 * timeline.units


def test_leaky_units_are_never_dead(demo: tuple[pathlib.Path, str]) -> None:
    for timeline in read(demo[0])["leaky_relu"].values():
        assert len(timeline.dead_units()) == 0
        assert timeline.zero_fraction is None
        assert np.all(np.isfinite(timeline.gradient_norm))


def test_prints_what_happened(demo: tuple[pathlib.Path, str]) -> None:
    logdir, printed = demo
    dead = read(logdir)["high_lr"]["dense_2"].dead_units()
    row = next(line for line in printed.splitlines() if line.strip().startswith("dense_2"))
    assert re.search(rf"\b{len(dead)} of 64\b", row)
    assert f"See them with: tensorboard --logdir {logdir}" in printed


@contextlib.contextmanager
def _served(*arguments: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """Runs the demo until it prints the tab's address; yields the process and TensorBoard's address."""
    with subprocess.Popen(
        [*_COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        errors = threading.Thread(target=lambda: process.stderr.read(), daemon=True)
        errors.start()
        lines: list[str] = []
        try:
            for line in process.stdout:
                lines.append(line)
                if found := re.search(r"http://localhost:\d+/#dead_relu", line):
                    yield process, found[0].removesuffix("#dead_relu")
                    break
            else:
                pytest.fail("the demo ended without an address:\n" + "".join(lines))
        finally:
            process.kill()


def test_serves_the_runs_until_ctrl_c(demo: tuple[pathlib.Path, str], tmp_path: pathlib.Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with _served("--epochs", "1", "--port", "0", "--logdir", str(tmp_path / "runs")) as (process, url):
        with opener.open(url + "data/plugin/dead_relu/layers", timeout=30) as answer:
            runs = json.load(answer)["runs"]
        assert set(runs) == _RUNS
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stdout is not None
        assert "To see the runs again: tensorboard --logdir" in process.stdout.read()
        with pytest.raises(OSError):
            opener.open(url, timeout=5)
    # The same seed gives the same training, to the last bit.
    whole = read(demo[0])
    for run, layers in read(tmp_path / "runs").items():
        for name, timeline in layers.items():
            longer = whole[run][name]
            records = len(timeline.steps)
            np.testing.assert_array_equal(timeline.active, longer.active[:records])
            np.testing.assert_array_equal(timeline.gradient_norm, longer.gradient_norm[:records])


def test_the_report_says_which_run_is_sick(demo: tuple[pathlib.Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["report", str(demo[0]), "--fail-on", "dead_share>0.1", "--fail-on", "layer.severity>=watch"]
    assert cli.main(arguments) == 3
    said = capsys.readouterr()
    dead = {name: len(timeline.dead_units()) for name, timeline in read(demo[0])["high_lr"].items()}
    assert max(map(len, said.out.splitlines())) <= 80
    for name, count in dead.items():
        assert re.search(rf"^ {name} .* {count} of \d+ +\(\+?[=\d]+\) +can't die$", said.out, re.M)
    assert re.search(rf"^high_lr: (sick|watch)\. {sum(dead.values())} of 240 units dead", said.out, re.M)
    reasons = said.err.splitlines()
    assert re.search(rf"run 'high_lr' has {sum(dead.values())} of 240 units dead", reasons[0])
    assert len(reasons) > 1 and all("run 'high_lr'" in reason for reason in reasons)
