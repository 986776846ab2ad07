"""How often verdicts are right: states, deaths and their dates against planted truth, beside what others call dead."""

from __future__ import annotations

from collections.abc import Callable

from tb_deadrelu_plugin.verdict import UnitState
from tests.benchmarks import accuracy_cases as cases
from tests.benchmarks import accuracy_dating, accuracy_evidence
from tests.benchmarks.accuracy_dating import Dated
from tests.benchmarks.accuracy_scores import AtRecord, Score, at_records, false_dead, score_dead, score_states, train
from tests.benchmarks.tables import Table

Group = dict[str, list[AtRecord]]


def planted(quick: bool) -> list[cases.Case]:
    """The cases whose units are planted."""
    return [
        cases.every_state(20_000 if quick else 100_000),
        cases.deaths(60 if quick else 300),
        cases.blocked(),
        cases.padded(),
        cases.dead_upstream(),
        cases.channels(),
    ]


def deep(depth: int) -> list[cases.Case]:
    """Nets of one depth: as they are initialised, and as training leaves them."""
    return [cases.deep(depth, rate) for rate in (0.0, 1e-3, 1e-2)]


def groups(quick: bool) -> Group:
    """Trains everything; {name: every layer at every epoch}."""
    made: dict[str, Callable[[], list[cases.Case]]] = {"planted": lambda: planted(quick)}
    for depth in (2,) if quick else (2, 6, 12):
        made[f"{depth} He layers"] = lambda depth=depth: deep(depth)
    return {name: [one for case in make() for one in at_records(train(case))] for name, make in made.items()}


def tables(quick: bool) -> list[Table]:
    """States, criteria, dates and bounds."""
    scored = groups(quick)
    run = accuracy_dating.train(60 if quick else 300)
    dated = [accuracy_dating.date(run, timeline) for timeline in (run.all, run.kept)]
    evidence = accuracy_evidence.measure(20_000 if quick else 100_000)
    return [_states(scored), _criteria(scored), _dates(dated, run.window), _evidence(evidence)]


def _states(scored: Group) -> Table:
    planted_scores = score_states(scored["planted"])
    deep_scores = score_states([one for name, records in scored.items() if name != "planted" for one in records])
    rows = []
    for state in sorted(UnitState, reverse=True):
        name = state.name.lower()
        cells = [cell for scores in (planted_scores, deep_scores) for cell in _precision(scores.get(name, Score()))]
        if any(cells):
            rows.append([f"`{name}`", *cells])
    in_window, now = (sum(pair) for pair in zip(*(false_dead(records) for records in scored.values())))
    title = (
        "States at default settings, units × epochs, against the definitions on all samples in float64. "
        f"Called dead with activity in the window: {in_window}; with activity on the training rows at the weights "
        f"of the epoch's end: {now}"
    )
    columns = ["planted, precision", "recall", "of", "He layers, precision", "recall", "of"]
    return Table(title, ["state", *columns], rows)


def _precision(score: Score) -> list[str]:
    if not score.found + score.false + score.missed:
        return ["", "", ""]
    return [_share(score.precision), _share(score.recall), f"{score.found + score.missed:,}"]


def _share(share: float) -> str:
    """Rounded away from 1, which is to mean all."""
    return "" if share != share else f"{share:.3f}" if share == 1 else f"{min(share, 0.999):.3f}"


def _criteria(scored: Group) -> Table:
    by_group = {name: score_dead(records) for name, records in scored.items()}
    criteria = next(iter(by_group.values()))[0]
    rows = []
    for criterion in criteria:
        scores = [by_group[name][0][criterion] for name in by_group]
        cells = [
            f"{_share(score.precision) or '-'} / {_share(score.recall) or '-'} ({score.false:,})" for score in scores
        ]
        rows.append([criterion, *cells])
    total = [scores[criterion].found + scores[criterion].missed for scores, _ in by_group.values()]
    rows.append(["dead units × epochs", *[f"{count:,}" for count in total]])
    rows.append(["left out: died or came back in the epoch", *[f"{left_out:,}" for _, left_out in by_group.values()]])
    title = (
        "Dead or not, by each criterion at the end of each epoch: precision / recall (units called dead that are not)"
    )
    return Table(title, ["criterion", *by_group], rows)


def _dates(dated: list[Dated], window: int) -> Table:
    rows = [
        [
            f"{one.records} records",
            _within(one.errors, one.deaths, window),
            _within(one.past_errors, one.past_deaths, window),
            _within(one.revival_errors, one.revivals, window),
            f"{one.false}",
        ]
        for one in dated
    ]
    title = (
        f"Dates at default settings: dated within one window ({window} steps), found, of how many; "
        f"of all records, and of the {accuracy_dating.KEPT} that TensorBoard keeps at --samples_per_plugin dead_relu={accuracy_dating.KEPT}"
    )
    columns = [
        "records",
        "deaths of units that stayed dead",
        "of units that came back",
        "revivals",
        "deaths that are none",
    ]
    return Table(title, columns, rows)


def _within(errors: list[int], of: int, window: int) -> str:
    return f"{sum(error <= window for error in errors)} of {len(errors)} of {of}"


def _evidence(evidence: list[accuracy_evidence.Evidence]) -> Table:
    rows = [
        [
            f"1 sample in {1 / one.rate:,.0f}",
            f"{one.dead:,} of {one.entries:,}",
            f"{one.active_since:,}",
            f"{one.bounded / one.dead:.3f}" if one.dead else "",
            f"{one.least:,}" if one.dead else "",
        ]
        for one in evidence
    ]
    title = (
        f"Units that are active less often than there are samples in a window (update_freq={accuracy_evidence.UPDATE_FREQ}, "
        "not the default): what 'dead' says of them"
    )
    columns = ["active on", "called dead, units × records", "active since", "true rate below 3 / N", "smallest N"]
    return Table(title, columns, rows)
