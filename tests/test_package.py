from __future__ import annotations

import email
import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

import tb_deadrelu_plugin

ROOT = pathlib.Path(__file__).parent.parent
PACKAGE = "tb_deadrelu_plugin"

NO_FRAMEWORK_MODULES = [
    PACKAGE,
    *(
        f"{PACKAGE}.{name}"
        for name in (
            "metadata", "record", "statistics", "verdict", "timeline", "event_files", "reader", "report", "plugin", "summary",
            "serving.data_routes", "cli", "commands.report_command",
        )
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, pathlib.Path]:
    """A wheel and an sdist of a copy of the source, built with the setuptools that is here."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / PACKAGE, source / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    # Old releases of setuptools leave their own sys.argv behind.
    build = (
        "import sys; from setuptools import build_meta as backend; out = sys.argv[1]; "
        "backend.build_sdist(out); backend.build_wheel(out)"
    )
    done = subprocess.run(
        [sys.executable, "-c", build, str(out)], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {"sdist": next(out.glob("*.tar.gz")), "wheel": next(out.glob("*.whl"))}


def source_files() -> set[str]:
    """Everything in the package's directory that is not made by Python itself."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_has_every_file_of_the_package(built):
    names = set(zipfile.ZipFile(built["wheel"]).namelist())
    assert {
        f"{PACKAGE}/serving/http_api.md",
        f"{PACKAGE}/report_schema.md",
        f"{PACKAGE}/py.typed",
        f"{PACKAGE}/static/index.js",
    } <= names
    assert source_files() <= names
    assert not any(name.startswith(("tests/", "frontend/", "examples/", "scripts/")) for name in names)


def test_sdist_has_every_file_of_the_package(built):
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert source_files() | {"setup.py", "pyproject.toml", "LICENSE"} <= names


def test_metadata_of_the_wheel(built):
    with zipfile.ZipFile(built["wheel"]) as wheel:
        directory = f"tb_deadrelu_plugin-{tb_deadrelu_plugin.__version__}.dist-info"
        fields = email.message_from_bytes(wheel.read(f"{directory}/METADATA"))
        entry_points = wheel.read(f"{directory}/entry_points.txt").decode()
    assert fields["Name"] == "tb-deadrelu-plugin"
    assert fields["Version"] == tb_deadrelu_plugin.__version__
    assert fields["Requires-Python"] == ">=3.10"
    assert "dead_relu = tb_deadrelu_plugin.plugin:DeadReluLoader" in entry_points
    assert "deadrelu = tb_deadrelu_plugin.cli:main" in entry_points
    required = [line for line in fields.get_all("Requires-Dist") if "extra ==" not in line]
    assert not [line for line in required if re.match("tensorflow|keras|torch", line)]
    assert set(fields.get_all("Provides-Extra")) == {"tensorflow", "demo", "examples", "test", "lint"}


def test_version_is_in_the_changelog_or_unreleased():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{tb_deadrelu_plugin.__version__}]" in changelog or "## [Unreleased]" in changelog


