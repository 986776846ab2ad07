"""Where a window begins and ends, in steps."""

from __future__ import annotations

import pathlib

import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

X, _ = training.data((6,), rows=4)


@pytest.mark.parametrize("every, starts", [(5, [0, 5, 10, 15, 20]), (1, [0, 1, 2, 3, 4])], ids=["batches", "epochs"])
def test_a_resumed_loop_of_ones_own_overrides_nothing(tmp_path: pathlib.Path, every: int, starts: list[int]) -> None:
    """Its `Monitor` begins anew, and the loop alone knows its steps: batches, or epochs of five."""
    model = training.small()
    for part, numbers in enumerate((range(1, 4), range(4, 6))):
        monitor = Monitor(model)
        with tf.summary.create_file_writer(str(tmp_path), filename_suffix=f".{part}").as_default():
            for number in numbers:
                for _ in range(5):
                    with monitor.observing():
                        model(X)
                assert monitor.write(number * every)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.window_start_steps.tolist() == starts
    assert timeline.steps.tolist() == [start + every for start in starts]


def test_a_first_step_that_is_given_counts() -> None:
    monitor = Monitor(model := training.small(), first_step=2)
    with monitor.observing():
        model(X)
    record = monitor.collect(70)["hidden"]
    assert (record.window_start_step, record.step) == (2, 70)
