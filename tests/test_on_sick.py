"""What `fit` prints, stops and calls when layers become sick; verdicts and `dead_share` during training."""

from __future__ import annotations

import io
import pathlib
import re
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin import reader, report
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.verdict import Severity
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
UNITS = 10


class Kills(keras.callbacks.Callback):
    """Sets so many units' biases far below zero as epochs begin, or back to zero."""

    def __init__(self, **dead: dict[int, int]) -> None:
        super().__init__()
        self._dead = dead

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        for name, by_epoch in self._dead.items():
            if epoch in by_epoch:
                bias = np.zeros(UNITS, np.float32)
                bias[: by_epoch[epoch]] = -1e6
                self.model.get_layer(name).bias.assign(bias)


def build(*names: str, **compiled: Any) -> keras.Model:
    """Layers side by side, so that none makes another one sick."""
    keras.utils.set_random_seed(0)
    x = keras.Input([6])
    # With positive weights and inputs all units are active on every row.
    plain = {"kernel_initializer": keras.initializers.RandomUniform(0.1, 1.0), "trainable": False}
    hidden = [layers.Dense(UNITS, "relu", name=name, **plain)(x) for name in names]
    joined = layers.Concatenate()(hidden) if len(hidden) > 1 else hidden[0]
    model = keras.Model(x, layers.Dense(2)(joined))
    model.compile(**{"optimizer": keras.optimizers.SGD(1e-4), "loss": "mse", "run_eagerly": True} | compiled)
    return model


def fit(model: keras.Model, *callbacks: Any, epochs: int = 3, **options: Any) -> keras.callbacks.History:
    x, y = training.data((6,), rows=32)
    options = {"batch_size": 8, "verbose": 0} | options
    return model.fit(np.abs(x) + 0.1, y, epochs=epochs, callbacks=list(callbacks), **options)


def said(text: str) -> list[str]:
    return [line for line in text.splitlines() if "deadrelu" in line]


