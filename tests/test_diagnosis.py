"""Causes of dead units, each with a run that has it and a similar one that has not."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.diagnosis.diagnose import Cause, Finding, diagnose
from tb_deadrelu_plugin.run_overview.training_numbers import IDS
from tb_deadrelu_plugin.verdict import Thresholds, UnitState
from tests.planted import NEVER, Layer, run_of, ten_of
from tests.timelines import timelines

STEPS, EVERY = 3000, 10
STEP_OF = np.arange(EVERY, STEPS + 1, EVERY)

SCALED = {"input_min": -2.5, "input_max": 2.5, "input_mean": 0.0, "input_deviation": 1.0, "input_constant": 0.0}
PIXELS = {"input_min": 0.0, "input_max": 255.0, "input_mean": 33.0, "input_deviation": 78.0, "input_constant": 0.1}


def training_of(**numbers) -> dict[str, np.ndarray]:
    """Numbers of the training at every record, each one value or one per step; a loss that falls, unless given."""
    given_numbers = {"learning_rate": 0.01, "loss": 2.3 * np.exp(-STEP_OF / 1000), **SCALED, **numbers}
    return {name: np.broadcast_to(np.float64(values), len(STEP_OF)) for name, values in given_numbers.items()}


def found_in(
    layers: Mapping[str, Layer], training: Mapping[str, np.ndarray] | None = None, keep: list[int] | None = None
) -> dict[str, tuple[Finding, ...]]:
    keep = list(range(len(STEP_OF))) if keep is None else keep
    numbers = {name: values[keep] for name, values in (training or training_of()).items()}
    return diagnose(run_of(layers, keep, steps=STEPS, every=EVERY), numbers, STEP_OF[keep])


def causes(findings: tuple[Finding, ...]) -> dict[Cause, list[int]]:
    return {finding.cause: finding.units.tolist() for finding in findings}


def the(findings: tuple[Finding, ...], cause: Cause) -> Finding:
    (finding,) = (finding for finding in findings if finding.cause == cause)
    return finding


def falls(to: float, begin: int, end: int):
    """A bias that falls from 0 at a step to a value at another, and stays."""
    return lambda steps: to * np.clip((steps - begin) / (end - begin), 0, 1)


def jumps(to: float, step: int):
    return lambda steps: np.where(steps > step, to, 0.0)


HEALTHY = Layer()
BORN = Layer(died=dict.fromkeys(range(5), NEVER))
BURST = Layer(died={unit: 1203 + unit % 4 for unit in range(8)})
ONE_BY_ONE = Layer(died={unit: 400 + 300 * unit for unit in range(8)})
DRIFT = Layer(
    died={unit: 1500 + 70 * unit for unit in range(6)},
    bias={unit: falls(-8.0, 300, 1500 + 70 * unit) for unit in range(6)},
)
ALL_BORN = Layer(died=dict.fromkeys(range(32), NEVER))
AFTER = Layer(died=dict.fromkeys(range(20), NEVER), on=range(20, 32), inputs=("first",))
SPIKE = training_of(learning_rate=0.4, loss=np.where(STEP_OF < 1210, 0.31, 2.3))


def test_a_healthy_run_has_no_findings() -> None:
    assert found_in({"first": HEALTHY, "second": dataclasses.replace(HEALTHY, inputs=("first",))}) == {
        "first": (),
        "second": (),
    }


def test_born_dead() -> None:
    (finding,) = found_in({"first": BORN})["first"]
    assert finding.cause == Cause.BORN_DEAD and finding.layer == "first" and finding.statistic == "states"
    assert finding.units.dtype == np.int64 and finding.units.tolist() == [0, 1, 2, 3, 4]
    assert finding.step == 0
    assert finding.evidence == (
        "5 of 32 units were never active since training began, in 0 of at least 384,000 samples; "
        "their biases were 0 (median) at the first record; "
        "whether training began with the weights of an earlier one is not recorded."
    )
    assert finding.advice.startswith("If the weights are new: initialise for ReLU (He)")
    assert finding.advice.endswith("look at it, or have them re-initialised (ReviveDeadUnits).")
    assert finding.reference == "Lu et al. 2019, arXiv:1903.06733"


def test_born_dead_with_the_weights_of_the_initializers() -> None:
    (finding,) = found_in({"first": dataclasses.replace(BORN, changes={"first_weights": metadata.INITIAL})})["first"]
    assert finding.cause == Cause.BORN_DEAD
    assert finding.evidence == (
        "5 of 32 units were never active since training began, in 0 of at least 384,000 samples, "
        "with the weights that the initializers gave; their biases were 0 (median) at the first record."
    )
    assert finding.advice.startswith("Initialise for ReLU (He)")


@pytest.mark.parametrize("keep", [None, ten_of(300)])
def test_weights_of_an_earlier_training_are_not_born_dead(keep: list[int] | None) -> None:
    """Also where the input would explain units that are dead from the start: what they were given before is unknown."""
    before = dataclasses.replace(BORN, value=70.0, changes={"first_weights": metadata.CHANGED})
    for numbers in (training_of(), training_of(**PIXELS)):
        (finding,) = found_in({"first": before}, numbers, keep)["first"]
        assert finding.cause == Cause.UNKNOWN and finding.units.tolist() == list(range(5)) and finding.step == 0
        assert finding.evidence.endswith(
            "since recording began at step 0; its weights were not those of the initializers then, "
            "and what was before is not recorded."
        )
        assert finding.advice.startswith("Look at the training that these weights come from")


def test_units_that_died_at_once_are_not_born_dead() -> None:
    died_at_first = Layer(died=dict.fromkeys(range(5), 1))
    assert Cause.BORN_DEAD not in causes(found_in({"first": died_at_first})["first"])


@pytest.mark.parametrize("keep", [None, ten_of(300)])
def test_what_was_before_recording_began_is_not_known(keep: list[int] | None) -> None:
    """Units that are never active in the records may have been before, as in a run that goes on from a checkpoint."""
    run = run_of({"first": BORN}, keep, steps=STEPS, every=EVERY, start=5000)
    (finding,) = diagnose(run)["first"]
    assert finding.cause == Cause.UNKNOWN
    assert re.search(r"since recording began at step 5,000; what was before is not recorded\.$", finding.evidence)


def test_burst() -> None:
    (finding,) = found_in({"first": BURST}, SPIKE)["first"]
    assert finding.cause == Cause.BURST and finding.units.tolist() == list(range(8)) and finding.step == 1203
    assert finding.evidence == (
        "8 of 32 units were last active within steps 1,203-1,206; "
        "the learning rate was 0.4 and the loss rose from 0.31 to 2.3."
    )
    assert finding.advice.startswith("Lower the learning rate") and "1211.5063" in finding.reference


def test_units_that_died_one_by_one_are_no_burst() -> None:
    (finding,) = found_in({"first": ONE_BY_ONE}, SPIKE)["first"]
    assert finding.cause == Cause.UNKNOWN and finding.units.tolist() == list(range(8)) and finding.step == 400
    assert finding.evidence.startswith(
        "8 of 32 units were last active within steps 400-2,500, no burst, for they are too few at once or nothing rose with it, at a learning rate of 0.4; "
        "their biases went from 0 to 0 (median)"
    )


def test_a_burst_without_a_rise_says_so() -> None:
    (finding,) = found_in({"first": BURST})["first"]
    assert finding.cause == Cause.BURST
    assert "the learning rate was 0.01 and the loss went from 0.69" in finding.evidence
    assert finding.advice.startswith("Look at what was done to the weights or the data at step 1,206")
    assert "lower the learning rate first" in finding.advice


def test_a_burst_at_the_first_record() -> None:
    """There is nothing to compare with: what can be done is to lower the rate."""
    at_once = Layer(died={unit: 1 + unit for unit in range(9)})
    (finding,) = found_in({"first": at_once})["first"]
    assert finding.cause == Cause.BURST
    assert finding.evidence.endswith("; nothing is recorded from before.")
    assert finding.advice.startswith("Lower the learning rate first, or warm it up")


def test_a_burst_with_a_higher_learning_rate() -> None:
    rising = training_of(learning_rate=np.where(STEP_OF <= 1200, 0.01, 0.5))
    (finding,) = found_in({"first": BURST}, rising)["first"]
    assert "the learning rate rose from 0.01 to 0.5" in finding.evidence
    assert finding.advice.startswith("Lower the learning rate")


def test_a_burst_with_a_larger_gradient() -> None:
    peak = dataclasses.replace(BURST, gradient=lambda steps: np.where((steps > 1200) & (steps < 1230), 0.5, 0.01))
    (finding,) = found_in({"first": peak})["first"]
    assert "its gradient norm 50 times that of before" in finding.evidence
    assert finding.advice.startswith("Lower the learning rate")


@pytest.mark.parametrize("training", [None, {"learning_rate": np.full(300, np.nan)}])
def test_a_burst_of_which_nothing_else_is_known(training: dict[str, np.ndarray] | None) -> None:
    (finding,) = diagnose(run_of({"first": BURST}), training, STEP_OF)["first"]
    assert finding.cause == Cause.BURST
    assert finding.evidence.endswith("; the learning rate is not known, nor is the loss.")


def test_a_burst_tells_how_biases_jumped() -> None:
    killed = dataclasses.replace(BURST, bias={unit: jumps(-64.0, 1200) for unit in range(8)})
    (finding,) = found_in({"first": killed})["first"]
    assert finding.cause == Cause.BURST
    assert "their biases went from 0 to -64.1 (median)" in finding.evidence


def test_few_units_of_other_layers_are_part_of_a_burst() -> None:
    few = Layer(died={0: 1205, 1: 1206, 2: 2500}, inputs=("first",))
    found = found_in({"first": BURST, "second": few}, SPIKE)
    assert causes(found["second"]) == {Cause.BURST: [0, 1], Cause.UNKNOWN: [2]}
    assert "together with 8 of other layers" in the(found["second"], Cause.BURST).evidence
    assert "together with 2 of other layers" in the(found["first"], Cause.BURST).evidence
    alone = found_in({"first": HEALTHY, "second": few}, SPIKE)
    assert causes(alone["second"]) == {Cause.UNKNOWN: [0, 1, 2]}


def test_bursts_of_several_layers_that_follow_one_another_are_one() -> None:
    later = Layer(died={unit: 1212 + unit % 5 for unit in range(8)} | {8: 1204}, inputs=("first",))
    found = found_in({"first": BURST, "second": later}, SPIKE)
    (finding,) = found["second"]
    assert finding.cause == Cause.BURST and finding.units.tolist() == list(range(9))
    assert "within steps 1,204-1,216, together with 8 of other layers; the learning rate was 0.4" in finding.evidence


def test_bias_drift() -> None:
    (finding,) = found_in({"first": DRIFT})["first"]
    assert finding.cause == Cause.BIAS_DRIFT and finding.units.tolist() == list(range(6)) and finding.step == 1500
    assert finding.statistic == "bias"
    numbers = re.fullmatch(
        r"6 of 32 units were last active within steps 1,500-1,850; until then the bias fell from 0 to (\S+) \(median\), "
        r"(\S+) times what such a unit gave when it was active\.",
        finding.evidence,
    )
    assert numbers is not None
    assert [float(one) for one in numbers.groups()] == pytest.approx([-8.0, 10.0], rel=0.01)


@pytest.mark.parametrize(
    "bias",
    [
        falls(-1.0, 300, 1500),  # Little beside what the unit gives.
        falls(4.0, 300, 1500),  # The other way.
        jumps(-4.0, 1495),  # At the death itself.
        jumps(-4.0, 600),  # At once, long before.
        falls(-4.0, 1850, 2900),  # After it.
        lambda steps: -4.0 + 3.0 * np.sin(steps / 50.0),  # Up and down.
    ],
)
def test_biases_that_move_otherwise_are_no_drift(bias) -> None:
    other = dataclasses.replace(DRIFT, bias=dict.fromkeys(range(6), bias))
    (finding,) = found_in({"first": other})["first"]
    assert finding.cause == Cause.UNKNOWN


def test_units_whose_biases_fell_may_cross_the_line_together() -> None:
    together = Layer(
        died=dict.fromkeys(range(8), 1500), bias={unit: falls(-4.0, 300, 1500) for unit in range(8)}, inputs=()
    )
    assert causes(found_in({"first": together})["first"]) == {Cause.BIAS_DRIFT: list(range(8))}
    rise = training_of(loss=np.where(STEP_OF < 1500, 0.3, 2.3))
    assert causes(found_in({"first": together}, rise)["first"]) == {Cause.BURST: list(range(8))}


@pytest.mark.parametrize("missing", ["bias", "mean_activation"])
def test_a_drift_that_is_not_recorded_is_none(missing: str) -> None:
    run = run_of({"first": DRIFT})
    setattr(run["first"], missing, None)
    (finding,) = diagnose(run, training_of(), STEP_OF)["first"]
    assert finding.cause == Cause.UNKNOWN and "how their biases moved before is not known" in finding.evidence


def test_dead_input() -> None:
    found = found_in({"first": ALL_BORN, "second": AFTER})
    assert causes(found["first"]) == {Cause.BORN_DEAD: list(range(32))}
    (finding,) = found["second"]
    assert finding.cause == Cause.DEAD_INPUT and finding.units.tolist() == list(range(20)) and finding.step == 0
    assert finding.evidence == (
        "20 of 32 units were dead; all units of first, before this layer, are dead and were never active."
    )
    assert finding.advice.startswith("Repair first first")


def test_dead_input_since_the_layer_before_died() -> None:
    first = Layer(died={unit: 1000 + unit for unit in range(32)})
    second = Layer(died={0: NEVER, 1: 400, **dict.fromkeys(range(2, 20), 1032)}, on=range(20, 32), inputs=("first",))
    found = found_in({"first": first, "second": second})
    # What was dead before has a cause of its own.
    assert causes(found["second"]) == {
        Cause.DEAD_INPUT: list(range(2, 20)),
        Cause.BORN_DEAD: [0],
        Cause.UNKNOWN: [1],
    }
    assert the(found["second"], Cause.DEAD_INPUT).step == 1031


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # One unit before is alive.
        (Layer(died=dict.fromkeys(range(31), NEVER)), AFTER),
        # Units vary all the same: something reaches them past the dead layer.
        (ALL_BORN, dataclasses.replace(AFTER, on=())),
        # Which layers are before is not known, or another one is as well.
        (ALL_BORN, dataclasses.replace(AFTER, inputs=None)),
        (ALL_BORN, dataclasses.replace(AFTER, inputs=("first", "elsewhere"))),
        # Leaky units can't be dead.
        (dataclasses.replace(ALL_BORN, changes={"fraction": metadata.NEGATIVE_FRACTION}), AFTER),
    ],
)
def test_no_dead_input(first: Layer, second: Layer) -> None:
    found = found_in({"first": first, "second": second})
    assert causes(found["second"])[Cause.BORN_DEAD] == list(range(20))


def test_two_layers_before() -> None:
    second = dataclasses.replace(ALL_BORN, inputs=())
    third = dataclasses.replace(AFTER, inputs=("first", "second"))
    found = found_in({"first": ALL_BORN, "second": second, "third": third})
    assert "all units of first and second, before this layer," in the(found["third"], Cause.DEAD_INPUT).evidence
    alive = found_in({"first": ALL_BORN, "second": HEALTHY, "third": third})
    assert Cause.DEAD_INPUT not in causes(alive["third"])


def test_constant_input_of_the_model() -> None:
    layers = {"first": dataclasses.replace(BORN, on=range(5, 32)), "second": dataclasses.replace(AFTER)}
    constant = training_of(input_constant=1.0)
    found = found_in(layers, constant)
    assert causes(found["first"]) == {Cause.DEAD_INPUT: list(range(5))}
    assert causes(found["second"]) == {Cause.DEAD_INPUT: list(range(20))}
    assert "every feature of the model's input had one and the same value" in found["first"][0].evidence
    # In part of the features, once; or as batches of one row are, and in the newest record.
    batches_of_one = {"input_constant": 1.0, "input_min": np.sin(STEP_OF), "input_rows": 1.0}
    for numbers in ({"input_constant": np.where(STEP_OF == 3000, 0.9, 1.0)}, batches_of_one):
        assert Cause.BORN_DEAD in causes(found_in(layers, training_of(**numbers))["first"])


def test_one_of_several_inputs_is_constant() -> None:
    """The layer that it comes to shows it; which one that is is not recorded."""
    layers = {"varied": BORN, "constant": dataclasses.replace(BORN, on=range(5, 32)), "dead": ALL_BORN}
    numbers = {"input_constant": 0.1, "input_constant_most": 1.0, "input_rows": 128.0}
    found = found_in(layers, training_of(**numbers))
    assert causes(found["constant"])[Cause.DEAD_INPUT] == list(range(5))
    assert "one of the model's inputs had one and the same value" in found["constant"][0].evidence
    assert list(causes(found["varied"])) == list(causes(found["dead"])) == [Cause.BORN_DEAD]
    for other_numbers in ({"input_constant_most": 0.9}, {"input_rows": 1.0}, {"input_constant_most": np.nan}):
        assert Cause.BORN_DEAD in causes(found_in(layers, training_of(**{**numbers, **other_numbers}))["constant"])


@pytest.mark.parametrize(
    ("rows", "cause"), [(np.nan, Cause.BORN_DEAD), (1.0, Cause.BORN_DEAD), (2.0, Cause.DEAD_INPUT)]
)
def test_one_record_of_one_row_tells_nothing_of_a_constant_input(rows: float, cause: Cause) -> None:
    numbers = training_of(input_constant=1.0, input_rows=rows)
    assert list(causes(found_in({"first": BORN}, numbers, [299])["first"])) == [cause]


CHANGED_INPUT = {
    "input_max": np.where(STEP_OF > 1200, 0.05, 2.5),
    "input_deviation": np.where(STEP_OF > 1200, 0.02, 1.0),
}
STOPPED_INPUT = {
    **{name: np.where(STEP_OF > 1200, 0.0, SCALED[name]) for name in SCALED},
    "input_constant": np.where(STEP_OF > 1200, 1.0, 0.0),
}
ONLY_AT_1200 = Layer(died={unit: 1197 + unit % 4 for unit in range(8)})
AT_1200 = Layer(died={**{unit: 1197 + unit % 4 for unit in range(8)}, 8: 700, 9: NEVER})


@pytest.mark.parametrize("loss", [0.3, np.where(STEP_OF < 1210, 0.31, 2.3)])
def test_input_change(loss) -> None:
    """A rise of the loss follows from it as well, a rise of the learning rate does not."""
    found = found_in({"first": AT_1200}, training_of(**CHANGED_INPUT, loss=loss))["first"]
    assert causes(found) == {
        Cause.INPUT_CHANGE: list(range(8)),
        Cause.BORN_DEAD: [9],
        Cause.UNKNOWN: [8],
    }
    finding = the(found, Cause.INPUT_CHANGE)
    assert finding.evidence == (
        "8 of 32 units were last active within steps 1,197-1,200; the model's input, from -2.5 to 2.5, mean 0, "
        "standard deviation 1 up to step 1,200, changed: from -2.5 to 0.05, mean 0, standard deviation 0.02 after it."
    )
    assert finding.advice.startswith("Look at what the data gives after step 1,200") and finding.step == 1197
    rising = training_of(**CHANGED_INPUT, learning_rate=np.where(STEP_OF <= 1200, 0.01, 0.5))
    assert causes(found_in({"first": AT_1200}, rising)["first"])[Cause.BURST] == list(range(8))


def other(**numbers: float) -> dict[str, np.ndarray]:
    """Numbers that are others after step 1200."""
    return {name: np.where(STEP_OF > 1200, value, SCALED[name]) for name, value in numbers.items()}


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (other(input_mean=1.2), True),
        (other(input_mean=0.8), False),
        (other(input_deviation=3.5), True),
        (other(input_deviation=2.5), False),
        (other(input_max=300.0), True),
        (other(input_max=20.0), False),
        # Single rows differ by anything.
        (other(input_deviation=3.5) | {"input_rows": 4.0}, False),
        (other(input_deviation=3.5) | {"input_rows": 32.0}, True),
        # It was like that before.
        ({"input_deviation": np.where((STEP_OF > 1200) | (STEP_OF == 900), 3.5, 1.0)}, False),
        # Long before, or long after.
        ({"input_deviation": np.where(STEP_OF > 1100, 3.5, 1.0)}, False),
        ({"input_deviation": np.where(STEP_OF > 1220, 3.5, 1.0)}, False),
    ],
)
def test_what_is_a_change_of_the_input(numbers: dict, expected: bool) -> None:
    found = found_in({"first": AT_1200}, training_of(**numbers))["first"]
    assert (Cause.INPUT_CHANGE in causes(found)) == expected
    assert (Cause.BURST in causes(found)) != expected


def test_input_that_ceases_to_vary() -> None:
    found = found_in({"first": AT_1200}, training_of(**STOPPED_INPUT))["first"]
    assert causes(found) == {Cause.DEAD_INPUT: list(range(8)), Cause.BORN_DEAD: [9], Cause.UNKNOWN: [8]}
    finding = the(found, Cause.DEAD_INPUT)
    assert finding.step == 1197 and finding.advice.startswith("Look at what the data gives after step 1,200")
    assert finding.evidence == (
        "8 of 32 units were dead; every feature of the model's input had one and the same value in all observed samples "
        "after step 1,200; before, it ranged from -2.5 to 2.5, mean 0, standard deviation 1."
    )
    # For few rows it may be so by chance.
    few = {name: np.where(STEP_OF > 2990, 0.0, SCALED[name]) for name in SCALED} | {"input_rows": 4.0}
    few["input_constant"] = np.where(STEP_OF > 2990, 1.0, 0.0)
    late = Layer(died=dict.fromkeys(range(8), 2985))
    assert Cause.DEAD_INPUT not in causes(found_in({"first": late}, training_of(**few))["first"])


def test_a_learning_rate_of_0_has_not_risen() -> None:
    (finding,) = found_in({"first": BURST}, training_of(learning_rate=0.0))["first"]
    assert "rose" not in finding.evidence and "the learning rate was 0 " in finding.evidence
    (finding,) = found_in({"first": BURST}, training_of(learning_rate=np.where(STEP_OF <= 1200, 0.0, 0.5)))["first"]
    assert "the learning rate rose from 0 to 0.5" in finding.evidence


def test_input_scale_of_units_that_died_early() -> None:
    early = Layer(died={0: 3, 1: 40, 2: 250, 3: 1700}, value=70.0)
    found = found_in({"first": early}, training_of(**PIXELS))
    assert causes(found["first"]) == {Cause.INPUT_SCALE: [0, 1, 2], Cause.UNKNOWN: [3]}
    assert the(found["first"], Cause.INPUT_SCALE).evidence == (
        "3 of 32 units were dead, 3 last active by step 250; the model's input ranges from 0 to 255, mean 33, "
        "standard deviation 78, and active units gave 70 on average at first."
    )
    # A deeper layer, which the scale reaches as well.
    deeper = dataclasses.replace(early, inputs=("first",))
    assert Cause.INPUT_SCALE in causes(found_in({"first": HEALTHY, "second": deeper}, training_of(**PIXELS))["second"])


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (0.8, SCALED),
        (0.8, PIXELS),  # A layer in between rescales it.
        (70.0, {**SCALED, "input_max": 90.0}),  # A few outliers.
        (70.0, dict.fromkeys(SCALED, np.nan)),
    ],
)
def test_no_input_scale(value: float, numbers: dict[str, float]) -> None:
    early = Layer(died={0: 3, 1: 40, 2: 250, 3: NEVER}, value=value)
    found = found_in({"first": early}, training_of(**numbers))
    assert causes(found["first"]) == {Cause.BORN_DEAD: [3], Cause.UNKNOWN: [0, 1, 2]}


def test_input_scale_of_units_that_are_born_dead() -> None:
    """Where the input's entries share their sign, and only in the first layer: sums of it share theirs."""
    first, second = dataclasses.replace(BORN, value=70.0), dataclasses.replace(BORN, value=70.0, inputs=("first",))
    both_signs = {**PIXELS, "input_min": -128.0, "input_max": 127.0, "input_mean": -90.0}
    kelvin = {**PIXELS, "input_min": 270.0, "input_max": 310.0, "input_mean": 290.0, "input_deviation": 6.0}
    far = {"input_min": -1.0, "input_max": 3.0, "input_mean": 1.5, "input_deviation": 0.4, "input_constant": 0.0}
    for numbers, expected in ((PIXELS, True), (both_signs, False), (kelvin, True), (far, True), (SCALED, False)):
        found = found_in({"first": first, "second": second}, training_of(**numbers))
        assert causes(found["first"]) == {Cause.INPUT_SCALE if expected else Cause.BORN_DEAD: list(range(5))}
        assert causes(found["second"]) == {Cause.BORN_DEAD: list(range(5))}


