"""Training time with and without the callback, beside what else there is."""

from __future__ import annotations

import sys

from tests.benchmarks import turns, variants
from tests.benchmarks.tables import Table
from tests.benchmarks.workloads import WORKLOADS

COMPARED = {
    "again": ("alone again", ""),
    "default": ("DeadReLU", "1.03"),
    "all": ('DeadReLU, coverage="all"', "1.15"),
    "dead": ("DeadReLU, a third of the units dead", ""),
    "histograms": ("TensorBoard, histogram_freq=1", ""),
    "prediction": ("prediction pass", ""),
}
VARIANTS = [
    variants.PLAIN,
    variants.DEFAULT,
    variants.HISTOGRAMS,
    variants.AGAIN,
    variants.ALL,
    variants.PREDICTION,
    variants.DEAD,
]


def tables(quick: bool) -> list[Table]:
    """Trains every model with and without `jit_compile`."""
    rows = []
    for workload in WORKLOADS:
        chosen = [one for one in VARIANTS if one.dead == 0 or workload.with_dead_units]
        for jit in (False, True):
            rounds = 1 if quick else workload.rounds
            seconds = turns.in_own_process(turns.train, workload, jit, chosen, rounds)
            figures = [turns.ratio(seconds, key) if key in seconds else "" for key in COMPARED]
            alone, watched = seconds["plain"], seconds["default"]
            name = f"{workload.name}; jit {'on' if jit else 'off'}"
            rows.append([name, f"{alone.epoch:.2f} s", *figures, f"{alone.build:.1f} s, {watched.build:.1f} s"])
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    rows.append(["budget", "", *[budget for _, budget in COMPARED.values()], ""])
    title = (
        f"How many times as long an epoch takes as alone, by turns of {turns.TURN} batches: median of pairs of "
        "turns ± its standard error, and quartiles, with what is done at the epoch's end. Last, what the first epoch takes longer than later "
        "ones, alone and with DeadReLU"
    )
    return [Table(title, ["model", "alone", *[title for title, _ in COMPARED.values()], "to build"], rows)]
