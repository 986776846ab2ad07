"""`deadrelu export`."""

from __future__ import annotations

import csv
import pathlib

import numpy as np
import pytest

from tb_deadrelu_plugin import cli, csv_export, metadata, read
from tb_deadrelu_plugin.commands import export
from tests.event_writing import RELU, encoded, make_records, write_records, write_values
from tests.timelines import simple, timeline_of


@pytest.fixture()
def logdir(tmp_path: pathlib.Path) -> pathlib.Path:
    directory = tmp_path / "logs"
    for run in ("lr=0.1", "lr=0.01"):
        for layer in ("block1/relu", "dense_1"):
            write_records(directory / run, layer, make_records(3, 4), suffix=layer.replace("/", "_"))
    return directory


def run(*arguments: str | pathlib.Path) -> int:
    return cli.main(["export", *map(str, arguments)])


def test_writes_one_file_per_run_and_layer(
    logdir: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "new" / "csv"
    assert run(logdir, "--output", output) == 0
    names = {f"lr_{lr}-{layer}.csv" for lr in ("0.1", "0.01") for layer in ("block1_relu", "dense_1")}
    assert {path.name for path in output.iterdir()} == names
    assert set(capsys.readouterr().out.splitlines()) == {str(output / name) for name in names}
    timeline = read(logdir)["lr=0.1"]["block1/relu"]
    written = (output / "lr_0.1-block1_relu.csv").read_bytes().decode()
    assert written == "".join(csv_export.lines(timeline))
    assert len(list(csv.reader(written.splitlines()))) == 1 + 3 * 4


def test_writes_only_what_fits_and_replaces_what_is_there(logdir: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "lr_0.1-dense_1.csv").write_text("old")
    assert run(logdir, "--output", tmp_path, "--run", "*=0.1", "--layer", "dense*") == 0
    (path,) = tmp_path.glob("*.csv")
    assert path.name == "lr_0.1-dense_1.csv" and path.read_text().startswith("run,layer,step,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--run", "x*"], "no run fits 'x*'; the runs are: 'lr=0.01', 'lr=0.1'"),
        (["--run", "lr=0.1", "--layer", "conv"], "no layer fits 'conv'; the layers are: 'block1/relu', 'dense_1'"),
    ],
)
def test_says_what_there_is(
    logdir: pathlib.Path,
    tmp_path: pathlib.Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(logdir, "--output", tmp_path / "csv", *arguments) == 1
    assert capsys.readouterr().err == f"deadrelu: {message}\n"
    assert not (tmp_path / "csv").exists()


def test_nothing_to_export(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nope", "--output", tmp_path / "csv") == 1
    assert capsys.readouterr().err.startswith(f"deadrelu: No log directory {str(tmp_path / 'nope')!r} (looked in ")
    assert run(tmp_path, "--output", tmp_path / "csv") == 1
    assert capsys.readouterr().err.startswith(f"deadrelu: No dead_relu records in {str(tmp_path)!r} (no event files); ")


def test_damaged_records_are_left_out_with_a_warning(
    logdir: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = [*encoded(make_records(2, 4)), (99, b"garbage")]
    write_values(logdir / "damaged", "dense_1", values, metadata.create_summary_metadata(RELU))
    assert run(logdir, "--output", tmp_path / "csv") == 0
    message = "Layer 'dense_1' of run 'damaged' has 1 damaged of 3 records; they are left out."
    assert capsys.readouterr().err == f"deadrelu: warning: {message}\n"
    assert len((tmp_path / "csv" / "damaged-dense_1.csv").read_text().splitlines()) == 1 + 2 * 4


def test_output_that_is_a_file(
    logdir: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert run(logdir, "--output", file) == 1
    assert capsys.readouterr().err == f"deadrelu: --output {str(file)!r} can't be used: File exists.\n"


def test_output_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("logs")
    assert stopped.value.code == 2 and "the following arguments are required: --output" in capsys.readouterr().err


def test_names_that_are_alike_get_files_of_their_own(tmp_path: pathlib.Path) -> None:
    layers = [simple([[n]]) for n in range(3)]
    for timeline, name in zip(layers, ("a/b", "a_b", "A?b")):
        timeline.layer = name
    paths = list(export.write(layers, str(tmp_path)))
    assert [pathlib.Path(path).name for path in paths] == ["run-a_b.csv", "run-a_b-2.csv", "run-A_b-3.csv"]
    for path, name in zip(paths, ("a/b", "a_b", "A?b")):
        assert f"run,{name}," in pathlib.Path(path).read_text()


def test_many_names_are_not_all_listed() -> None:
    runs = {f"run{n:02}": {"dense": timeline_of(make_records(1, 1))} for n in range(30)}
    with pytest.raises(export.NoMatchError, match=r"'run00', .*'run19' and 10 more$"):
        export.choose(runs, "x")
    assert [t.layer for t in export.choose({"a": {"dense_1": simple([[1]])}}, "a")] == ["dense_1"]
    assert np.all(export.choose(runs, "run0[12]")[0].steps == [10])
