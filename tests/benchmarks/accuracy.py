"""How often verdicts are right: states, deaths and their dates against planted truth, beside what others call dead."""

from __future__ import annotations

from tb_deadrelu_plugin.verdict import UnitState
from tests.benchmarks import accuracy_cases as cases
from tests.benchmarks import accuracy_dating, accuracy_evidence
from tests.benchmarks.accuracy_case import Case
from tests.benchmarks.accuracy_dating import Dated
from tests.benchmarks.accuracy_scores import AtRecord, Score, at_records, false_dead, score_dead, score_states, train
from tests.benchmarks.tables import Table

PLANTED, DYING = "planted", "dying, reviving"

Groups = dict[str, list[AtRecord]]


def planted(quick: bool) -> list[Case]:
    """The cases whose units stay what they are."""
    return [
        cases.every_state(20_000 if quick else 100_000),
        cases.blocked(),
        cases.padded(),
        cases.dead_upstream(),
        cases.channels(),
    ]


def deep(depth: int) -> list[Case]:
    """Nets of one depth: as they are initialised, and as training leaves them."""
    return [cases.deep(depth, rate) for rate in (0.0, 1e-3, 1e-2)]


def tables(quick: bool) -> list[Table]:
    """Bars, states, criteria, dates and bounds."""
    dying = accuracy_dating.train(60 if quick else 300)
    groups = {PLANTED: _trained(planted(quick)), DYING: list(at_records(dying.trained))}
    for depth in (2,) if quick else (2, 6, 12):
        groups[f"{depth} He layers"] = _trained(deep(depth))
    dated = [accuracy_dating.date(dying, timeline) for timeline in (dying.all, dying.kept)]
    evidence = accuracy_evidence.measure(20_000 if quick else 100_000)
    return [_bars(groups, dated), _states(groups), _criteria(groups), _dates(dated, dying.window), _evidence(evidence)]


def _trained(some: list[Case]) -> list[AtRecord]:
    return [one for case in some for one in at_records(train(case))]


def _bars(groups: Groups, dated: list[Dated]) -> Table:
    everything = [one for records in groups.values() for one in records]
    in_window, now = false_dead(everything)
    dead = score_states(everything)["dead"]
    doubtful = sum(int(one.doubtful.sum()) for one in everything)
    entries = sum(len(one.true) for one in everything)
    rows = [
        ["called dead, with an active sample in the record's window", f"{in_window:,}", "0"],
        [
            "called dead one epoch after death",
            f"{dead.found:,} of {dead.found + dead.missed:,}, {_share(dead.recall)}",
            "0.99",
        ],
        *[[f"deaths that {one.records} records show, dated within one window", _dated(one), "all"] for one in dated],
        ["called dead, with an active training row at the weights of the epoch's end", f"{now:,}", ""],
        ["left out: float32 decides whether any sample is active", f"{doubtful:,} of {entries:,}", ""],
    ]
    title = "Dead units at default settings, units × epochs, all cases"
    return Table(title, ["what", "measured", "budget"], rows)


def _dated(one: Dated) -> str:
    return f"{one.within} of {len(one.errors) + len(one.past_errors)}"


def _states(groups: Groups) -> Table:
    chosen = [groups[PLANTED], [one for name in groups if "He" in name for one in groups[name]]]
    scored = [score_states(records) for records in chosen]
    rows = []
    for state in sorted(UnitState, reverse=True):
        name = state.name.lower()
        cells = [cell for scores in scored for cell in _precision(scores.get(name, Score()))]
        if any(cells):
            rows.append([f"`{name}`", *cells])
    columns = ["planted: precision", "recall", "units × epochs", "He layers: precision", "recall", "units × epochs"]
    return Table("States at default settings, against those of all samples", ["state", *columns], rows)


def _precision(score: Score) -> list[str]:
    if not score.found + score.false + score.missed:
        return ["", "", ""]
    return [_share(score.precision), _share(score.recall), f"{score.found + score.missed:,}"]


def _share(share: float) -> str:
    """Rounded away from 1, which is to mean all; a dash where there is none."""
    return "-" if share != share else f"{share if share == 1 else min(share, 0.999):.3f}"


def _criteria(groups: Groups) -> Table:
    by_group = [score_dead(records) for records in groups.values()]
    rows = []
    for criterion in by_group[0][0]:
        scores = [scores[criterion] for scores, _ in by_group]
        cells = [f"{_share(score.precision)} / {_share(score.recall)} ({score.false:,})" for score in scores]
        rows.append([criterion, *cells])
    ours = [next(iter(scores.values())) for scores, _ in by_group]
    rows.append(["dead units × epochs", *[f"{score.found + score.missed:,}" for score in ours]])
    rows.append(["left out: died or came back within the epoch", *[f"{left_out:,}" for _, left_out in by_group]])
    title = "Dead or not, by each criterion at the end of each epoch: precision / recall (called dead and are not)"
    return Table(title, ["criterion", *groups], rows)


def _dates(dated: list[Dated], window: int) -> Table:
    rows = [
        [
            f"{one.records}",
            f"{len(one.errors)} of {one.deaths}",
            f"{len(one.past_errors)} of {one.past_deaths}",
            f"{max([*one.errors, *one.past_errors], default=0)} steps",
            f"{one.revivals_told} of {one.revivals}",
            f"{one.false}",
        ]
        for one in dated
    ]
    kept = accuracy_dating.KEPT
    title = (
        f"Dates of the units that die and come back; a window is {window} steps. All records, and the {kept} that "
        f"TensorBoard keeps of them with --samples_per_plugin dead_relu={kept}"
    )
    columns = [
        "found, of deaths for good",
        "of deaths before a revival",
        "largest error",
        "revivals at the first record after",
        "deaths that are none",
    ]
    return Table(title, ["records", *columns], rows)


def _evidence(evidence: list[accuracy_evidence.Evidence]) -> Table:
    rows = [
        [
            f"1 sample in {1 / one.rate:,.0f}",
            f"{one.dead:,} of {one.entries:,}",
            f"{one.active_since:,}",
            f"{one.least:,}",
            f"{one.exceeded:,}",
        ]
        for one in evidence
    ]
    title = (
        f"What no evidence can tell: rare units at update_freq={accuracy_evidence.UPDATE_FREQ} (not the default), "
        "where windows are shorter than the time from one activity to the next"
    )
    columns = [
        "called dead, units × records",
        "of these active since the step named",
        "smallest N",
        "true rate above 3 / N",
    ]
    return Table(title, ["active on", *columns], rows)