def test_a_bias_that_explains_a_unit_goes_before_the_scale_of_the_input() -> None:
    """Nothing but the bias differs: what active units give is 70."""
    biased = dataclasses.replace(
        BORN, value=70.0, bias={0: lambda steps: -1e4 + 0 * steps, 1: lambda steps: -200.0 + 0 * steps}
    )
    found = found_in({"first": biased}, training_of(**PIXELS))["first"]
    assert causes(found) == {Cause.INPUT_SCALE: [1, 2, 3, 4], Cause.BORN_DEAD: [0]}
    assert re.search(r"their biases were -(10,0\d\d|9,9\d\d) \(median\)", the(found, Cause.BORN_DEAD).evidence)


def test_no_gradient_from_downstream() -> None:
    layers = {name: Layer(gradient=lambda steps: np.where(steps > 2000, 0.0, 0.01)) for name in ("first", "second")}
    found = found_in(layers, training_of(loss=0.5))
    (finding,) = found["first"]
    assert finding.cause == Cause.NO_GRADIENT_FROM_DOWNSTREAM and finding.units.tolist() == list(range(32))
    assert finding.step == 2010 and finding.statistic == "gradient_norm"
    assert finding.evidence == (
        "32 of 32 units are active with a gradient norm below 1e-08 since step 2,010, while the loss was 0.5; "
        "no layer gets a gradient, so it is lost at the output or in the loss."
    )


