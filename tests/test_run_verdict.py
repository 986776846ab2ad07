"""What is said of a run."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin.run_overview import overview, overview_rows, run_verdict
from tb_deadrelu_plugin.run_overview.overview import LayerOverview, Overview
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Stored
from tb_deadrelu_plugin.verdict import Severity, UnitState


def layer(
    name: str,
    units: int,
    index: int = 0,
    *,
    can_die: bool = True,
    since: int | None = None,
    born: int = 0,
    **states: int,
) -> LayerOverview:
    """A layer with so many units in the states named, and all others healthy."""
    counts = np.zeros(overview_rows.STATES, np.int64)
    for state, number in states.items():
        counts[UnitState[state.upper()]] = number
    counts[UnitState.HEALTHY] = units - counts.sum()
    quantiles = np.zeros(len(overview_rows.QUANTILES), np.uint16)
    deaths = {"dead_since": since, "born_dead": born}
    return LayerOverview(name, "Dense", index, units, can_die, 640, 640, counts, quantiles, **deaths)


def series_of(records: dict[int, list[LayerOverview]]) -> OverviewSeries:
    overviews = [Overview(step, step - 1, -1, tuple(layers)) for step, layers in records.items()]
    return OverviewSeries("run", [Stored(one.step, 0.0, overview.encode(one)) for one in overviews])


def sentence(*layers: LayerOverview) -> str:
    verdict = run_verdict.of_run(series_of({10: list(layers)}))
    assert verdict is not None
    return verdict.sentence


def test_where_most_of_the_dead_units_are_and_since_when() -> None:
    series = series_of(
        {
            1200: [layer("conv_1", 416), layer("conv_4", 64, 1, dead=3, since=20), layer("dense_1", 1000, 2)],
            2000: [
                layer("conv_1", 416),
                layer("conv_4", 64, 1, dead=15, since=1210),
                layer("dense_1", 1000, 2, dead=2, since=1900),
            ],
        }
    )
    assert run_verdict.of_run(series) == run_verdict.RunVerdict(
        Severity.WATCH, "17 of 1,480 units dead, 15 of them in conv_4, the first since step 1,210"
    )
    assert run_verdict.of_layers(series) == {
        "conv_1": run_verdict.LayerVerdict(Severity.OK, None, 0),
        "conv_4": run_verdict.LayerVerdict(Severity.WATCH, 1210, 0),
        "dense_1": run_verdict.LayerVerdict(Severity.OK, 1900, 0),
    }


@pytest.mark.parametrize(
    ("dead", "since", "born", "words"),
    [
        (0, [-1], [0], ""),
        (1, [1200], [0], "since step 1,200"),
        (2, [1200], [0], "the first since step 1,200"),
        (3, [1200, 7], [0, 0], "the first since step 7"),
        (1, [-1], [1], "since the start"),
        (7, [-1, -1], [3, 4], "since the start"),
        (7, [-1, 300], [3, 0], "3 since the start, the next since step 300"),
        # Overviews of before, and damaged numbers.
        (7, [-1, 300], [-1, 0], ""),
        (7, [-1], [0], ""),
        (7, [-1], [9], "since the start"),
    ],
)
def test_since_when(dead: int, since: list[int], born: list[int], words: str) -> None:
    assert run_verdict.since_when(dead, np.array(since), np.array(born)) == words


def test_units_that_are_not_finite_are_told_beside_dead_ones() -> None:
    layers = [layer("a", 50, dead=2, since=7, non_finite=3), layer("b", 9, 1, non_finite=1)]
    assert sentence(*layers) == "2 of 59 units dead, all in a, the first since step 7; 4 not finite in 2 layers"


def test_one_dead_unit() -> None:
    only = layer("b", 5, 1, dead=1, since=7)
    assert sentence(layer("a", 5), only) == "1 of 10 units dead, in b, since step 7"
    only = layer("b", 5, 1, dead=1, born=1)
    assert sentence(layer("a", 5), only) == "1 of 10 units dead, in b, since the start"


def test_overviews_that_do_not_say_since_when() -> None:
    older = dataclasses.replace(layer("a", 5, dead=2), born_dead=None)
    assert sentence(older) == "2 of 5 units dead, all in a"
    assert run_verdict.of_layers(series_of({1: [older]})) == {"a": run_verdict.LayerVerdict(Severity.WATCH, None, None)}


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
    assert verdict == run_verdict.RunVerdict(
        Severity.OK, "No dead unit among 50; 12 were dead at step 300; 3 rare in a"
    )
    assert run_verdict.of_layers(series)["a"].dead_since is None
    one = run_verdict.of_run(series_of({1: [layer("a", 5, dead=1)], 2: [layer("a", 5)]}))
    assert one is not None and one.sentence == "No dead unit among 5; 1 was dead at step 1"


def test_layers_that_can_not_die() -> None:
    leaky = layer("leaky", 64, 1, can_die=False, dead=60, no_gradient=4)
    series = series_of({10: [layer("a", 10), leaky]})
    verdict = run_verdict.of_run(series)
    assert verdict == run_verdict.RunVerdict(Severity.OK, "No dead unit among 10; 4 without gradient in leaky")
    assert run_verdict.of_layers(series)["leaky"] == run_verdict.LayerVerdict(Severity.OK, None, 0)
    assert sentence(leaky) == "No layer has units that can die; 4 without gradient in leaky"


def test_no_records_and_no_layers() -> None:
    assert run_verdict.of_run(OverviewSeries("run", ())) is None
    assert run_verdict.of_layers(OverviewSeries("run", ())) == {}
    assert sentence() == "No layer has units that can die"


def test_layers_that_the_newest_record_lacks() -> None:
    series = series_of(
        {
            10: [layer("gone", 4, dead=3, since=1), layer("a", 20, 1)],
            20: [layer("a", 20, 1, dead=1, since=12)],
            30: [layer("gone", 4, dead=1, since=25)],
            40: [layer("a", 20, 1, dead=2, since=12)],
        }
    )
    verdict = run_verdict.of_run(series)
    assert verdict == run_verdict.RunVerdict(Severity.WATCH, "2 of 20 units dead, all in a, the first since step 12")
    assert run_verdict.of_layers(series) == {
        "gone": run_verdict.LayerVerdict(Severity.WATCH, 25, 0),
        "a": run_verdict.LayerVerdict(Severity.WATCH, 12, 0),
    }


@given(st.data())
def test_numbers_are_those_of_a_loop(data: st.DataObject) -> None:
    names = ["a", "b", "c"]
    units = {name: data.draw(st.integers(1, 3000)) for name in names}
    can_die = {name: data.draw(st.booleans()) for name in names}
    steps = sorted(data.draw(st.sets(st.integers(0, 10**6), min_size=1, max_size=6)))
    dead = {step: {n: data.draw(st.integers(0, min(units[n], 3)) | st.just(units[n])) for n in names} for step in steps}
    born = {step: {n: data.draw(st.integers(0, dead[step][n])) for n in names} for step in steps}
    since = {
        step: {n: data.draw(st.integers(0, step)) if born[step][n] < dead[step][n] else None for n in names}
        for step in steps
    }
    series = series_of(
        {
            step: [
                layer(n, units[n], i, can_die=can_die[n], dead=dead[step][n], since=since[step][n], born=born[step][n])
                for i, n in enumerate(names)
            ]
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
        assert layers[name].dead_since == since[steps[-1]][name]
        assert layers[name].born_dead == born[steps[-1]][name]
    if sum(now.values()):
        found = re.fullmatch(
            r"([\d,]+) of ([\d,]+) units? dead, (?:([\d,]+) of them |all )?in (\w), "
            r"(?:since the start|(?:([\d,]+) since the start, the next |the first )?since step ([\d,]+))",
            verdict.sentence,
        )
        assert found
        assert [int(found[i].replace(",", "")) for i in (1, 2)] == [sum(now.values()), sum(units[n] for n in now)]
        dated = [step for n in now if (step := since[steps[-1]][n]) is not None]
        never = sum(born[steps[-1]][n] for n in now)
        assert found[6] == (f"{min(dated):,}" if dated else None)
        assert found[5] == (f"{never:,}" if dated and never else None)
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
