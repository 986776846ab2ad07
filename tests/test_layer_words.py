"""What is said of a layer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.serving import layer_words
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tests.event_writing import RELU, encoded, make_records
from tests.timelines import timeline_of


@pytest.mark.parametrize(
    ("active", "words"),
    [
        ([[9, 9], [9, 9]], []),
        ([[0, 9], [9, 9]], ["1 was dead at step 10"]),
        ([[0, 0], [0, 9]], ["since the start, 2 were dead at step 10"]),
        ([[900, 900], [0, 900]], ["since step 10"]),
        ([[900, 900], [0, 0]], ["the first since step 10"]),
        ([[900, 900], [0, 1]], ["since step 10", "1 rare"]),
    ],
)
def test_how_units_are(active: list[list[int]], words: list[str]) -> None:
    records = [record.Record(10 * (r + 1), 10 * r, 1000, 1, np.array(row)) for r, row in enumerate(active)]
    found = layer_words.facts(timeline_of(records))
    assert [one for one in found if "rare" not in one or one in words] == words


def test_units_that_can_not_die() -> None:
    leaky = metadata.LayerInfo(fraction=metadata.NEGATIVE_FRACTION, activation="leaky_relu")
    facts = layer_words.facts(timeline_of(make_records(3, 4), leaky))
    assert facts[0] == "leaky_relu has no zero region: its units are never dead"


def test_nothing_limits_the_picture() -> None:
    assert layer_words.notes(timeline_of(make_records(3, 4))) == []


def test_records_that_are_missing_or_damaged() -> None:
    kept = [Stored(step, 0.0, data) for step, data in encoded(make_records(5, 4)[3:])]
    missing, damaged = layer_words.notes(Timeline("run", "layer", RELU, [*kept, Stored(99, 0.0, b"garbage")]))
    assert missing.startswith("Showing 2 of 5 records: TensorBoard dropped the others.")
    assert "--samples_per_plugin dead_relu=5 " in missing
    assert damaged == "1 damaged record left out."


def test_widths_and_what_is_not_finite() -> None:
    first, second = make_records(2, 4)
    second = dataclasses.replace(
        second,
        active=np.zeros(4, np.int64),
        non_finite_activations=np.array([12, 0, 0, 0]),
        non_finite_gradients=np.array([0, 3, 0, 0]),
    )
    wider = dataclasses.replace(make_records(3, 6)[2], non_finite_gradients=np.array([0, 0, 0, 0, 0, 1]))
    widths, bad = layer_words.notes(timeline_of([first, second, wider]))
    assert widths == "The layer's width changed between records (4, 6 units). Units are matched by index."
    assert bad == (
        "NaN or infinite: 12 activations and 4 gradients, in 2 records, first at step 20. "
        "They count neither as active nor as dead."
    )
    assert layer_words.facts(timeline_of([first, second]))[-1] == "2 not finite"