def test_no_gradient_past_a_dead_layer() -> None:
    blocked = Layer(gradient=lambda steps: np.zeros(len(steps)))
    found = found_in({"first": blocked, "second": dataclasses.replace(ALL_BORN, inputs=("first",)), "third": HEALTHY})
    assert "; all units of second, after this layer, are dead." in found["first"][0].evidence
    found = found_in({"first": blocked, "third": HEALTHY})
    assert "; other layers get one." in found["first"][0].evidence


def test_a_small_gradient_is_one() -> None:
    small = Layer(gradient=lambda steps: np.full(len(steps), 2e-8))
    assert found_in({"first": small})["first"] == ()


def test_no_gradient_of_what_is_learned() -> None:
    blocked = Layer(gradient=lambda steps: np.where(steps > 2000, 0.0, 0.01))
    learned = training_of(loss=np.where(STEP_OF > 2000, 1e-7, 2.3))
    assert found_in({"first": blocked}, learned)["first"] == ()
    # Where nothing is known of the loss, it may be so.
    (finding,) = diagnose(run_of({"first": blocked}))["first"]
    assert finding.evidence.endswith("or there is none for all is learned: the loss is not known.")


@pytest.mark.parametrize(
    ("first", "newest", "told"),
    [
        # A penalty keeps it from 0.
        (1.0, 0.4, None),
        (1.0, 0.8, "or there is none for all is learned: the loss fell to that from 1"),
        (1.0, 1.0, "so it is lost at the output or in the loss"),
        (1.0, 1.3, "so it is lost at the output or in the loss"),
    ],
)
def test_no_gradient_at_a_low_loss(first: float, newest: float, told: str | None) -> None:
    blocked = Layer(gradient=lambda steps: np.where(steps > 2000, 0.0, 0.01))
    found = found_in({"first": blocked}, training_of(loss=np.where(STEP_OF > 2000, newest, first)))["first"]
    assert (found == ()) == (told is None)
    assert told is None or found[0].evidence.endswith(f"{told}.")
    # It has been lower before: what is learned would still be.
    fell = np.where(STEP_OF > 2000, newest, np.where(STEP_OF > 1000, 0.1, first))
    (finding,) = found_in({"first": blocked}, training_of(loss=fell))["first"]
    assert finding.evidence.endswith("so it is lost at the output or in the loss.")


