"""Reports as text, at every width."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest
import rich.console

from tb_deadrelu_plugin.commands import report_rows, report_text
from tb_deadrelu_plugin.commands.report_rows import CAUSES, HEADINGS
from tb_deadrelu_plugin.diagnosis.findings import Cause
from tb_deadrelu_plugin.report import RunReport
from tb_deadrelu_plugin.verdict import Severity
from tests.reports import finding, layer_report, run_report

LONG = "encoder/block_12/residual_branch_of_the_left_tower/conv_3/batch_then_activation/relu"


def _lines(runs: list[RunReport], base: RunReport | None = None, *, width: int = 80, ascii_only: bool = False) -> list:
    console = rich.console.Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    for part in report_text.terminal(runs, base, width=width, ascii_only=ascii_only):
        console.print(part, crop=False)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def _sick(run: str = "high_lr") -> RunReport:
    burst = finding("dense_1", Cause.BURST, 60, advice="Lower the rate.")
    layers = [
        layer_report("conv_1", units=16),
        layer_report(
            LONG,
            units=65_536,
            dead=65_535,
            since=12_345_678,
            samples=123_456_789_012,
            findings=(finding(LONG, Cause.BURST, 65_535, advice="Lower the rate."),),
        ),
        layer_report("dense_1", units=64, dead=62, born_dead=2, since=340, samples=4321, findings=(burst,)),
        layer_report("leaky", units=1024, can_die=False),
    ]
    return run_report(run, layers)


def test_a_run_whose_units_are_not_finite_is_not_called_ok() -> None:
    bad = layer_report("dense_1", units=4)
    bad.counts.update(healthy=0, non_finite=4)
    assert _lines([run_report("nan", [bad])])[0].startswith("nan: not finite. ")
    assert report_text.markdown([run_report("nan", [bad])]).startswith("### nan: not finite\n")
    assert report_rows.grade(run_report("nan", [bad, layer_report("a", units=4, dead=4)])) == "sick"
    assert report_rows.grade(run_report("fine", [layer_report("a")])) == "ok"


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("preset", ["default", "sagemaker"])
def test_no_line_is_longer_than_the_terminal_and_nothing_is_cut(width: int, preset: str) -> None:
    report = _sick()
    runs = [run_report(f"run_{i}", report.layers, preset=preset) for i in range(5)]
    lines = _lines(runs, width=width)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    text = "\n".join(lines)
    for number in ("65,536", "65,535", "12,345,678", "1.2e+11", "2.4e-11", "4,321", "6.9e-04", "96.9%", "99.9%"):
        assert number in text
    if preset != "default":
        assert "65,535 (99.9%)" in " ".join(text.split())
    if "encoder" not in {line[1:8] for line in lines}:
        # Not a table but a list, where numbers of so many digits do not fit.
        assert width < (80 if preset == "default" else 100)
        return
    # Folded, every part of the name is still there.
    start = next(i for i, line in enumerate(lines) if line.startswith(" encoder"))
    folded = ""
    while folded != LONG and LONG.startswith(folded):
        folded += lines[start].split("  ")[0].strip()
        start += 1
    assert folded == LONG


@pytest.mark.parametrize("width", [20, 30, 45])
def test_numbers_are_whole_even_where_the_terminal_is_too_narrow_for_a_table(width: int) -> None:
    lines = _lines([_sick(), _sick("other")], width=width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for number in ("65,536", "65,535", "12,345,678", "1.2e+11", "2.4e-11", "4,321"):
        assert re.search(rf"(^|\s){re.escape(number)}\b", text), number
    assert "dense_1 units 64, dead 62, share 96.9%, since 340+2, N 4,321, 3/N 6.9e-04, cause 60 burst " in " ".join(
        text.split()
    )


def test_a_row_has_the_numbers_of_its_layer() -> None:
    rows = {line.split()[0]: line.split() for line in _lines([_sick()], width=200) if line.startswith(" ")}
    assert rows["dense_1"][:7] == ["dense_1", "64", "62", "96.9%", "340+2", "4,321", "6.9e-04"]
    assert rows["dense_1"][7:] == ["60", "burst"]
    assert rows["conv_1"] == ["conv_1", "16", "0", "0.0%", "-", "-", "-", "-"]
    assert rows["leaky"] == ["leaky", "1,024", "-", "-", "-", "-", "-", "can't", "die"]
    assert rows[LONG][4:6] == ["12,345,678", "1.2e+11"]


def test_what_is_advised_stands_once_below_all_that_it_is_for() -> None:
    lines = _lines([_sick()], width=200)
    place = lines.index(HEADINGS[Cause.BURST])
    assert lines[place + 1] == f"  {LONG}: 65535 units of {LONG} were seen."
    assert lines[place + 2 : place + 4] == [
        "  dense_1: 60 units of dense_1 were seen.",
        "  -> Lower the rate. (Somebody 2020)",
    ]
    assert "\n".join(lines).count("Lower the rate.") == 1


def test_several_findings_of_one_cause_are_counted_together_and_told_apart() -> None:
    bursts = (
        finding("conv", Cause.BURST, 5, evidence="At step 10.", advice="Look at 10."),
        finding("conv", Cause.UNKNOWN, 1),
        finding("conv", Cause.BURST, 3, evidence="At step 20.", advice="Look at 20."),
    )
    run = run_report("run", [layer_report("conv", dead=9, findings=bursts)])
    lines = _lines([run])
    assert lines[5].endswith("8 burst, 1 unknown")
    place = lines.index(HEADINGS[Cause.BURST])
    assert lines[place + 1 : place + 6] == [
        "  conv: At step 10.",
        "  -> Look at 10. (Somebody 2020)",
        "",
        "  conv: At step 20.",
        "  -> Look at 20. (Somebody 2020)",
    ]
    assert lines.count(HEADINGS[Cause.BURST]) == 1
    assert report_text.markdown([run]).count(HEADINGS[Cause.BURST]) == 1
    assert ",burst:8; unknown:1," in report_text.csv_text([run])


def test_every_cause_has_words() -> None:
    assert set(CAUSES) == set(HEADINGS) == set(Cause)


def test_causes_of_death_come_before_those_of_live_units() -> None:
    layers = [
        layer_report("a", findings=(finding("a", Cause.ALWAYS_ON, 3),)),
        layer_report("b", dead=1, findings=(finding("b", Cause.UNKNOWN, 1), finding("b", Cause.BURST, 1))),
    ]
    found = [one.cause for one in report_rows.explanations(run_report("run", layers))]
    assert found == [Cause.BURST, Cause.ALWAYS_ON, Cause.UNKNOWN]


def test_runs_side_by_side() -> None:
    base = run_report("healthy", [layer_report("conv", dead=1), layer_report("dense", units=64, dead=2)])
    worse = run_report(
        "high_lr", [layer_report("conv", dead=16), layer_report("more"), layer_report("dense", units=64, dead=2)]
    )
    leaky = run_report("leaky", [layer_report("conv", can_die=False), layer_report("dense", units=64, can_die=False)])
    columns = report_rows.comparison_columns([base, worse, leaky], base)
    assert {column.name: column.texts for column in columns} == {
        "layer": ("conv", "more", "dense", "whole run"),
        "healthy (base)": ("1 of 16", "      -", "2 of 64", "3 of 80"),
        "high_lr": ("16 of 16  (+15)", " 0 of 16       ", " 2 of 64    (=)", "18 of 96  (+15)"),
        "leaky": ("can't die", "        -", "can't die", "can't die"),
    }
    columns = report_rows.comparison_columns([base, worse, leaky], worse)
    assert [column.name for column in columns] == ["layer", "high_lr (base)", "healthy", "leaky"]
    assert columns[2].texts == ("1 of 16  (-15)", "      -       ", "2 of 64    (=)", "3 of 80  (-15)")
    assert "Dead units side by side" not in _lines([base])
    assert "Dead units side by side" in _lines([base, worse])


def test_more_runs_than_fit_are_in_several_tables_each_with_the_base() -> None:
    runs = [_sick(f"run_{i:02}") for i in range(12)]
    lines = _lines(runs)
    heads = [line for line in lines if "(base)" in line]
    assert len(heads) > 1 and all("run_00" in head for head in heads)
    assert [name for head in heads for name in head.split() if name.startswith("run_") and name != "run_00"] == [
        f"run_{i:02}" for i in range(1, 12)
    ]


def test_long_names_of_runs_are_folded() -> None:
    name = "sweep/lr=0.01,batch_size=128,initializer=he_normal,seed=17/train"
    runs = [run_report("a", [layer_report("conv", dead=1)]), run_report(name, [layer_report("conv", dead=2)])]
    lines = _lines(runs)
    assert max(map(len, lines)) <= 80
    assert name in "".join(line.split()[-1] for line in lines[lines.index("Dead units side by side") :] if line)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0%"), (1e-9, "0.1%"), (0.5, "50.0%"), (1 - 1e-9, "99.9%"), (1.0, "100.0%"), (62 / 64, "96.9%")],
)
def test_a_share_is_0_or_all_only_if_it_is(value: float, text: str) -> None:
    assert report_rows.share(value) == text


def test_names_can_not_steer_the_terminal() -> None:
    name = "[red]x[/] \x1b[31m\u202e\n:smile: \udcff"
    shown = "[red]x[/] \\x1b[31m\\u202e\\n:smile: \\udcff"
    assert report_rows.clean(name) == shown
    run = run_report(
        name, [layer_report(name, dead=1, findings=(finding(name, Cause.BURST, 1, evidence=f"{name} died."),))]
    )
    text = "\n".join(_lines([run], width=200))
    assert text.count(shown) == 4
    assert all(c.isprintable() or c == "\n" for c in text + report_text.markdown([run]))


def test_ascii_alone_where_there_is_nothing_else() -> None:
    lines = _lines([_sick(), _sick("other")], ascii_only=True)
    assert all(line.isascii() for line in lines)
    assert max(map(len, lines)) <= 80
    assert any(set(line.strip()) == {"-"} for line in lines)


def test_colour_is_beside_words() -> None:
    console = rich.console.Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    for part in report_text.terminal([_sick()]):
        console.print(part, crop=False)
    assert "\x1b[1;31msick\x1b[0m" in console.file.getvalue()


def test_what_is_missing_is_said() -> None:
    run = run_report("run", [layer_report("conv")], records=10, written=300)
    assert "Step 450, 10 records of 300 written" in _lines([run])
    assert "Step 450, 1 record" in _lines([run_report("run", [layer_report("conv")], records=1, written=1)])
    assert "No records" in _lines([run_report("run", [], records=0)])


def test_the_criterion_is_said_with_its_source() -> None:
    layers = [layer_report("conv", flagged=9), layer_report("dense", flagged=8)]
    lines = "\n".join(_lines([run_report("run", layers, preset="sagemaker")], width=200))
    assert "flagged: active in less than 1 % of the samples (Amazon SageMaker Debugger" in lines
    assert "layers with more than 50 % flagged: conv of run" in lines
    assert "9 (56.2%)" in lines
    assert "flagged" not in "\n".join(_lines([run_report("run", layers)]))


def test_markdown() -> None:
    name = "a|b_c*<i>"
    run = run_report(name, [layer_report(name, dead=8, findings=(finding(name, Cause.BORN_DEAD, 8),))])
    text = report_text.markdown([run, run_report("other", [layer_report(name)])])
    escaped = r"a\|b\_c\*\<i\>"
    assert escaped in text
    assert text.startswith(f"### {escaped}: sick\n\n8 of 16 units dead. Step 450, 90 records.\n\n| layer | units |")
    assert f"\n| {escaped} | 16 | 8 | 50.0% | - | - | - | 8 born dead |\n" in text
    assert f"\n- {escaped}: 8 units of {escaped} were seen.\n\nDo less. (Somebody 2020)\n" in text
    assert f"\n| {escaped} | 8 of 16 | 0 of 16 (-8) |\n" in text
    for table in text.split("\n\n"):
        rows = [line.replace(r"\|", "") for line in table.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1


def test_csv_has_a_row_per_run_and_layer() -> None:
    base = run_report("healthy", [layer_report("conv", dead=1), layer_report("leaky", can_die=False)])
    findings = (finding("conv", Cause.BURST, 3, advice='Say "less".'), finding("conv", Cause.UNKNOWN, 1))
    conv = layer_report("conv", dead=4, since=17, samples=3000, findings=findings)
    run = run_report("a,b", [conv, layer_report("leaky", can_die=False), layer_report("new", dead=1)])
    text = report_text.csv_text([base, run])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == report_text.CSV_COLUMNS
    assert len(set(report_text.CSV_COLUMNS)) == len(report_text.CSV_COLUMNS)
    assert [(row["run"], row["layer"]) for row in rows] == [
        ("healthy", "conv"),
        ("healthy", "leaky"),
        ("a,b", "conv"),
        ("a,b", "leaky"),
        ("a,b", "new"),
    ]
    assert [row["dead_difference"] for row in rows] == ["0", "", "3", "", ""]
    row = rows[2]
    assert (row["dead"], row["dead_share"], row["dead_since"], row["samples"]) == ("4", "0.25", "17", "3000")
    assert math.isclose(float(row["bound"]), 0.001)
    assert (row["severity"], row["can_die"], row["step"], row["healthy"]) == ("watch", "true", "450", "12")
    assert row["causes"] == "burst:3; unknown:1"
    assert row["evidence"] == "3 units of conv were seen. 1 units of conv were seen."
    assert row["advice"] == 'Say "less". Do less.'
    assert rows[0]["bound"] == rows[0]["dead_since"] == rows[0]["causes"] == ""
    assert report_text.csv_text([base, run], header=False) == text.partition("\n")[2]
    assert [row["dead_difference"] for row in csv.DictReader(io.StringIO(report_text.csv_text([base, run], run)))] == [
        *("-3", ""),
        *("0", "", "0"),
    ]


def test_severities_all_have_a_style() -> None:
    assert set(report_text._STYLES) == set(Severity)