@pytest.mark.parametrize("module", NO_FRAMEWORK_MODULES)
def test_no_framework_is_imported(module):
    """Neither where one is installed nor, as importing one fails here, where none is."""
    code = (
        "import sys\n"
        "for name in ('tensorflow', 'keras', 'torch'): sys.modules[name] = None\n"
        "import importlib\n"
        f"importlib.import_module({module!r})\n"
        "loaded = [name for name in ('tensorflow', 'keras', 'torch') if sys.modules[name] is not None]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_public_names():
    for name in tb_deadrelu_plugin.__all__:
        assert getattr(tb_deadrelu_plugin, name) is not None
    assert dir(tb_deadrelu_plugin) == sorted(tb_deadrelu_plugin.__all__)
    with pytest.raises(AttributeError, match="^module 'tb_deadrelu_plugin' has no attribute 'writer'$"):
        tb_deadrelu_plugin.writer  # noqa: B018


@pytest.fixture
def check_imports():
    spec = importlib.util.spec_from_file_location("check_imports", ROOT / "scripts" / "check_imports.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copied_package(tmp_path) -> pathlib.Path:
    return pathlib.Path(shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE))


def test_imports_run_in_one_direction(check_imports):
    assert check_imports.check(ROOT / PACKAGE) == []


def test_directions_of_imports_have_no_cycle(check_imports):
    pending = {name: targets - {name} for name, targets in check_imports.ALLOWED.items()}
    while pending:
        free = {name for name, targets in pending.items() if not targets & set(pending)}
        assert free, f"a cycle among {sorted(pending)}"
        for name in free:
            del pending[name]


@pytest.mark.parametrize(
    ("module", "line", "message"),
    [
        ("record.py", "from tb_deadrelu_plugin import timeline", "record imports timeline, but may import"),
        ("record.py", "import tb_deadrelu_plugin.verdict as v", "record imports verdict, but may import"),
        ("record.py", "from tb_deadrelu_plugin.verdict import UnitState", "record imports verdict, but may import"),
        ("record.py", "from . import verdict", "record imports verdict, but may import"),
        ("record.py", "from .verdict import UnitState", "record imports verdict, but may import"),
        ("record.py", "def f():\n    from .verdict import UnitState", "record imports verdict, but may import"),
        ("wire/codes.py", "from tb_deadrelu_plugin import record", "wire.codes imports record, but may .*: none"),
        (
            "serving/cache.py",
            "from tb_deadrelu_plugin.commands import export",
            "serving.cache imports commands.export, but",
        ),
        ("serving/cache.py", "from . import provider", r"imports run in a circle: serving\.(cache|provider) -> "),
        ("serving/cache.py", "import keras", "serving.cache imports keras at module level"),
        (
            "plugin.py",
            "from tb_deadrelu_plugin.serving import data_routes",
            "plugin imports serving.data_routes at module",
        ),
        ("cli.py", "from tb_deadrelu_plugin.commands import demo", "cli imports commands.demo at module level"),
        (
            "commands/report_command.py",
            "from tb_deadrelu_plugin import keras",
            "commands.report_command imports keras at",
        ),
        (
            "instrument/sums.py",
            "from ..run_overview import run_verdict",
            "instrument.sums imports run_overview.run_verdict,",
        ),
        ("commands/export.py", "import tensorflow", "commands.export imports tensorflow at module level"),
        ("plugin.py", "import tensorflow as tf", "plugin imports tensorflow at module level"),
        ("plugin.py", "try:\n    from keras import layers\nexcept ImportError:\n    pass", "plugin imports keras at"),
        ("timeline.py", "class A:\n    import torch.nn", "timeline imports torch at module level"),
        ("summary.py", "import tensorflow", "summary imports tensorflow at module level"),
        ("plugin.py", "from tb_deadrelu_plugin import keras", "plugin imports keras at module level"),
        ("plugin.py", "def f():\n    from tb_deadrelu_plugin import keras", "plugin imports keras, but may import"),
        ("instrument/planted.py", "from ..keras import DeadReLU", "instrument.planted imports keras, but may import"),
        ("planted.py", "", "no rule for the module 'planted'"),
    ],
)
def test_planted_violation_is_found(check_imports, copied_package, module, line, message):
    path = copied_package / module
    planted_at = len(path.read_text(encoding="utf-8").splitlines()) + 1 if path.exists() else 1
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    (problem,) = check_imports.check(copied_package)
    position, _, text = problem.partition(": ")
    if "circle" not in message:
        assert position.startswith(f"{path}:")
        assert int(position.rpartition(":")[2]) >= planted_at
    else:
        assert re.match(rf"{re.escape(str(path.parent))}/\w+\.py:\d+$", position)
    assert re.match(message, text), text


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("summary.py", "def later():\n    import tensorflow"),
        ("plugin.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tensorflow"),
        ("timeline.py", "from tb_deadrelu_plugin import record, verdict"),
        ("keras.py", "import keras"),
    ],
)
def test_allowed_import_is_passed(check_imports, copied_package, module, line):
    with (copied_package / module).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    assert check_imports.check(copied_package) == []


def test_import_check_exits_with_1(copied_package):
    (copied_package / "wire" / "codes.py").write_text("import tensorflow\n")
    script = ROOT / "scripts" / "check_imports.py"
    done = subprocess.run([sys.executable, script, copied_package], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    where = copied_package / "wire" / "codes.py"
    assert done.stdout == f"{where}:1: wire.codes imports tensorflow at module level: import it in a function.\n"