def test_dead_units_get_no_gradient_by_nature() -> None:
    assert Cause.NO_GRADIENT_FROM_DOWNSTREAM not in causes(found_in({"first": ALL_BORN})["first"])


def test_always_on() -> None:
    (finding,) = found_in({"first": Layer(on=range(30))})["first"]
    assert finding.cause == Cause.ALWAYS_ON and finding.units.tolist() == list(range(30)) and finding.step == 10
    assert finding.evidence == (
        "30 of 32 units are active in every sample, and so it was in nearly all units since step 10, "
        "on 384,000 samples: the layer is linear on this data."
    )


@pytest.mark.parametrize("layer", [Layer(on=range(28)), Layer(on=range(32), changes={"fraction": "negative_fraction"})])
def test_not_always_on(layer: Layer) -> None:
    assert found_in({"first": layer})["first"] == ()


def test_a_layer_on_dead_input_is_not_told_to_be_linear_as_well() -> None:
    assert list(causes(found_in({"first": ALL_BORN, "second": AFTER})["second"])) == [Cause.DEAD_INPUT]


def test_units_that_were_repaired_in_vain() -> None:
    again = Layer(died={0: NEVER, 1: 500, 2: 900}, repaired={0: 1000, 1: 1000, 2: 800})
    found = found_in({"first": again})["first"]
    assert [finding.units.tolist() for finding in found] == [[2], [0, 1]]
    assert found[0].cause == found[1].cause == Cause.UNKNOWN
    assert "re-initialised at step 1,000 and not active since" in found[1].evidence and found[1].step == 1000


