"""Runs the benchmarks and prints tables, with the budgets beside the figures."""

from __future__ import annotations

import argparse
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.benchmarks import accuracy, growth, page, readme, reviving, serving, stalls, storage, training

BENCHMARKS = {
    "training": training.tables,
    "growth": growth.tables,
    "stalls": stalls.tables,
    "storage": storage.tables,
    "serving": serving.tables,
    "page": page.tables,
    "reviving": reviving.tables,
    "accuracy": accuracy.tables,
}
README = pathlib.Path(__file__).parents[2] / "README.md"


def main() -> None:
    """Runs what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--quick", action="store_true", help="few short epochs: to see that it runs")
    parser.add_argument(
        "--write-readme", action="store_true", help="write the figures into README.md, each benchmark when it is over"
    )
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    print(f"Measured on {readme.machine()}.")
    for name in arguments.names or BENCHMARKS:
        tables = BENCHMARKS[name](arguments.quick)
        for table in tables:
            table.print()
        if arguments.write_readme:
            readme.write(README, name, tables)


if __name__ == "__main__":
    main()
