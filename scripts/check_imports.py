"""Checks that imports within the package run in one direction only.

Usage: python scripts/check_imports.py [PACKAGE_DIRECTORY]

`ALLOWED` is the whole of the rule: a module may import those modules of the
package that stand behind its name and no other, and what is in
`NO_FRAMEWORK` may import no deep-learning framework at module level. Exits
with 1 and one line per violation, as PATH:LINE: what is wrong.
"""

from __future__ import annotations

import ast
import pathlib
import sys
from collections.abc import Iterator

PACKAGE = "tb_deadrelu_plugin"

_DEFINITIONS = {
    "codes",
    "compression",
    "metadata",
    "record",
    "record_parts",
    "statistics",
    "evidence",
    "verdict",
    "overview",
    "overview_rows",
    "training_numbers",
}
_READING = _DEFINITIONS | {"restarts", "stacking", "timeline", "event_files", "reader"}
_EVIDENCE = _DEFINITIONS | {
    "findings",
    "numbers_in_words",
    "input_evidence",
    "training_evidence",
    "layer_evidence",
}
_REPORTING = _DEFINITIONS | {
    "timeline",
    "overview_series",
    "overview_from_layers",
    "run_verdict",
    "findings",
    "bursts",
    "drifts",
    "numbers_in_words",
    "input_evidence",
    "training_evidence",
    "layer_evidence",
    "causes",
    "input_causes",
    "live_causes",
    "unexplained",
    "diagnosis",
    "presets",
    "report",
}
_BODIES = {
    "layer_words",
    "marks",
    "layer_statistics",
    "shrinking",
    "difference",
    "ordering",
    "sections",
    "matrix",
    "value_distribution",
}
_SERVING = (
    _REPORTING
    | _BODIES
    | {
        "csv_export",
        "cache",
        "provider",
        "parameters",
        "responses",
        "routes",
        "restarts",
        "thinning",
    }
)
_WRITING = _DEFINITIONS | {
    "summary",
    "summary_graph",
    "run_summary",
    "record_memory",
    "sickness",
    "on_sick",
    "instrument",
    "tensorflow",
    "inspection",
    "reviving",
    "keras",
}

