"""What is said of a run."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin import overview, overview_rows, run_verdict
from tb_deadrelu_plugin.overview import LayerOverview, Overview
from tb_deadrelu_plugin.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Stored
from tb_deadrelu_plugin.verdict import Severity, UnitState


def layer(name: str, units: int, index: int = 0, *, can_die: bool = True, **states: int) -> LayerOverview:
    """A layer with so many units in the states named, and all others healthy."""
    counts = np.zeros(overview_rows.STATES, np.int64)
    for state, number in states.items():
        counts[UnitState[state.upper()]] = number
    counts[UnitState.HEALTHY] = units - counts.sum()
    quantiles = np.zeros(len(overview_rows.QUANTILES), np.uint16)
    return LayerOverview(name, "Dense", index, units, can_die, 640, 640, counts, quantiles)


def series_of(records: dict[int, list[LayerOverview]]) -> OverviewSeries:
    overviews = [Overview(step, step - 1, -1, tuple(layers)) for step, layers in records.items()]
    return OverviewSeries("run", [Stored(one.step, 0.0, overview.encode(one)) for one in overviews])


def sentence(*layers: LayerOverview) -> str:
    verdict = run_verdict.of_run(series_of({10: list(layers)}))
    assert verdict is not None
    return verdict.sentence


def test_where_most_of_the_dead_units_are_and_since_when() -> None:
    def record(first: int, second: int) -> list[LayerOverview]:
        return [layer("conv_1", 416), layer("conv_4", 64, 1, dead=first), layer("dense_1", 1000, 2, dead=second)]

    series = series_of({400: record(0, 0), 1200: record(3, 0), 1600: record(0, 0), 2000: record(15, 2)})
    assert run_verdict.of_run(series) == run_verdict.RunVerdict(
        Severity.WATCH, "17 of 1,480 units dead, 15 of them in conv_4, first at step 1,200"
    )
    verdicts = run_verdict.of_layers(series)
    assert {name: (v.severity, v.dead_since) for name, v in verdicts.items()} == {
        "conv_1": (Severity.OK, None),
        "conv_4": (Severity.WATCH, 2000),
        "dense_1": (Severity.OK, 2000),
    }


def test_first_step_is_that_of_the_layers_that_are_concerned_now() -> None:
    series = series_of(
        {
            23: [layer("conv_1", 10, dead=9), layer("dense_1", 1234, 1)],
            46: [layer("conv_1", 10), layer("dense_1", 1234, 1, dead=4)],
        }
    )
    verdict = run_verdict.of_run(series)
    assert verdict == run_verdict.RunVerdict(Severity.OK, "4 of 1,244 units dead, all in dense_1, first at step 46")


def test_one_dead_unit() -> None:
    assert sentence(layer("a", 5), layer("b", 5, 1, dead=1)) == "1 of 10 units dead, in b, first at step 10"


@pytest.mark.parametrize(
    ("dead", "severity"),
    [(0, Severity.OK), (9, Severity.OK), (10, Severity.WATCH), (49, Severity.WATCH), (50, Severity.SICK)],
)
def test_severity_is_that_of_the_worst_layer(dead: int, severity: Severity) -> None:
    series = series_of({1: [layer("large", 10_000), layer("worst", 100, 1, dead=dead)]})
    verdict = run_verdict.of_run(series)
    assert verdict is not None and verdict.severity == severity
    assert run_verdict.of_layers(series)["worst"].severity == severity


def test_nothing_to_say() -> None:
    assert sentence(layer("a", 1000), layer("b", 480, 1)) == "No dead unit among 1,480"
    assert sentence(layer("a", 1000, dormant=5, always_on=99)) == "No dead unit among 1,000"


def test_states_that_need_a_look() -> None:
    layers = [
        layer("conv_1", 500, 0, no_gradient=150, non_finite=1),
        layer("conv_2", 500, 1, no_gradient=30, saturated=2),
        layer("dense_1", 480, 2, no_gradient=20, rare=3, silent=7),
    ]
    assert sentence(*layers) == ("No dead unit among 1,480; 1 not finite in conv_1; 7 silent in dense_1")
    assert sentence(*layers[:2]) == "No dead unit among 1,000; 1 not finite in conv_1; 2 saturated in conv_2"
    assert sentence(layer("a", 9, rare=1), layer("b", 9, 1, rare=2)) == "No dead unit among 18; 3 rare in 2 layers"
    # The most severe two, whatever their numbers.
    three = [layer("a", 9, no_gradient=1), layer("b", 9, 1, rare=8), layer("c", 9, 2, no_gradient=1, saturated=1)]
    assert sentence(*three) == "No dead unit among 27; 1 saturated in c; 2 without gradient in 2 layers"


def test_always_on_is_worth_a_word_for_whole_layers_or_a_tenth_of_all_units() -> None:
    whole = [layer("a", 1000, 0, always_on=20), layer("b", 64, 1, always_on=64)]
    assert sentence(*whole) == "No dead unit among 1,064; 64 always on in b"
    assert sentence(layer("a", 1000, always_on=100)) == "No dead unit among 1,000; 100 always on in a"


def test_dead_units_that_came_back() -> None:
    series = series_of(
        {
            100: [layer("a", 50, dead=2)],
            300: [layer("a", 50, dead=12)],
            400: [layer("a", 50, dead=12)],
            500: [layer("a", 50, rare=3)],
        }
    )
    verdict = run_verdict.of_run(series)
    assert verdict == run_verdict.RunVerdict(Severity.OK, "No dead unit among 50; 12 were at step 300; 3 rare in a")
    assert run_verdict.of_layers(series)["a"].dead_since is None
    one = run_verdict.of_run(series_of({1: [layer("a", 5, dead=1)], 2: [layer("a", 5)]}))
    assert one is not None and one.sentence == "No dead unit among 5; 1 was at step 1"


def test_layers_that_can_not_die() -> None:
    leaky = layer("leaky", 64, 1, can_die=False, dead=60, no_gradient=4)
    series = series_of({10: [layer("a", 10), leaky]})
    verdict = run_verdict.of_run(series)
    assert verdict == run_verdict.RunVerdict(Severity.OK, "No dead unit among 10; 4 without gradient in leaky")
    assert run_verdict.of_layers(series)["leaky"] == run_verdict.LayerVerdict(Severity.OK, None)
    assert sentence(leaky) == "No layer has units that can die; 4 without gradient in leaky"


def test_no_records_and_no_layers() -> None:
    assert run_verdict.of_run(OverviewSeries("run", ())) is None
    assert run_verdict.of_layers(OverviewSeries("run", ())) == {}
    assert sentence() == "No layer has units that can die"


def test_layers_that_the_newest_record_lacks() -> None:
    series = series_of(
        {
            10: [layer("gone", 4, dead=3), layer("a", 20, 1)],
            20: [layer("a", 20, 1, dead=1)],
            30: [layer("gone", 4, dead=1)],
            40: [layer("a", 20, 1, dead=2)],
        }
    )
    verdict = run_verdict.of_run(series)
    assert verdict == run_verdict.RunVerdict(Severity.WATCH, "2 of 20 units dead, all in a, first at step 20")
    assert run_verdict.of_layers(series) == {
        "gone": run_verdict.LayerVerdict(Severity.WATCH, 10),
        "a": run_verdict.LayerVerdict(Severity.WATCH, 20),
    }


@given(st.data())
def test_numbers_are_those_of_a_loop(data: st.DataObject) -> None:
    names = ["a", "b", "c"]
    units = {name: data.draw(st.integers(1, 3000)) for name in names}
    can_die = {name: data.draw(st.booleans()) for name in names}
    steps = sorted(data.draw(st.sets(st.integers(0, 10**6), min_size=1, max_size=6)))
    dead = {step: {n: data.draw(st.integers(0, min(units[n], 3)) | st.just(units[n])) for n in names} for step in steps}
    series = series_of(
        {
            step: [layer(n, units[n], i, can_die=can_die[n], dead=dead[step][n]) for i, n in enumerate(names)]
            for step in steps
        }
    )
    verdict, layers = run_verdict.of_run(series), run_verdict.of_layers(series)
    assert verdict is not None
    now = {n: dead[steps[-1]][n] for n in names if can_die[n]}
    shares = [now[n] / units[n] for n in now]
    expected = "sick" if max(shares, default=0) >= 0.5 else "watch" if max(shares, default=0) >= 0.1 else "ok"
    assert verdict.severity.value == expected
    for name in names:
        since = None
        for step in steps:
            since = None if not can_die[name] or dead[step][name] == 0 else step if since is None else since
        assert layers[name].dead_since == since
    if sum(now.values()):
        found = re.fullmatch(
            r"([\d,]+) of ([\d,]+) units dead, (?:([\d,]+) of them |all )?in (\w), first at step ([\d,]+)",
            verdict.sentence,
        )
        assert found
        numbers = [int(text.replace(",", "")) for text in found.group(1, 2, 5)]
        first = min(step for step in steps for n in now if now[n] and dead[step][n])
        assert numbers == [sum(now.values()), sum(units[n] for n in now), first]
        assert now[found[4]] == max(now.values())
        assert (found[3] is not None) == (sum(count > 0 for count in now.values()) > 1)
    elif now:
        assert verdict.sentence.startswith(f"No dead unit among {sum(units[n] for n in now):,}")
        most = max(steps, key=lambda step: (sum(dead[step][n] for n in now), -step))
        count = sum(dead[most][n] for n in now)
        assert f"; {count:,} w" in verdict.sentence if count else ";" not in verdict.sentence
        assert not count or verdict.sentence.endswith(f" at step {most:,}")
    else:
        assert verdict.sentence == "No layer has units that can die"


def test_damaged_numbers_do_no_harm() -> None:
    broken = layer("a", 4)
    broken.counts[UnitState.DEAD] = 9
    series = series_of({1: [broken]})
    verdict = run_verdict.of_run(series)
    assert verdict is not None and verdict.severity == run_verdict.of_layers(series)["a"].severity == Severity.SICK
