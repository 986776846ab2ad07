"""Checks that imports within the package run in one direction only.

Usage: python scripts/check_imports.py [PACKAGE_DIRECTORY]

`ALLOWED` is the whole of the rule: a module may import those modules of the
package that stand behind its name, or its package's name, and no other; and
only what is in `WITH_FRAMEWORK` may import a deep-learning framework at module
level. Exits with 1 and one line per violation, as PATH:LINE: what is wrong.
"""

from __future__ import annotations

import ast
import graphlib
import pathlib
import sys
from collections.abc import Iterator

PACKAGE = "tb_deadrelu_plugin"

_DEFINITIONS = {"wire", "metadata", "record", "statistics", "evidence", "verdict"}
_TIMELINES = _DEFINITIONS | {"stacking", "restarts", "timeline"}

# Module, or package with all that is in it -> modules and packages that it may
# import. `__init__` imports only when a name is asked for, inside a function,
# which for it alone does not count. Within a package any import is allowed
# that closes no circle, wherever it stands.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "plugin_data_pb2": set(),
    # What is recorded, and what it means.
    "wire": set(),
    "metadata": {"plugin_data_pb2"},
    "record": {"wire"},
    "statistics": {"wire", "metadata", "record"},
    "evidence": {"wire"},
    "verdict": {"wire", "metadata", "record", "statistics", "evidence"},
    # Many records.
    "stacking": _DEFINITIONS,
    "restarts": {"record"},
    "timeline": _DEFINITIONS | {"stacking", "restarts"},
    "run_overview": _TIMELINES,
    "layer_statistics": _DEFINITIONS | {"timeline"},
    "csv_export": _DEFINITIONS | {"timeline", "layer_statistics"},
    "event_files": _DEFINITIONS | {"timeline"},
    "reader": _DEFINITIONS | {"restarts", "timeline", "run_overview", "event_files"},
    # What to say of a run.
    "diagnosis": _DEFINITIONS | {"timeline"},
    "presets": _DEFINITIONS | {"timeline"},
    "report": _DEFINITIONS | {"timeline", "run_overview", "diagnosis", "presets"},
    # TensorBoard's side.
    "serving": _DEFINITIONS | {"restarts", "timeline", "run_overview", "report", "layer_statistics", "csv_export"},
    "plugin": {"metadata", "serving"},
    # Writing.
    "instrument": _DEFINITIONS | {"run_overview.training_numbers"},
    "summary": _DEFINITIONS | {"instrument"},
    "writing": _DEFINITIONS | {"timeline", "run_overview", "summary"},
    "tensorflow": _DEFINITIONS | {"run_overview", "report", "instrument", "writing"},
    "training": _DEFINITIONS | {"report", "instrument", "writing", "tensorflow"},
    "keras": {"instrument", "tensorflow", "training"},
    # The command line is above all else.
    "commands": _DEFINITIONS
    | {"timeline", "run_overview", "csv_export", "event_files", "reader", "diagnosis", "presets", "report", "keras"},
    "cli": {"reader", "commands"},
}

FRAMEWORKS = {"tensorflow", "tf_keras", "keras", "torch"}

# They alone may import a framework at module level: TensorBoard imports the
# others, directly or not, in environments without one.
WITH_FRAMEWORK = {"instrument", "tensorflow", "training", "keras", "commands.demo"}

# What is imported inside a function only, for TensorBoard waits at its start
# for what is not.
LATER = {"plugin": {"serving"}}


def check(package: pathlib.Path) -> list[str]:
    """Returns one line per violation in the package in this directory."""
    problems = []
    graph: dict[str, set[str]] = {}
    where: dict[tuple[str, str], str] = {}
    for path in sorted(package.rglob("*.py")):
        module = _name_of(path, package)
        group = module.partition(".")[0]
        if group not in ALLOWED:
            problems.append(
                f"{path}:1: no rule for the module {module!r}: give it one in {pathlib.Path(__file__).name}."
            )
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        imports = sorted(_imports(tree, path, package), key=lambda found: found[0].lineno)
        for node, name, at_module_level in imports:
            top, _, rest = name.partition(".")
            target = rest.partition(".")[0] if top == PACKAGE else ""
            is_late = top in FRAMEWORKS or {target, rest} & WITH_FRAMEWORK
            is_late = (bool(is_late) and not {group, module} & WITH_FRAMEWORK) or target in LATER.get(module, ())
            if is_late and at_module_level:
                problems.append(
                    f"{path}:{node.lineno}: {module} imports {rest if target else top} at module level: import it in a function."
                )
                continue
            if not target or (module == "__init__" and not at_module_level):
                continue
            if target == group:
                graph.setdefault(module, set()).add(rest)
                where[module, rest] = f"{path}:{node.lineno}"
            elif not {target, rest} & ALLOWED[group]:
                allowed = ", ".join(sorted(ALLOWED[group])) or "none"
                problems.append(
                    f"{path}:{node.lineno}: {module} imports {rest}, but may import of {PACKAGE}: {allowed}."
                )
    circle = _circle(graph)
    if circle:
        problems.append(f"{where[circle[0], circle[1]]}: imports run in a circle: {' -> '.join(circle)}.")
    return problems


def _name_of(path: pathlib.Path, package: pathlib.Path) -> str:
    """A module's dotted name within the package; "__init__" for the package itself."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules of which each imports the next and the last is the first, or none."""
    try:
        list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _imports(tree: ast.Module, path: pathlib.Path, package: pathlib.Path) -> Iterator[tuple[ast.stmt, str, bool]]:
    """Yields the statement, the dotted name that it imports, and whether it runs when the module is imported."""
    pending: list[tuple[ast.AST, bool]] = [(tree, True)]
    while pending:
        parent, at_module_level = pending.pop()
        if isinstance(parent, ast.If) and ast.unparse(parent.test).removeprefix("typing.") == "TYPE_CHECKING":
            pending.extend((node, at_module_level) for node in parent.orelse)
            continue
        inside = at_module_level and not isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.iter_child_nodes(parent):
            pending.append((node, inside))
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name, inside
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parts = [PACKAGE, *path.parent.relative_to(package).parts]
                    base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
                # `from package import name`: the name may be a module.
                names = set()
                for alias in node.names:
                    top, *below = base.split(".")
                    place = package.joinpath(*below, alias.name)
                    is_module = top == PACKAGE and (place.with_suffix(".py").exists() or place.is_dir())
                    names.add(f"{base}.{alias.name}" if is_module else base)
                for name in sorted(names):
                    yield node, name, inside


def main(arguments: list[str]) -> int:
    """Prints the violations; returns the exit status."""
    package = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).parent.parent / PACKAGE
    if not package.is_dir():
        print(f"no such directory: {package}", file=sys.stderr)
        return 2
    problems = check(package)
    print("\n".join(problems) or f"Imports in {package.name} run in one direction.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