# Module, or package with all that is in it -> modules that it may import.
# `__init__` imports only when a name is asked for, inside a function, which
# for it alone does not count.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "plugin_data_pb2": set(),
    "codes": set(),
    "metadata": {"plugin_data_pb2"},
    "compression": set(),
    "record_parts": {"compression"},
    "record": {"codes", "compression", "record_parts"},
    "statistics": {"codes", "metadata", "record"},
    "evidence": {"codes"},
    "verdict": {"codes", "metadata", "record", "statistics", "evidence"},
    "overview_rows": {"compression", "verdict"},
    "training_numbers": set(),
    "overview": {"codes", "compression", "metadata", "overview_rows", "record", "training_numbers", "verdict"},
    "stacking": _DEFINITIONS,
    "restarts": {"record"},
    "timeline": _DEFINITIONS | {"restarts", "stacking"},
    "overview_series": _DEFINITIONS | {"restarts", "stacking", "timeline"},
    "overview_from_layers": _DEFINITIONS | {"timeline", "overview_series"},
    "run_verdict": {"verdict", "overview_series"},
    # Why, and all that there is to say of a run.
    "findings": set(),
    "bursts": set(),
    "drifts": {"timeline"},
    "numbers_in_words": set(),
    "input_evidence": {"numbers_in_words"},
    "training_evidence": {"input_evidence", "numbers_in_words"},
    "layer_evidence": _DEFINITIONS | {"timeline", "drifts", "findings"},
    "causes": _EVIDENCE | {"bursts"},
    "input_causes": _EVIDENCE,
    "unexplained": _EVIDENCE,
    "live_causes": _EVIDENCE,
    "diagnosis": _EVIDENCE | {"timeline", "bursts", "causes", "input_causes", "live_causes", "unexplained"},
    "presets": _DEFINITIONS | {"timeline"},
    "report": _REPORTING,
    # Reading from Python.
    "event_files": _DEFINITIONS | {"timeline"},
    "reader": _DEFINITIONS | {"restarts", "timeline", "event_files"},
    # TensorBoard's side.
    "cache": set(),
    "parameters": set(),
    "responses": set(),
    "layer_statistics": _DEFINITIONS | {"timeline"},
    "shrinking": set(),
    "difference": _DEFINITIONS | {"timeline", "layer_statistics", "shrinking"},
    "ordering": _DEFINITIONS | {"timeline", "layer_statistics", "difference"},
    "csv_export": _DEFINITIONS | {"timeline", "layer_statistics"},
    "sections": set(),
    "layer_words": {"metadata", "overview_from_layers", "run_verdict", "timeline", "verdict"},
    "marks": _DEFINITIONS | {"timeline"},
    "thinning": set(),
    "matrix": _DEFINITIONS | {"timeline", "layer_statistics", "shrinking", "difference", "ordering", "sections"},
    "value_distribution": _DEFINITIONS | {"timeline", "layer_statistics", "shrinking", "sections"},
    "provider": _DEFINITIONS | {"restarts", "timeline", "overview_series", "overview_from_layers", "cache", "thinning"},
    "routes": _REPORTING | {"layer_statistics", "layer_words", "marks", "ordering"},
    "data_routes": _SERVING,
    "plugin": {"metadata", "data_routes"},
    # Writing.
    "summary_graph": _DEFINITIONS | {"instrument"},
    "summary": _DEFINITIONS | {"summary_graph"},
    "instrument": _DEFINITIONS,
    "run_summary": _DEFINITIONS | {"summary"},
    "record_memory": _DEFINITIONS | {"run_summary", "timeline", "overview_series"},
    "sickness": _REPORTING | {"run_summary"},
    "on_sick": _REPORTING | {"run_summary", "sickness"},
    "tensorflow": _REPORTING | {"run_summary", "record_memory", "instrument"},
    "inspection": _DEFINITIONS | {"instrument", "tensorflow"},
    "reviving": _DEFINITIONS | {"instrument", "tensorflow"},
    "keras": _REPORTING | {"instrument", "on_sick", "tensorflow", "inspection", "reviving"},
    # The command line is above all else; a command imports what it runs.
    "cli": _READING
    | _SERVING
    | _WRITING
    | {"plugin", "data_routes", "export", "demo", "command_line", "tensorboard_serving", "report_command"},
    "command_line": set(),
    "tensorboard_serving": {"command_line"},
    "export": _READING | {"csv_export"},
    # Reports in the terminal.
    "conditions": {"report", "verdict"},
    "report_rows": {"findings", "presets", "report", "verdict"},
    "report_text": {"report", "report_rows", "verdict"},
    "report_reading": _READING | {"overview_series", "report", "export"},
    "report_command": {"command_line", "conditions", "presets", "report", "report_reading", "report_text"},
    "demo": _READING | _WRITING,
}

FRAMEWORKS = {"tensorflow", "tf_keras", "keras", "torch"}

# TensorBoard imports these, directly or not, in environments without a
# framework; importing one inside a function is allowed.
NO_FRAMEWORK = (
    _READING
    | _SERVING
    | {"__init__", "plugin_data_pb2", "plugin", "data_routes", "summary"}
    | {"cli", "command_line", "tensorboard_serving", "export"}
    | {"conditions", "report_rows", "report_text", "report_reading", "report_command"}
)


def check(package: pathlib.Path) -> list[str]:
    """Returns one line per violation in the package in this directory."""
    problems = []
    for path in sorted(package.rglob("*.py")):
        module = path.relative_to(package).with_suffix("").as_posix().split("/")[0]
        if module not in ALLOWED:
            problems.append(
                f"{path}:1: no rule for the module {module!r}: give it one in {pathlib.Path(__file__).name}."
            )
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        imports = sorted(_imports(tree, path, package), key=lambda found: found[0].lineno)
        for node, name, at_module_level in imports:
            top, _, rest = name.partition(".")
            if top in FRAMEWORKS and at_module_level and module in NO_FRAMEWORK:
                problems.append(
                    f"{path}:{node.lineno}: {module} imports {top} at module level: import it in a function."
                )
            target = rest.partition(".")[0] or "__init__"
            if top != PACKAGE or target in (module, "__init__") or (module == "__init__" and not at_module_level):
                continue
            if target not in ALLOWED[module]:
                allowed = ", ".join(sorted(ALLOWED[module])) or "none"
                problems.append(
                    f"{path}:{node.lineno}: {module} imports {target}, but may import of {PACKAGE}: {allowed}."
                )
    return problems


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
                    is_module = base == PACKAGE and (
                        (package / f"{alias.name}.py").exists() or (package / alias.name).is_dir()
                    )
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