def test_warns_once_and_again_after_recovery(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    kills = Kills(a={1: 2, 3: 0, 5: 5})
    fit(build("a", "b"), kills, DeadReLU(tmp_path), epochs=7)
    first, second = said(capsys.readouterr().out)
    # Eight steps are two epochs of four batches.
    for line, dead, share, step in ((first, 2, "20.0", 4), (second, 5, "50.0", 20)):
        assert re.match(
            rf"deadrelu: layer a: {dead} of 10 units dead \({share} %\), each active in 0 of at least [1-9]\d* samples, "
            rf"none at step {step}; last active at step {step}\. ",
            line,
        )


def test_says_what_to_do(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    callback = DeadReLU(tmp_path)
    fit(build("a"), Kills(a={1: 6}), callback, epochs=2)
    (line,) = said(capsys.readouterr().out)
    assert callback.monitor is not None
    (layer,) = callback.monitor.verdict().layers
    advice = max(layer.findings, key=lambda finding: len(finding.units)).advice
    assert advice and line.endswith(f". {advice}")


def test_nothing_is_said_of_a_healthy_model(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    fit(build("a"), DeadReLU(tmp_path, "batch"))
    assert capsys.readouterr().out == ""


def test_nothing_is_said_if_nothing_is_to_be_done(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    fit(build("a"), Kills(a={0: 10}), DeadReLU(tmp_path, on_sick=None))
    assert capsys.readouterr().out == ""


def test_many_layers_at_once(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    names = [f"l{i}" for i in range(8)]
    fit(build(*names), Kills(**{name: {0: 5} for name in names}), DeadReLU(tmp_path), epochs=1)
    lines = said(capsys.readouterr().out)
    assert len(lines) == 5 and lines[-1] == "deadrelu: and 4 more layers."


def screen(text: str) -> list[str]:
    """What a terminal shows: carriage returns and backspaces write over what is there."""
    rows, column = [""], 0
    for char in re.sub(r"\x1b\[[0-9;]*m", "", text):
        if char == "\n":
            rows.append("")
            column = 0
        elif char == "\r":
            column = 0
        elif char == "\b":
            column = max(0, column - 1)
        else:
            rows[-1] = rows[-1][:column] + char + rows[-1][column + 1 :]
            column += 1
    return [row.rstrip() for row in rows]


GRAPH, EAGER = {"run_eagerly": False, "jit_compile": False}, {"run_eagerly": True}


# Every pair of two of them.
@pytest.mark.parametrize(
    ("update_freq", "verbose", "compiled"),
    [
        ("epoch", 1, GRAPH),
        (3, 1, EAGER),
        ("batch", 1, GRAPH),
        ("epoch", "auto", EAGER),
        (3, "auto", GRAPH),
        ("batch", "auto", EAGER),
        ("epoch", 2, GRAPH),
        (3, 2, EAGER),
        ("batch", 2, EAGER),
        ("epoch", 0, EAGER),
        (3, 0, GRAPH),
        ("batch", 0, EAGER),
    ],
    ids=str,
)
def test_progress_is_not_torn(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture, update_freq: Any, verbose: Any, compiled: dict
) -> None:
    callback = DeadReLU(tmp_path, update_freq)
    fit(build("a", **compiled), Kills(a={1: 6}), callback, verbose=verbose, epochs=3)
    rows = screen(capsys.readouterr().out)
    (mine,) = [i for i, row in enumerate(rows) if "deadrelu" in row]
    assert rows[mine].startswith("deadrelu: layer a: 6 of 10 units dead (60.0 %)") and "━" not in rows[mine]
    if verbose in (1, "auto"):
        # The bar goes on below, and each epoch's is whole.
        assert re.match("[1-4]/4 ━", rows[mine + 1])
        assert sum("dead_share" in row and row.startswith(f"4/4 {20 * '━'} ") for row in rows) == 3
        assert "" not in rows[:-1]
    elif verbose == 2:
        assert sum(row.startswith("4/4 - ") for row in rows) == 3 and "" not in rows[:-1]
    else:
        assert rows[mine:] == [rows[mine], ""]


def test_terminal_without_the_letters(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)
    fit(build("é"), Kills(é={0: 10}), DeadReLU(tmp_path), epochs=1)
    out.flush()
    assert b"deadrelu: layer ?: 10 of 10 units dead" in out.buffer.getvalue()  # type: ignore[attr-defined]


def test_stops(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    kills = Kills(a={1: 2, 3: 6})
    history = fit(build("a"), kills, DeadReLU(tmp_path, on_sick="stop"), epochs=9)
    assert len(history.epoch) == 4
    lines = said(capsys.readouterr().out)
    assert lines[-1] == "deadrelu: training is stopped at step 16: layer a is sick, 6 of 10 units dead (60.0 %)."
    assert [line.split(" units")[0] for line in lines[:-1]] == [
        "deadrelu: layer a: 2 of 10",
        "deadrelu: layer a: 6 of 10",
    ]


def test_stops_within_an_epoch_and_in_the_next_training(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    model, callback = build("a"), DeadReLU(tmp_path, 3, on_sick="stop")
    # Before an epoch is over nobody knows whether so few samples are enough. The batch after the record is the last.
    fit(model, Kills(a={0: 10}), callback, epochs=9)
    assert callback.monitor is not None and callback.monitor.batches == 7
    fit(model, callback, epochs=9)
    assert callback.monitor.batches == 7 + 4
    assert sum("training is stopped" in line for line in said(capsys.readouterr().out)) == 2


def test_function_is_called_once_per_event(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture) -> None:
    calls: list[tuple[report.LayerReport, int]] = []
    callback = DeadReLU(tmp_path, on_sick=lambda layer, step: calls.append((layer, step)))
    fit(build("a", "b"), Kills(a={1: 2, 2: 6}, b={2: 10}), callback, epochs=5)
    assert [(one.layer, one.severity, one.dead, step) for one, step in calls] == [
        ("a", Severity.WATCH, 2, 8),
        ("a", Severity.SICK, 6, 12),
        ("b", Severity.SICK, 10, 12),
    ]
    assert calls[0][0].dead_units == (0, 1) and capsys.readouterr().out == ""


def test_function_that_raises_is_warned_of_once(tmp_path: pathlib.Path) -> None:
    def fails(layer: report.LayerReport, step: int) -> None:
        raise RuntimeError(f"no, {layer.layer}")

    with pytest.warns(RuntimeWarning) as caught:
        history = fit(build("a"), Kills(a={0: 2, 1: 6}), DeadReLU(tmp_path, on_sick=fails), epochs=4)
    (message,) = [str(one.message) for one in caught]
    assert re.match(
        r"What on_sick=<function .*> does at step 4 has failed, and training goes on: RuntimeError: no, a$", message
    )
    assert len(history.epoch) == 4


@pytest.mark.parametrize("action", ["Stop", 1, ["warn"]])
def test_what_is_no_action(tmp_path: pathlib.Path, action: Any) -> None:
    with pytest.raises(ValueError, match=r'on_sick must be None, "warn", "stop" or a function .*, got '):
        DeadReLU(tmp_path, on_sick=action)


def test_verdict_is_that_of_the_files(tmp_path: pathlib.Path) -> None:
    callback = DeadReLU(tmp_path)
    fit(build("a", "b"), Kills(a={1: 6}, b={0: 1}), callback, epochs=4)
    assert callback.monitor is not None
    got = callback.monitor.verdict("sagemaker")
    timelines = reader.read(tmp_path)["."]
    expected = report.report(".", timelines, None, preset="sagemaker")
    assert (got.severity, got.sentence, got.step, got.dead) == (Severity.SICK, expected.sentence, 16, 7)
    for mine, theirs in zip(got.layers, expected.layers, strict=True):
        assert (mine.layer, mine.dead_units, mine.samples) == (theirs.layer, theirs.dead_units, theirs.samples)
        assert (mine.dead_since, mine.flagged, mine.severity) == (theirs.dead_since, theirs.flagged, theirs.severity)
    dead = {name: units.tolist() for name, units in callback.monitor.dead_units().items()}
    assert dead == {layer.layer: list(layer.dead_units) for layer in got.layers}
    with pytest.raises(ValueError, match="no_such"):
        callback.monitor.verdict("no_such")


def test_verdict_before_the_first_record(tmp_path: pathlib.Path) -> None:
    class Asks(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            assert callback.monitor is not None
            seen.append(callback.monitor.verdict())
            assert callback.monitor.dead_share is None

    seen: list[report.RunReport] = []
    callback = DeadReLU(tmp_path)
    fit(build("a"), Asks(), callback, epochs=1)
    assert len(seen) == 4 and all(one.step == report.NO_STEP and one.layers == () for one in seen)


def test_verdict_after_more_records_than_are_kept(tmp_path: pathlib.Path) -> None:
    callback = DeadReLU(tmp_path, "batch")
    fit(build("a"), Kills(a={10: 5}), callback, epochs=20)
    assert callback.monitor is not None
    got = callback.monitor.verdict()
    assert (got.records, got.written) == (40, 80) or got.records <= 64
    (layer,) = got.layers
    assert layer.dead_since == 40 and layer.dead == 5


def test_dead_share_is_in_the_history(tmp_path: pathlib.Path) -> None:
    history = fit(build("a", "b"), Kills(a={1: 5}, b={2: 10}), DeadReLU(tmp_path), epochs=4)
    assert history.history["dead_share"] == [0.0, 0.25, 0.75, 0.75]


def test_dead_share_is_that_of_the_newest_record(tmp_path: pathlib.Path) -> None:
    # Records at steps 6 and 12: none in the first epoch.
    history = fit(build("a"), Kills(a={1: 5}), DeadReLU(tmp_path, 6), epochs=3)
    assert history.history["dead_share"] == [0.0, 0.5] and len(history.history["loss"]) == 3


def test_dead_share_is_absent_where_no_unit_can_die(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([layers.Input([6]), layers.Dense(3, "elu"), layers.Dense(2)])
    model.compile("sgd", "mse", run_eagerly=True)
    assert "dead_share" not in fit(model, DeadReLU(tmp_path)).history


def test_early_stopping_after_the_callback(tmp_path: pathlib.Path) -> None:
    early = keras.callbacks.EarlyStopping("dead_share", mode="min", patience=2, restore_best_weights=True)
    own_history = keras.callbacks.History()
    kills = Kills(a={1: 5})
    history = fit(build("a"), kills, DeadReLU(tmp_path, on_sick=None), early, own_history, epochs=9)
    assert history.history["dead_share"] == [0.0, 0.5, 0.5]
    assert early.best == 0.0 and early.stopped_epoch == 2


def test_early_stopping_before_the_callback_sees_no_dead_share(tmp_path: pathlib.Path) -> None:
    early = keras.callbacks.EarlyStopping("dead_share", mode="min", patience=0)
    with pytest.warns(UserWarning, match="conditioned on metric `dead_share` which is not available"):
        history = fit(build("a"), Kills(a={1: 5}), early, DeadReLU(tmp_path, on_sick=None), epochs=4)
    # `History` comes last, wherever the callback stands.
    assert history.history["dead_share"] == [0.0, 0.5, 0.5, 0.5]


def test_learning_rate_is_reduced_by_dead_share(tmp_path: pathlib.Path) -> None:
    model = build("a")
    plateau = keras.callbacks.ReduceLROnPlateau("dead_share", mode="min", patience=1, factor=0.5)
    fit(model, Kills(a={1: 5}), DeadReLU(tmp_path, on_sick=None), plateau, epochs=3)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.25e-4)
