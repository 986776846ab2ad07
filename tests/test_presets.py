"""Published criteria, against their words."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given

from tb_deadrelu_plugin import metadata, presets, record
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tests.event_writing import RELU
from tests.timelines import timeline_of, timelines

LEAKY = dataclasses.replace(RELU, fraction=metadata.NEGATIVE_FRACTION)


def one(active: list[int], mean: list[float] | None = None, *, samples: int = 1000, **changes) -> Timeline:
    values = None if mean is None else np.array(mean)
    fields = {"last_active_step": np.where(np.array(active) > 0, 10, -1), "mean_activation": values, **changes}
    return timeline_of([record.Record(10, 0, samples, 10, np.array(active), **fields)])


def flagged(name: str, timeline: Timeline) -> list[bool]:
    flags = presets.get(name).flags(timeline)
    assert flags.dtype == bool and flags.shape == timeline.active.shape
    return flags[-1].tolist()


def test_names() -> None:
    assert list(presets.PRESETS) == ["default", "sagemaker", "sokar_0.025", "sokar_0.1", "dohare", "apoz"]
    for name, preset in presets.PRESETS.items():
        assert preset.name == name and preset.source and preset.criterion and preset.thresholds
    assert {name: preset.layer_share for name, preset in presets.PRESETS.items() if preset.layer_share} == {
        "sagemaker": 0.5
    }


def test_no_such_preset() -> None:
    message = "preset must be one of default, sagemaker, sokar_0.025, sokar_0.1, dohare, apoz, got 'strict'."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        presets.get("strict")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        #             0     1      9     10     11     1000
        ("default", [True, False, False, False, False, False]),
        ("sagemaker", [True, True, True, False, False, False]),
        ("dohare", [True, True, True, False, False, False]),
        ("apoz", [True, True, True, True, False, False]),
    ],
)
def test_at_the_cut(name: str, expected: list[bool]) -> None:
    assert flagged(name, one([0, 1, 9, 10, 11, 1000])) == expected


def test_too_few_samples_are_enough_for_all_but_the_default() -> None:
    few = one([0, 5], samples=10)
    assert flagged("default", few) == [False, False]
    for name in ("sagemaker", "dohare", "apoz"):
        assert flagged(name, few) == [True, False]


def test_dormancy() -> None:
    # The layer's mean is 1.
    timeline = one([500] * 5, [0.0, 0.0249, 0.0999, 0.102, 4.773])
    assert flagged("sokar_0.025", timeline) == [True, True, False, False, False]
    assert flagged("sokar_0.1", timeline) == [True, True, True, False, False]
    assert flagged("sokar_0.1", one([0, 0], [0.0, 0.0])) == [True, True]
    assert flagged("sokar_0.1", one([0, 500])) == [False, False]  # Not recorded.


def test_leaky_units_have_no_zeros() -> None:
    active = np.array([0, 500])
    timeline = timeline_of([record.Record(10, 0, 1000, 10, active, mean_activation=np.array([0.0, 1.0]))], LEAKY)
    assert {name for name in presets.PRESETS if any(flagged(name, timeline))} == {"sokar_0.025", "sokar_0.1"}


def test_samples_that_are_not_finite_do_not_count() -> None:
    timeline = one([2, 0], [1.0, np.nan], non_finite_activations=np.array([900, 1000]))
    # 2 of 100 are active, and of the other nothing is known.
    for name in presets.PRESETS:
        assert flagged(name, timeline) == [False, False]


@given(timelines())
def test_they_are_what_they_say(timeline: Timeline) -> None:
    """Unit by unit, on any records."""
    states = timeline.states()
    flags = {name: preset.flags(timeline) for name, preset in presets.PRESETS.items()}
    for r, unit in np.ndindex(states.shape):
        active, finite = int(timeline.active[r, unit]), int(timeline.finite[r, unit])
        rare = finite > 0 and active < 0.01 * finite
        assert flags["sagemaker"][r, unit] == flags["dohare"][r, unit] == rare
        assert flags["apoz"][r, unit] == (finite > 0 and (finite - active) >= 0.99 * finite)
        assert flags["default"][r, unit] == (states[r, unit] == UnitState.DEAD)
        if states[r, unit] == UnitState.ABSENT:
            assert not any(flag[r, unit] for flag in flags.values())
    assert (flags["sokar_0.1"] >= flags["sokar_0.025"]).all()
