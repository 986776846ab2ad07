"""Conditions of `--fail-on`."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin import verdict
from tb_deadrelu_plugin.commands import conditions
from tb_deadrelu_plugin.commands.conditions import Condition, ConditionError
from tb_deadrelu_plugin.verdict import Severity
from tests.reports import layer_report, run_report

_NAIVE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq}
_RANK = {"ok": 0, "watch": 1, "sick": 2}

_texts = st.one_of(
    st.tuples(st.just("dead"), st.sampled_from(list(_NAIVE)), st.integers(0, 10**9).map(str)),
    st.tuples(
        st.sampled_from(["dead_share", "flagged_share"]),
        st.sampled_from(list(_NAIVE)),
        st.one_of(st.floats(0, 1).map(repr), st.sampled_from([".5", "1.", "0", "1", "2e-1", "5E-2"])),
    ),
    st.tuples(st.just("severity"), st.sampled_from(list(_NAIVE)), st.sampled_from(list(_RANK))),
)
_spaces = st.sampled_from(["", " ", "   ", "\t"])


def _value(name: str, text: str) -> object:
    return Severity(text) if name == "severity" else int(text) if name == "dead" else float(text)


@given(_texts, st.booleans(), st.lists(_spaces, min_size=4, max_size=4))
def test_reads_what_it_is_given_whatever_the_spaces(
    parts: tuple[str, str, str], of_layer: bool, spaces: list[str]
) -> None:
    name, sign, value = parts
    text = f"{spaces[0]}{'layer.' if of_layer else ''}{name}{spaces[1]}{sign}{spaces[2]}{value}{spaces[3]}"
    condition = conditions.parse(text)
    assert condition == Condition(of_layer, name, sign, _value(name, value))
    assert conditions.parse(str(condition)) == condition


@given(st.one_of(st.text(), st.text("layer.dead_share flagged severity><=!0123456789eE+-%٣", max_size=20)))
def test_any_other_text_is_refused_with_what_is_expected(text: str) -> None:
    try:
        condition = conditions.parse(text)
    except ConditionError as error:
        assert str(error).startswith("expected ") and repr(text) in str(error)
    else:
        assert conditions.parse(str(condition)) == condition


@given(
    _texts,
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40)), min_size=1, max_size=4),
    st.booleans(),
)
def test_holds_where_the_numbers_say_so(
    parts: tuple[str, str, str], counts: list[tuple[int, int, int]], of_layer: bool
) -> None:
    name, sign, text = parts
    counts = [(min(dead, units), min(flagged, units), units) for dead, flagged, units in counts]
    layers = [
        layer_report(f"layer_{i}", dead=dead, units=units, flagged=flagged)
        for i, (dead, flagged, units) in enumerate(counts)
    ]
    run = run_report("run", layers)
    worst = max(_RANK[verdict.layer_severity(dead, units).value] for dead, _, units in counts)

    def number(dead: int, flagged: int, units: int, rank: int) -> float:
        return {"dead": dead, "dead_share": dead / units, "flagged_share": flagged / units, "severity": rank}[name]

    against = _RANK[text] if name == "severity" else float(text)
    condition = conditions.parse(f"{'layer.' if of_layer else ''}{name}{sign}{text}")
    found = conditions.reasons(condition, run, layers)
    if of_layer:
        ranks = [_RANK[verdict.layer_severity(dead, units).value] for dead, _, units in counts]
        expected = [
            f"layer 'layer_{i}' of run 'run'"
            for i, (row, rank) in enumerate(zip(counts, ranks))
            if _NAIVE[sign](number(*row, rank), against)
        ]
        assert [reason.split(" has ")[0] for reason in found] == expected
    else:
        totals = [sum(column) for column in zip(*counts)]
        assert len(found) == _NAIVE[sign](number(*totals, worst), against)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r'expected \[layer\.\]NAME OPERATOR VALUE such as "dead_share>0.2", got \'\'; NAME is one of dead, '),
        (
            "dead_share",
            r"got 'dead_share'; NAME is one of dead, dead_share, flagged_share, severity, OPERATOR one of >",
        ),
        ("dead_share=0.2", r"got 'dead_share=0.2'"),
        ("dead_share!=0.2", r"got 'dead_share!=0.2'"),
        ("dead_share>0.2 or dead>1", r"got 'dead_share>0.2 or dead>1'"),
        ("__import__('os')>1", r"NAME OPERATOR VALUE"),
        ("conv_1.dead>1", r"NAME OPERATOR VALUE"),
        ("loss>1", r"expected one of dead, dead_share, flagged_share, severity before '>', got 'loss' in 'loss>1'"),
        ("dead_share>20", r"expected a share from 0 to 1 after dead_share, got '20' in 'dead_share>20'"),
        ("dead_share>20%", r"NAME OPERATOR VALUE"),
        ("dead_share>nan", r"expected a share from 0 to 1 after dead_share, got 'nan'"),
        ("flagged_share<-0.1", r"expected a share from 0 to 1 after flagged_share, got '-0.1'"),
        ("dead>0.5", r"expected a number of units after dead, got '0.5'"),
        ("dead>many", r"expected a number of units after dead, got 'many'"),
        ("severity>1", r"expected one of ok, watch, sick after severity, got '1'"),
        ("severity>=SICK", r"expected one of ok, watch, sick after severity, got 'SICK'"),
    ],
)
def test_says_what_is_expected(text: str, message: str) -> None:
    with pytest.raises(ConditionError, match=message):
        conditions.parse(text)


def test_reasons_have_the_numbers() -> None:
    layers = [layer_report("conv", dead=1, units=3, flagged=2), layer_report("dense", dead=0, units=1000, flagged=0)]
    run = run_report("bad lr", layers, preset="apoz")

    def reasons(text: str) -> list[str]:
        return conditions.reasons(conditions.parse(text), run, layers)

    assert reasons("dead>=1") == ["run 'bad lr' has 1 of 1,003 units dead, a share of 0.000997009"]
    assert reasons("layer.dead_share>0.3") == [
        "layer 'conv' of run 'bad lr' has 1 of 3 units dead, a share of 0.333333"
    ]
    assert reasons("flagged_share>0") == ["run 'bad lr' has 2 of 1,003 units flagged by 'apoz', a share of 0.00199402"]
    assert reasons("layer.severity==watch") == ["layer 'conv' of run 'bad lr' has severity watch, 1 of 3 units dead"]
    assert reasons("severity==sick") == []


def test_layers_that_were_not_chosen_are_not_asked() -> None:
    layers = [layer_report("conv", dead=2, units=3), layer_report("dense", dead=3, units=3)]
    run = run_report("run", layers)
    assert conditions.reasons(conditions.parse("layer.dead==2"), run, layers[1:]) == []
    assert len(conditions.reasons(conditions.parse("dead==5"), run, layers[1:])) == 1


def test_a_run_without_layers_has_a_share_of_0() -> None:
    run = run_report("run", [])
    for name in ("dead_share", "flagged_share", "dead"):
        assert conditions.reasons(conditions.parse(f"{name}>0"), run, []) == []
        assert len(conditions.reasons(conditions.parse(f"{name}==0"), run, [])) == 1
