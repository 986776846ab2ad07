"""Runs the benchmarks and prints tables, with the budgets beside the figures."""

from __future__ import annotations

import argparse
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.benchmarks import accuracy, growth, page, readme, serving, stalls, storage, training

BENCHMARKS = {
    "accuracy": accuracy.tables,
    "training": training.tables,
    "growth": growth.tables,
    "stalls": stalls.tables,
    "storage": storage.tables,
    "serving": serving.tables,
    "page": page.tables,
}
SECTIONS = {
    readme.ACCURACY: ["accuracy"],
    readme.PERFORMANCE: [name for name in BENCHMARKS if name != "accuracy"],
}
README = pathlib.Path(__file__).parents[2] / "README.md"


def main() -> None:
    """Runs what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--quick", action="store_true", help="few short epochs: to see that it runs")
    parser.add_argument(
        "--write-readme",
        action="store_true",
        help="write the figures into README.md: those of accuracy, or of all others, or of all benchmarks",
    )
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    names = list(dict.fromkeys(arguments.names)) or list(BENCHMARKS)
    whole = [section for section, parts in SECTIONS.items() if set(parts) <= set(names)]
    if arguments.write_readme and {part for section in whole for part in SECTIONS[section]} != set(names):
        parser.error("--write-readme writes the figures of accuracy, or of all others: name accuracy alone, or none")
    print(f"Measured on {readme.machine()}.")
    tables = {}
    for name in names:
        tables[name] = BENCHMARKS[name](arguments.quick)
        for table in tables[name]:
            table.print()
    for section in whole if arguments.write_readme else []:
        readme.write(README, [table for name in SECTIONS[section] for table in tables[name]], section)


if __name__ == "__main__":
    main()
