"""Beside TensorBoard's own dashboards: scalars for them, and a log directory shared with Keras' own callback."""

from __future__ import annotations

import json
import pathlib
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf
from tensorboard.plugins.hparams import api as hparams

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.reader import read_overview
from tests import training
from tests.serving import serve, without_tensorflow

pytestmark = pytest.mark.tensorflow

EPOCHS = 6


def half_dead(**compiled: Any) -> keras.Sequential:
    """Two layers of four units; two and one of them dead, and the last, leaky layer can't die."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input([6]),
            layers.Dense(4, "relu", name="first"),
            layers.Dense(4, "relu", bias_initializer="ones", name="second"),
            layers.Dense(4, "leaky_relu", name="leaky"),
            layers.Dense(2),
        ]
    )
    for name, dead in (("first", 2), ("second", 1)):
        kernel, _ = model.get_layer(name).get_weights()
        model.get_layer(name).set_weights([np.abs(kernel), np.where(np.arange(4) < dead, -1000, 50).astype(np.float32)])
    model.compile(keras.optimizers.SGD(0.0), "mse", **{"jit_compile": False} | compiled)
    return model


def fit(model: keras.Model, *callbacks: Any, epochs: int = EPOCHS) -> None:
    x, y = training.data((6,), rows=1024)
    with warnings.catch_warnings():
        # What Keras' callback makes of its own graph is not ours.
        warnings.filterwarnings("ignore", "Model failed to serialize", UserWarning)
        model.fit(x, y, epochs=epochs, batch_size=256, verbose=0, validation_data=(x, y), callbacks=[*callbacks])


def ask(url: str, path: str, **query: Any) -> Any:
    with urllib.request.urlopen(f"{url}data/{path}?{urllib.parse.urlencode(query)}", timeout=60) as response:
        return json.loads(response.read())


def wait_for(answer: Callable[[], Any], is_there: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + 60
    while True:
        try:
            got = answer()
        except urllib.error.HTTPError as error:
            got = error
        if not isinstance(got, Exception) and is_there(got):
            return got
        assert time.monotonic() < end, got
        time.sleep(0.3)


def test_scalars_of_the_dead_share(tmp_path: pathlib.Path) -> None:
    callback = DeadReLU(tmp_path)
    fit(half_dead(), callback)
    values: dict[str, list[tuple[int, float]]] = {}
    (file,) = tmp_path.glob("*tfevents*")
    for event in tf.compat.v1.train.summary_iterator(str(file)):
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == "scalars":
                values.setdefault(value.tag, []).append((event.step, float(tf.make_ndarray(value.tensor))))
    steps = [4 * epoch for epoch in range(1, EPOCHS + 1)]
    assert values == {
        "dead_relu/dead_share": [(step, 3 / 8) for step in steps],
        "dead_relu/dead_share/first": [(step, 0.5) for step in steps],
        "dead_relu/dead_share/second": [(step, 0.25) for step in steps],
    }
    assert list(read(tmp_path)["."]) == ["first", "second", "leaky"]
    overviews = read_overview(tmp_path)["."]
    assert [(one.step, one.dead, one.units) for one in overviews] == [(step, 3, 8) for step in steps]
    assert [layer.name for layer in overviews[0].layers] == ["first", "second", "leaky"]


def test_scalars_can_be_left_out(tmp_path: pathlib.Path) -> None:
    fit(half_dead(), DeadReLU(tmp_path, scalars=False), epochs=1)
    (file,) = tmp_path.glob("*tfevents*")
    events = tf.compat.v1.train.summary_iterator(str(file))
    plugins = {value.metadata.plugin_data.plugin_name for event in events for value in event.summary.value}
    assert plugins == {"dead_relu"}


@pytest.mark.parametrize(
    ("where", "load_fast"), [("parent", "false"), ("parent", "true"), ("first", "false"), ("second", "true")]
)
def test_sharing_with_keras_own_callback(
    tmp_path: pathlib.Path, tmp_path_factory: pytest.TempPathFactory, load_fast: str, where: str
) -> None:
    """TensorBoard watches while both write: to one run's directory, or to the very same one, whoever comes first."""
    board = keras.callbacks.TensorBoard(tmp_path / "run", histogram_freq=1, write_graph=False, update_freq="epoch")
    ours = DeadReLU(tmp_path / "run" if where == "parent" else tmp_path / "run" / "train")
    callbacks = [ours, board] if where == "first" else [board, ours]
    pause = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: time.sleep(0.7))
    flags = "--load_fast", load_fast, "--reload_interval", "1"
    with serve(tmp_path, *flags, environment=without_tensorflow(tmp_path_factory.mktemp("absent"))) as url:
        model = half_dead()
        if where == "parent":
            fit(model, *callbacks, pause)
        else:
            with pytest.warns(UserWarning, match="Another summary writer writes to .* dead ReLU records go to "):
                fit(model, *callbacks, pause)
        run = {"parent": "run", "first": "run/train/dead_relu", "second": "run/train/dead_relu"}[where]
        steps = [4 * epoch for epoch in range(1, EPOCHS + 1)]
        timeline = wait_for(
            lambda: ask(url, "plugin/dead_relu/timeline", run=run, layer="first"), lambda got: got["shown"] == EPOCHS
        )
        assert timeline["steps"] == steps and timeline["states"]["dead"] == [2] * EPOCHS

        def scalars(run: str, tag: str) -> list[int]:
            return [step for _, step, _ in ask(url, "plugin/scalars/scalars", run=run, tag=tag)]

        assert scalars(run, "dead_relu/dead_share") == steps
        for theirs in ("run/train", "run/validation"):
            wait_for(lambda theirs=theirs: scalars(theirs, "epoch_loss"), lambda got: got == list(range(EPOCHS)))
        histograms = ask(url, "plugin/histograms/tags")["run/train"]
        tag = next(iter(histograms))
        wait_for(
            lambda: ask(url, "plugin/histograms/histograms", run="run/train", tag=tag), lambda got: len(got) == EPOCHS
        )
    on_disk = read(tmp_path)
    assert {name: timeline.steps.tolist() for name, timeline in on_disk[run].items()} == dict.fromkeys(
        ("first", "second", "leaky"), steps
    )


def test_hparams_can_sort_by_the_dead_share(tmp_path: pathlib.Path) -> None:
    for run, rate in (("a", 0.1), ("b", 0.2)):
        with tf.summary.create_file_writer(str(tmp_path / run)).as_default():
            hparams.hparams({"rate": rate})
        model = half_dead() if run == "a" else training.small()
        fit(model, DeadReLU(tmp_path / run), epochs=1)
    with serve(tmp_path, "--load_fast", "false") as url:
        body = {
            "startIndex": 0,
            "sliceSize": 10,
            "colParams": [{"metric": {"tag": "dead_relu/dead_share"}, "order": "ORDER_DESC"}],
            "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_RUNNING", "STATUS_FAILURE"],
        }

        def groups() -> Any:
            request = urllib.request.Request(
                f"{url}data/plugin/hparams/session_groups",
                json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read())

        answer = wait_for(groups, lambda got: len(got.get("sessionGroups", [])) == 2)
    shares = [
        next(value["value"] for value in group["metricValues"] if value["name"]["tag"] == "dead_relu/dead_share")
        for group in answer["sessionGroups"]
    ]
    assert shares == [3 / 8, 0]