def test_a_repaired_unit_after_dead_layers() -> None:
    first = dataclasses.replace(ALL_BORN, died=dict.fromkeys(range(32), 1000))
    second = dataclasses.replace(AFTER, died={0: 300, 1: 300}, on=range(2, 32), repaired={0: 2000})
    found = found_in({"first": first, "second": second})
    assert causes(found["second"]) == {Cause.DEAD_INPUT: [0], Cause.UNKNOWN: [1]}


def test_several_causes_in_one_layer() -> None:
    mixed = Layer(
        units=64,
        died={**dict.fromkeys(range(3), NEVER), **dict.fromkeys(range(3, 12), 1204), 12: 1700, 13: 1750, 14: 2200},
        bias={12: falls(-5.0, 200, 1700), 13: falls(-5.0, 200, 1750)},
    )
    found = found_in({"first": mixed}, SPIKE)["first"]
    assert causes(found) == {
        Cause.BORN_DEAD: [0, 1, 2],
        Cause.BURST: list(range(3, 12)),
        Cause.BIAS_DRIFT: [12, 13],
        Cause.UNKNOWN: [14],
    }


SCENARIOS = {
    "born": ({"first": BORN}, training_of()),
    "burst": ({"first": BURST}, SPIKE),
    "one by one": ({"first": ONE_BY_ONE}, SPIKE),
    "drift": ({"first": DRIFT}, training_of()),
    "dead input": ({"first": ALL_BORN, "second": AFTER}, training_of()),
    "input change": ({"first": ONLY_AT_1200}, training_of(**CHANGED_INPUT)),
    "input stops": ({"first": ONLY_AT_1200}, training_of(**STOPPED_INPUT)),
    "input scale": ({"first": Layer(died={0: 3, 1: 40, 2: 250}, value=70.0)}, training_of(**PIXELS)),
    "no gradient": ({"first": Layer(gradient=lambda steps: steps * 0.0)}, training_of(loss=1.0)),
    "always on": ({"first": Layer(on=range(32))}, training_of()),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", SCENARIOS)
def test_dropped_records_change_no_finding(name: str, seed: int) -> None:
    """10 of 300 records tell the same causes of the same units, and date deaths by the same window."""
    layers, training = SCENARIOS[name]
    full, thin = found_in(layers, training), found_in(layers, training, ten_of(300, seed))
    for layer, findings in full.items():
        assert causes(thin[layer]) == causes(findings)
        for finding, other in zip(findings, thin[layer]):
            if finding.cause not in (Cause.NO_GRADIENT_FROM_DOWNSTREAM, Cause.ALWAYS_ON):
                assert finding.step is not None and other.step is not None
                assert abs(finding.step - other.step) <= EVERY


def test_findings_follow_the_thresholds() -> None:
    run = run_of({"first": Layer(died={0: 2985})})
    assert causes(diagnose(run)["first"]) == {Cause.UNKNOWN: [0]}
    assert diagnose(run, thresholds=Thresholds(min_samples=2000))["first"] == ()


def test_no_records() -> None:
    assert diagnose({}) == {}
    assert diagnose(run_of({"first": HEALTHY}, [])) == {}


def test_layers_are_in_the_order_of_the_network() -> None:
    run = run_of({"b": HEALTHY, "a": HEALTHY})
    assert list(diagnose({"a": run["a"], "b": run["b"]})) == ["b", "a"]


def test_numbers_of_the_training_must_fit_their_steps() -> None:
    with pytest.raises(ValueError, match=r"^training must have one value per step, 300; got 2 of loss\.$"):
        diagnose(run_of({"first": HEALTHY}), {"loss": np.zeros(2)}, STEP_OF)


DEAD_CAUSES = set(Cause) - {Cause.NO_GRADIENT_FROM_DOWNSTREAM, Cause.ALWAYS_ON}


@settings(max_examples=100)
@given(st.data())
def test_every_dead_unit_is_in_one_finding(data: st.DataObject) -> None:
    """Whatever was recorded, damaged numbers included, and no unit that is alive is in any."""
    run = {}
    for index, name in enumerate(("first", "second")[: data.draw(st.integers(1, 2))]):
        inputs = data.draw(st.sampled_from([None, (), ("first",), ("elsewhere",)]))
        info = metadata.LayerInfo(
            fraction=data.draw(st.sampled_from([metadata.ZERO_FRACTION, metadata.NEGATIVE_FRACTION])),
            layer_index=index,
            input_layers=inputs,
        )
        run[name] = data.draw(timelines(run="run", info=info))
        run[name].layer = name
    steps = np.arange(1, data.draw(st.integers(1, 5)) * 3, 3)
    values = st.lists(st.floats(), min_size=len(steps), max_size=len(steps)).map(np.array)
    training = data.draw(st.none() | st.fixed_dictionaries(dict.fromkeys(IDS, values)))
    thresholds = Thresholds(min_samples=data.draw(st.sampled_from([1, 1000])))
    with np.errstate(all="ignore"):
        found = diagnose(run, training, steps, thresholds)
    for name, timeline in run.items():
        dead = np.flatnonzero(timeline.states(thresholds)[-1] == UnitState.DEAD).tolist()
        explained = [unit for f in found[name] if f.cause in DEAD_CAUSES for unit in f.units.tolist()]
        assert sorted(explained) == dead
        for finding in found[name]:
            assert finding.layer == name and len(finding.units) and finding.units.tolist() == sorted(finding.units)
            assert finding.evidence.endswith(".") and finding.advice.endswith(".") and finding.reference
            assert "  " not in finding.evidence
