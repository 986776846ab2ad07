"""Training under `tf.distribute` strategies, in processes of their own: one that runs can't change its devices.

    python -m tests.distributed DIRECTORY

trains the cases that `Processes` has left in DIRECTORY, and leaves there what came of each. Two logical processors are the devices of
one process; with TF_CONFIG set, the process is one worker of several.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import pathlib
import pickle
import socket
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tb_deadrelu_plugin import record
from tb_deadrelu_plugin.instrument.clock import Watching
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor, watch
from tests import training

layers = keras.layers
BATCH = 8


@dataclasses.dataclass(frozen=True)
class Case:
    """One training.

    Attributes:
      name: Names its files.
      build: Name of the model.
      rows: Rows of the data, in batches of eight.
      feed: "arrays"; "generator", which ends when it ends, or "whole batches" of
        one, whose shape is static; or "shards", of which each replica has its own.
      scope: Whether `fit` is called within the strategy's scope.
      loop: "fit", or "graph" or "eager" for one's own loop with a `Monitor`.
      strategy: "default", or how gradients are put together.
      unwritable: Whether the log directory can't be made.
    """

    name: str
    build: str = "exact"
    rows: int = 32
    epochs: int = 2
    update_freq: str | int = "epoch"
    coverage: str = "all"
    feed: str = "arrays"
    scope: bool = False
    watched: bool = True
    steps_per_execution: int = 1
    loop: str = "fit"
    strategy: str = "default"
    unwritable: bool = False


@dataclasses.dataclass
class Outcome:
    """What came of a case.

    Attributes:
      windows: Records of each window.
      snapshots: Weights before each batch, and at the end.
      wanted: For each batch, whether it was watched.
      warnings: What was warned of.
    """

    windows: list[dict[str, record.Record]]
    snapshots: list[training.Weights]
    wanted: list[bool]
    warnings: list[str]


class LogsOfOneEntry(keras.Sequential):
    """With several workers Keras reduces logs along their first axis."""

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        return {name: tf.reshape(value, [1]) for name, value in super().train_step(data).items()}


def exact_data(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Integers, whose sums are the same in any order."""
    rng = np.random.default_rng(7)
    return rng.integers(-3, 4, [rows, 5]).astype(np.float32), rng.integers(-2, 3, [rows, 1]).astype(np.float32)


def exact_layers() -> list[keras.layers.Layer]:
    return [layers.Dense(16, "relu", name="hidden"), layers.Dense(1, use_bias=False, trainable=False, name="out")]


def exact_weights() -> training.Weights:
    rng = np.random.default_rng(8)
    kernel, bias = rng.integers(-2, 3, [5, 16]), rng.integers(-1, 2, 16)
    # Dead for good; and one that the loss keeps away from zero only for a while.
    bias[3] = -1000
    return [part.astype(np.float32) for part in (kernel, bias, rng.choice([-1, 1], [16, 1]))]


def product(y: tf.Tensor, prediction: tf.Tensor) -> tf.Tensor:
    """A loss that is linear: with a learning rate that is a power of two all numbers stay exact."""
    return y * prediction


