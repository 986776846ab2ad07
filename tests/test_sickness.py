"""Which layers have newly become sick, and the line that says so."""

from __future__ import annotations

import numpy as np
import pytest

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.training import sickness
from tb_deadrelu_plugin.verdict import Severity, UnitState
from tb_deadrelu_plugin.writing.run_summary import LayerAtStep, RunAtStep
from tests.reports import layer_report


def at_step(
    step: int, units: int = 20, *, last_active: int | None = None, can_die: bool = True, **dead: int
) -> RunAtStep:
    """Each layer's first units are dead."""
    layers = {}
    for name, count in dead.items():
        states = np.full(units, UnitState.HEALTHY, np.int8)
        states[:count] = UnitState.DEAD
        last = np.full(units, step)
        last[:count] = step - 5 if last_active is None else last_active
        one = record.Record(step, step - 10, 100, 1, np.zeros(units, int), last_active_step=last)
        fraction = metadata.ZERO_FRACTION if can_die else metadata.NEGATIVE_FRACTION
        layers[name] = LayerAtStep(metadata.LayerInfo(fraction), one, states)
    return RunAtStep(layers)


def told(counts: list[int], units: int = 20) -> list[Severity | None]:
    """What is told of one layer in a row of records."""
    watched = sickness.Sickness()
    events = [watched.note(at_step(10 * i, units, one=count)) for i, count in enumerate(counts, 1)]
    return [one[0].severity if one else None for one in events]


WATCH, SICK = Severity.WATCH, Severity.SICK


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 1, 2, 3, 9], [None, None, WATCH, None, None]),
        ([2, 10, 20], [WATCH, SICK, None]),
        ([0, 20], [None, SICK]),
        # It wavers about a limit: not new.
        ([2, 1, 2, 10, 9, 10, 2, 10], [WATCH, None, None, SICK, None, None, None, None]),
        # It has recovered in between.
        ([10, 0, 2, 0, 10], [SICK, None, WATCH, None, SICK]),
    ],
)
def test_each_change_for_the_worse_is_told_of_once(counts: list[int], expected: list) -> None:
    assert told(counts) == expected


def test_layers_that_can_not_die_are_passed_over() -> None:
    assert sickness.Sickness().note(at_step(10, can_die=False, one=20)) == []


def test_each_layer_has_its_own_events() -> None:
    watched = sickness.Sickness()
    assert [event.layer for event in watched.note(at_step(10, a=20, b=0, c=2))] == ["a", "c"]
    assert [event.layer for event in watched.note(at_step(20, a=20, b=20, c=2))] == ["b"]


def words(*runs: RunAtStep) -> str:
    watched = sickness.Sickness()
    events = [watched.note(run) for run in runs][-1]
    return sickness.in_words(events[0], None)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([at_step(10, 64, d=35)], "layer d: 35 of 64 units dead (54.7 %); last active at step 5."),
        ([at_step(10, 64, last_active=-1, d=35)], "layer d: 35 of 64 units dead (54.7 %); never active so far."),
        (
            [at_step(1000, 64, d=0), at_step(2000, 64, d=8)],
            "layer d: 8 of 64 units dead (12.5 %), none at step 1,000; last active at step 1,995.",
        ),
        (
            [at_step(10, 64, d=5), at_step(20, 64, d=35)],
            "layer d: 35 of 64 units dead (54.7 %); 30 of them not dead at step 10 yet, last active at step 15.",
        ),
    ],
)
def test_words(runs: list[RunAtStep], expected: str) -> None:
    assert words(*runs) == expected


def test_words_of_a_resumed_run_claim_nothing_of_what_was_before() -> None:
    watched = sickness.Sickness()
    assert watched.note(at_step(110, d=0)) == []
    (event,) = watched.note(at_step(120, last_active=-1, d=5))
    assert sickness.in_words(event, None).endswith("; not active since step 100, where recording began.")


def test_words_date_the_units_that_have_died_since() -> None:
    run = at_step(400, 64, d=35)
    run.layers["d"].record.last_active_step[5:35] = np.r_[np.full(4, -1), np.arange(310, 336)]
    run.layers["d"].record.last_active_step[:5] = 7  # They were dead before.
    assert words(at_step(10, 64, d=5), run).endswith(
        " dead (54.7 %); 30 of them not dead at step 10 yet, 4 never active so far, "
        "the others last active between steps 310 and 335."
    )


def test_words_say_on_how_many_samples_that_rests() -> None:
    event = sickness.Sickness().note(at_step(10, 64, d=35))[0]
    assert sickness.in_words(event, layer_report("d", units=64, dead=35, samples=4321)).startswith(
        "layer d: 35 of 64 units dead (54.7 %), each active in 0 of at least 4,321 samples; last active at step 5."
    )


def test_many_layers_at_once_are_five_lines() -> None:
    watched = sickness.Sickness()
    few = watched.note(at_step(10, **{f"l{i}": 2 for i in range(5)}))
    assert len(sickness.lines(few, None)) == 5
    many = sickness.Sickness().note(at_step(10, **{f"l{i}": 20 if i == 6 else 2 for i in range(1200)}))
    got = sickness.lines(many, None)
    assert len(got) == 5 and got[-1] == "and 1,196 more layers."
    # The worst come first.
    assert [line.split(":")[0] for line in got[:4]] == ["layer l6", "layer l0", "layer l1", "layer l2"]