def shards_data(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """What makes units active on one replica alone, or late; see `shards_weights`."""
    place = np.arange(rows) % BATCH
    x = np.stack([place < BATCH // 2, place >= BATCH // 2, np.arange(rows) % 128 == 5 * BATCH + 1], axis=-1)
    return np.where(x, 1, -1).astype(np.float32), np.ones([rows, 1], np.float32)


def shards_weights(dead: bool) -> training.Weights:
    """Units active in the first half of each batch, in the second, in one row of the sixth batch, never or always."""
    bias = np.array([0, 0, 0, -2 if dead else 2], np.float32)
    return [np.eye(3, 4, dtype=np.float32), bias, np.ones([4, 1], np.float32)]


def norm(synchronized: bool = False, **compiled: Any) -> keras.Sequential:
    """Batch normalization between convolution and activation."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Input([8, 8, 2]),
            layers.Conv2D(4, 3, padding="same", use_bias=False, name="conv"),
            layers.BatchNormalization(synchronized=synchronized, name="norm"),
            layers.ReLU(name="relu"),
            layers.GlobalAveragePooling2D(name="pool"),
            layers.Dense(2, name="out"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05), "mse", **compiled)
    return model


def gru(**compiled: Any) -> keras.Sequential:
    """One recurrent layer."""
    keras.utils.set_random_seed(0)
    cell = layers.GRU(4, "relu", recurrent_initializer="glorot_uniform", bias_initializer="random_normal", name="gru")
    model = keras.Sequential([layers.Input([5, 3]), cell, layers.Dense(2, name="out")])
    model.compile(keras.optimizers.SGD(0.05), "mse", **compiled)
    return model


@keras.saving.register_keras_serializable()
class Unwatched(keras.layers.Layer):
    """Two activations of its own; one of them it has watched."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return watch(tf.nn.relu(x), "mine") + tf.nn.relu(-x)


def frozen(**compiled: Any) -> keras.Sequential:
    """A first layer that is not trained."""
    keras.utils.set_random_seed(0)
    hidden = layers.Dense(5, "relu", trainable=False, name="hidden")
    model = keras.Sequential([layers.Input([6]), hidden, layers.Dense(4, "relu", name="second"), layers.Dense(2)])
    model.compile(keras.optimizers.SGD(0.05), "mse", **compiled)
    return model


def eagerly(**compiled: Any) -> keras.Sequential:
    """Steps that are not built but run."""
    return training.small(**compiled | {"run_eagerly": True})


def unwatched(**compiled: Any) -> keras.Sequential:
    """An activation that can't be watched from outside."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [layers.Input([6]), layers.Dense(5, "relu", name="hidden"), Unwatched(name="own"), layers.Dense(2, name="out")]
    )
    model.compile(keras.optimizers.SGD(0.05), "mse", **compiled)
    return model


BUILDERS: dict[str, Callable[..., keras.Sequential]] = {
    "mlp": training.mlp,
    "gru": gru,
    "norm": norm,
    "frozen": frozen,
    "eagerly": eagerly,
    "sync_norm": functools.partial(norm, synchronized=True),
    "unwatched": unwatched,
}
SHAPES = {
    "mlp": (6,),
    "gru": (5, 3),
    "frozen": (6,),
    "eagerly": (6,),
    "norm": (8, 8, 2),
    "sync_norm": (8, 8, 2),
    "unwatched": (6,),
}


def data_of(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """The rows that a case trains on in each epoch."""
    if case.build == "exact":
        return exact_data(case.rows)
    if case.build.startswith("shards"):
        return shards_data(case.rows)
    return training.data(SHAPES[case.build], case.rows)


def model_of(case: Case, strategy: tf.distribute.Strategy) -> keras.Sequential:
    """Makes a case's model as its strategy needs it, and compiles it."""
    compiled: dict[str, Any] = {"jit_compile": False, "steps_per_execution": case.steps_per_execution}
    if case.build != "exact" and not case.build.startswith("shards"):
        with strategy.scope():
            return BUILDERS[case.build](**compiled)
    own = exact_layers() if case.build == "exact" else [layers.Dense(4, "relu", name="hidden"), exact_layers()[1]]
    # With several workers Keras' `fit` can't use models that were made within the scope.
    model = LogsOfOneEntry(own) if workers() > 1 else None
    with strategy.scope():
        model = model or keras.Sequential(own)
        model.build((None, data_of(case)[0].shape[1]))
        model.set_weights(exact_weights() if case.build == "exact" else shards_weights(case.build == "shards_dead"))
        rate = 2.0**-4 if case.build == "exact" else 0.0
        model.compile(keras.optimizers.SGD(rate), product, **compiled)
    return model


def train(case: Case, strategy: tf.distribute.Strategy, directory: pathlib.Path) -> Outcome:
    """Trains a case, and writes records to `directory`."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        kept = training.KeptRecords(patch)
        wanted = _kept_wishes(patch)
        model = model_of(case, strategy)
        snapshots = training.Snapshots()
        if case.unwritable:
            directory.write_text("a file, where a directory should be")
            directory = directory / "logs"
        (_fit if case.loop == "fit" else _own_loop)(case, strategy, model, snapshots, directory)
    messages = [str(one.message) for one in caught if issubclass(one.category, (UserWarning, RuntimeWarning))]
    return Outcome(kept.windows, snapshots.weights, wanted, messages)


def _fit(
    case: Case, strategy: tf.distribute.Strategy, model: keras.Model, snapshots: training.Snapshots, log_dir: Any
) -> None:
    x, y = data_of(case)
    callbacks: list[keras.callbacks.Callback] = [snapshots]
    if case.watched:
        callbacks.append(DeadReLU(log_dir, case.update_freq, coverage=case.coverage))  # type: ignore[arg-type]
    data: dict[str, Any] = {"x": x, "y": y, "batch_size": BATCH}
    if case.feed in ("generator", "whole batches"):
        data = {"x": generator(x, y).batch(BATCH, drop_remainder=case.feed == "whole batches")}
    if case.feed == "shards":
        data = {"x": shards(strategy, x, y), "steps_per_epoch": case.rows // BATCH}
    options: dict[str, Any] = {"epochs": case.epochs, "shuffle": False, "verbose": 0, "callbacks": callbacks}
    if case.scope:
        with strategy.scope():
            model.fit(**data, **options)
    else:
        model.fit(**data, **options)


def generator(x: np.ndarray, y: np.ndarray) -> tf.data.Dataset:
    """Rows of which nobody knows how many there are before they end."""
    signature = tuple(tf.TensorSpec(part.shape[1:], part.dtype) for part in (x, y))
    return tf.data.Dataset.from_generator(lambda: zip(x, y), output_signature=signature)


def shards(strategy: tf.distribute.Strategy, x: np.ndarray, y: np.ndarray) -> Any:
    """Gives each replica its part of each batch: the first one the first rows, and so on."""

    def own(context: tf.distribute.InputContext) -> tf.data.Dataset:
        batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(context.get_per_replica_batch_size(BATCH))
        return batches.shard(context.num_input_pipelines, context.input_pipeline_id).repeat()

    has_replicas = strategy.num_replicas_in_sync > 1
    return strategy.distribute_datasets_from_function(own) if has_replicas else own(tf.distribute.InputContext())


def _own_loop(
    case: Case, strategy: tf.distribute.Strategy, model: keras.Model, snapshots: training.Snapshots, log_dir: Any
) -> None:
    x, y = data_of(case)
    with strategy.scope():
        optimizer = keras.optimizers.SGD(2.0**-4)
        optimizer.build(model.trainable_variables)
    monitor = Monitor(model, coverage=case.coverage)  # type: ignore[arg-type]
    snapshots.set_model(model)

    def step(x: tf.Tensor, y: tf.Tensor) -> None:
        # The optimizer within the context: the replicas take turns there.
        with monitor.observing():
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(y * model(x, training=True)) / BATCH
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

    def on_all(x: Any, y: Any) -> None:
        strategy.run(step, args=(x, y))

    run: Callable[..., None] = tf.function(on_all, autograph=False) if case.loop == "graph" else on_all
    batches = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH))
    is_chief = strategy.extended.should_save_summary
    writer = tf.summary.create_file_writer(str(log_dir)) if is_chief else tf.summary.create_noop_writer()
    with writer.as_default():
        number = 0
        for _ in range(case.epochs):
            monitor.expect(case.update_freq if isinstance(case.update_freq, int) else None)
            for batch in batches:
                number += 1
                snapshots.on_train_batch_begin(number)
                run(*batch)
                if number % int(case.update_freq) == 0:
                    assert monitor.write(number) == is_chief
    snapshots.on_train_end()


def _kept_wishes(patch: pytest.MonkeyPatch) -> list[bool]:
    wanted: list[bool] = []
    next_watching = Monitor.next_watching

    def kept(monitor: Monitor) -> Watching:
        watching = next_watching(monitor)
        wanted.append(watching is not Watching.NOT)
        return watching

    patch.setattr(Monitor, "next_watching", kept)
    return wanted


def workers() -> int:
    """Number of processes that train together with this one."""
    return len(json.loads(os.environ.get("TF_CONFIG", "{}")).get("cluster", {}).get("worker", [None]))


class Processes:
    """One or more processes that train.

    Args:
      directory: An empty directory, for what comes of it.
      cases: What they train.
      count: Number of processes; of several, each is a worker.
    """

    def __init__(self, directory: pathlib.Path, cases: Sequence[Case], count: int) -> None:
        self.directory = directory
        root = pathlib.Path(__file__).parent.parent
        (directory / "cases").write_bytes(pickle.dumps(list(cases)))
        environment = {name: value for name, value in os.environ.items() if name != "TF_CONFIG"}
        environment |= {"PYTHONPATH": str(root), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        cluster = {"worker": [f"localhost:{port}" for port in _free_ports(count)]}
        self._running, self._logs = [], [directory / f"log.{index}" for index in range(count)]
        for index, path in enumerate(self._logs):
            own = dict(environment)
            if count > 1:
                own["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
            with path.open("wb") as log:
                command = [sys.executable, "-m", "tests.distributed", str(directory)]
                self._running.append(subprocess.Popen(command, cwd=root, env=own, stdout=log, stderr=subprocess.STDOUT))

    def wait(self, seconds: float) -> None:
        """Waits until all have ended; the test fails if that takes longer, or if one of them does."""
        end = time.monotonic() + seconds
        try:
            for process in self._running:
                process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            pytest.fail(f"not over after {seconds} s; the processes said:\n{self._said()}")
        finally:
            self.stop()
        if any(process.returncode for process in self._running):
            pytest.fail(f"a process has failed; they said:\n{self._said()}")

    def stop(self) -> None:
        """Ends all that have not ended."""
        for process in self._running:
            process.kill()
            process.wait()

    def outcome(self, name: str, worker: int = 0) -> Outcome:
        """Returns what came of a case in one process.

        Raises:
          AssertionError: It failed there.
        """
        got = pickle.loads((self.directory / f"{name}.{worker}").read_bytes())
        assert isinstance(got, Outcome), got
        return got

    def _said(self) -> str:
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in self._logs)


def _free_ports(count: int) -> list[int]:
    with_ports = [socket.socket() for _ in range(count)]
    for one in with_ports:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in with_ports]
    for one in with_ports:
        one.close()
    return ports


def main(directory: pathlib.Path) -> None:
    """Trains the cases in `directory`."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(2)
    strategies: dict[str, tf.distribute.Strategy] = {}
    index = 0
    if workers() > 1:
        index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
        strategies["default"] = tf.distribute.MultiWorkerMirroredStrategy()
    else:
        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
        devices = ["CPU:0", "CPU:1"]
        strategies["default"] = tf.distribute.MirroredStrategy(devices)
        strategies["to one device"] = tf.distribute.MirroredStrategy(devices, tf.distribute.ReductionToOneDevice())
    for case in pickle.loads((directory / "cases").read_bytes()):
        begin = time.monotonic()
        try:
            got: Any = train(case, strategies[case.strategy], directory / f"{case.name}.logs.{index}")
        except Exception:
            got = traceback.format_exc()
        (directory / f"{case.name}.{index}").write_bytes(pickle.dumps(got))
        print(f"{case.name}: {time.monotonic() - begin:.1f} s", flush=True)
        if isinstance(got, str) and workers() > 1:
            # The other workers may wait for this one.
            sys.exit(got)


if __name__ == "__main__":
    # Pickles name classes by the module's own name.
    from tests import distributed

    distributed.main(pathlib.Path(sys.argv[1]))
