"""`deadrelu report`, on records as the callback writes them."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tb_deadrelu_plugin import cli, metadata, presets, read, report
from tb_deadrelu_plugin.commands import report_command
from tests.event_writing import RELU, make_overviews, make_records, write_newer_version, write_overviews, write_records

ROOT = pathlib.Path(__file__).parents[1]
_COMMAND = [sys.executable, "-c", "import sys; from tb_deadrelu_plugin.cli import main; sys.exit(main())", "report"]
_LEAKY = metadata.LayerInfo(activation="leaky_relu", layer_type="Dense", layer_index=2, fraction="negative_fraction")


def _write_run(directory: pathlib.Path, *, records: int, units: int, leaky: bool = False) -> None:
    layers = {"conv_1": make_records(records, 4, seed=1), "dense_1": make_records(records, units, seed=2)}
    for index, (name, made) in enumerate(layers.items()):
        info = metadata.LayerInfo(
            activation="relu", layer_type="Dense", layer_index=index, gradient_at=metadata.PRE_ACTIVATION
        )
        write_records(directory, name, made, info, suffix=f".{name}")
    if leaky:
        write_records(directory, "leaky", make_records(records, 3), _LEAKY, suffix=".leaky")
    write_overviews(directory, make_overviews(layers, RELU))


@pytest.fixture()
def logdir(tmp_path: pathlib.Path) -> pathlib.Path:
    """Two runs, in which of n units all but those beyond a third of the records die."""
    _write_run(tmp_path / "healthy", records=3, units=64, leaky=True)
    _write_run(tmp_path / "high_lr", records=40, units=20)
    return tmp_path


def _run(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    unset = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"}
    variables = {name: value for name, value in os.environ.items() if name not in unset}
    variables |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | (environment or {})
    return subprocess.run(
        [*_COMMAND, *map(str, arguments)], capture_output=True, text=True, env=variables, encoding="utf-8"
    )


def _dead(logdir: pathlib.Path) -> dict[tuple[str, str], int]:
    """Counted on the records themselves."""
    return {
        (run, name): int(np.sum(timeline.active[-1] == 0)) if timeline.zero_fraction is not None else 0
        for run, layers in read(logdir).items()
        for name, timeline in layers.items()
    }


def test_each_run_and_layer_then_the_runs_side_by_side(
    logdir: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert cli.main(["report", str(logdir)]) == 0
    out = capsys.readouterr().out
    assert re.search(
        r"^high_lr: sick\. 18 of 24 units dead, 14 of them in dense_1, 2 since the start, the next since step",
        out,
        re.M,
    )
    dead = _dead(logdir)
    assert dead["high_lr", "dense_1"] == 14 and dead["high_lr", "conv_1"] == 4 and dead["healthy", "dense_1"] == 1
    healthy, high_lr = out.partition("high_lr: sick")[::2]
    assert re.search(r"^ dense_1 +64 +1 +1\.6%", healthy, re.M)
    assert re.search(r"^ dense_1 +20 +14 +70\.0% +\d+\+\d+ +\d", high_lr, re.M)
    assert re.search(r"^ leaky +3 +- .*can't die$", healthy, re.M)
    assert re.search(r"^ dense_1 +1 of 64 +14 of 20 +\(\+13\)$", out, re.M)
    assert re.search(r"^ whole run +2 of 68 +18 of 24 +\(\+16\)$", out, re.M)


def test_says_the_causes_with_evidence_and_advice(logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(logdir), "--run", "high_lr"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    layers = read(logdir)["high_lr"]
    findings = [one for layer in report.report("high_lr", layers).layers for one in layer.findings]
    assert findings
    for finding in findings:
        assert f"{finding.layer}: {finding.evidence}" in text
        assert f"-> {finding.advice} ({finding.reference})" in text


def test_json_is_that_of_the_report(logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(logdir), "--format", "json", "--preset", "apoz"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert (got["schema"], got["version"]) == ("deadrelu.report", 1)
    assert [run["run"] for run in got["runs"]] == ["healthy", "high_lr"]
    assert {run["preset"] for run in got["runs"]} == {"apoz"}
    found = {(run["run"], layer["layer"]): layer["dead"] for run in got["runs"] for layer in run["layers"]}
    assert found == _dead(logdir)


def test_csv_and_markdown(logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(logdir), "--format", "csv", "--base", "high_lr"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {(row["run"], row["layer"]): int(row["dead"]) for row in rows} == _dead(logdir)
    assert {row["run"]: row["dead_difference"] for row in rows if row["layer"] == "dense_1"} == {
        "healthy": "-13",
        "high_lr": "0",
    }
    assert cli.main(["report", str(logdir), "--format", "markdown"]) == 0
    assert "| dense\\_1 | 1 of 64 | 14 of 20 (+13) |" in capsys.readouterr().out


def test_patterns_choose_and_leave_the_numbers_of_runs(
    logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def runs(*arguments: str) -> list[dict]:
        assert cli.main(["report", str(logdir), "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)["runs"]

    everything = {run["run"]: run for run in runs()}
    (chosen,) = runs("--run", "h*y", "--layer", "[dl]*")
    assert [layer["layer"] for layer in chosen["layers"]] == ["dense_1", "leaky"]
    whole = everything["healthy"]
    assert {**chosen, "layers": 0} == {**whole, "layers": 0}
    assert chosen["layers"] == whole["layers"][1:]


@pytest.mark.parametrize(
    ("condition", "status", "reasons"),
    [
        (["dead_share>0.7"], 3, ["'dead_share>0.7': run 'high_lr' has 18 of 24 units dead, a share of 0.75"]),
        (["dead_share>0.75"], 0, []),
        (["dead_share >= 0.75", "dead > 1"], 3, ["'dead_share>=0.75': run 'high_lr'", "'dead>1': run 'healthy'", ""]),
        (["layer.dead==14"], 3, ["'layer.dead==14': layer 'dense_1' of run 'high_lr' has 14 of 20 units dead"]),
        (["layer.dead==99"], 0, []),
        (["severity>=sick"], 3, ["'severity>=sick': run 'high_lr' has severity sick, 18 of 24 units dead"]),
        (["flagged_share<0.1"], 3, ["run 'healthy' has 2 of 71 units flagged by 'default', a share of 0.028169"]),
    ],
)
def test_fails_on_conditions(
    condition: list[str],
    status: int,
    reasons: list[str],
    logdir: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = [part for one in condition for part in ("--fail-on", one)]
    assert cli.main(["report", str(logdir), *arguments]) == status
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert len(lines) == len(reasons)
    assert all(line.startswith("deadrelu: --fail-on ") and reason in line for line, reason in zip(lines, reasons))
    assert "high_lr: sick" in said.out


def test_conditions_ask_the_chosen_layers_and_runs_alone(
    logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["report", str(logdir), "--fail-on", "layer.dead_share>0.6"]
    assert cli.main([*arguments, "--layer", "dense*"]) == 3
    assert [line.split("layer ")[1][:30] for line in capsys.readouterr().err.splitlines()] == [
        "'dense_1' of run 'high_lr' has"
    ]
    assert cli.main([*arguments, "--run", "healthy"]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fail-on", "dead_share>20"], "--fail-on: expected a share from 0 to 1 after dead_share, got '20'"),
        (["--fail-on", "nonsense"], '--fail-on: expected [layer.]NAME OPERATOR VALUE such as "dead_share>0.2"'),
        (
            ["--preset", "hu"],
            "--preset: preset must be one of default, sagemaker, sokar_0.025, sokar_0.1, dohare, apoz",
        ),
    ],
)
def test_wrong_arguments_are_said_before_anything_is_read(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", "/nowhere", *arguments]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"deadrelu: {message}") and said.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["--interval", "0"], "argument --interval: expected seconds from 0.1 to 86400, got '0'"),
        (["--interval", "nan"], "argument --interval: expected seconds from 0.1 to 86400, got 'nan'"),
    ],
)
def test_arguments_that_no_directory_makes_right(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["report", "/nowhere", *arguments])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_help_names_formats_presets_and_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert all(name in text for name in presets.PRESETS)
    assert f"{{{','.join(report_command.FORMATS)}}}" in text
    assert f"{report_command.FAILED} if a condition of --fail-on holds" in text


def test_an_empty_directory_says_what_to_do(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(tmp_path), "--fail-on", "dead>0"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"deadrelu: No dead_relu records in {str(tmp_path)!r} (no event files); "
        f'add DeadReLU("{tmp_path}/run1") to the callbacks of model.fit.\n'
    )


def test_what_is_not_there_is_said(logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, message in [
        ([f"{logdir}/typo"], f"No log directory '{logdir}/typo' (looked in "),
        ([logdir, "--run", "x*"], "no run fits 'x*'; the runs are: 'healthy', 'high_lr'"),
        ([logdir, "--layer", "x*"], "no layer fits 'x*'; the layers are: 'conv_1', 'dense_1', 'leaky'"),
        ([logdir, "--base", "lr"], "--base 'lr' is none of the runs: 'healthy', 'high_lr'"),
    ]:
        assert cli.main(["report", *map(str, arguments)]) == 1
        said = capsys.readouterr()
        assert said.err.startswith(f"deadrelu: {message}") and said.out == ""


def test_a_damaged_file_is_warned_of_and_the_rest_reported(
    logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = (logdir / "high_lr").glob("*.dense_1")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    write_newer_version(logdir / "newer", "dense")
    kept = len(read_quietly(logdir)["high_lr"]["dense_1"].steps)
    assert 0 < kept < 40
    assert cli.main(["report", str(logdir), "--format", "json"]) == 0
    said = capsys.readouterr()
    (run,) = [run for run in json.loads(said.out)["runs"] if run["run"] == "high_lr"]
    assert [layer["layer"] for layer in run["layers"]] == ["conv_1", "dense_1"]
    lines = said.err.splitlines()
    assert len(lines) == 2
    # Each file is read twice, and complained of once.
    assert re.fullmatch(rf"deadrelu: warning: '{file}' is damaged at byte \d+ of {len(data)} \(.*\); .*", lines[0])
    assert "is left out" in lines[1] and "'newer'" in lines[1]


def read_quietly(logdir: pathlib.Path) -> dict:
    with pytest.warns(UserWarning):
        return read(logdir)


def test_a_damaged_overview_is_left_out(logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (logdir / "high_lr").glob("*.overview"):
        file.unlink()
    overviews = make_overviews({"conv_1": make_records(2, 4)})
    write_overviews(logdir / "high_lr", overviews)
    (file,) = (logdir / "high_lr").glob("*.overview")
    data = file.read_bytes()
    file.write_bytes(data[: len(data) - 20])
    assert cli.main(["report", str(logdir)]) == 0
    said = capsys.readouterr()
    assert "cut off within a record" in said.err
    assert "high_lr: sick" in said.out


def test_an_event_file_alone(logdir: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = (logdir / "high_lr").glob("*.dense_1")
    assert cli.main(["report", str(file), "--format", "json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["run"], run["dead"], run["units"]) == (".", 14, 20)


@pytest.mark.parametrize("columns", [None, "80", "120"])
def test_in_a_pipe(columns: str | None, logdir: pathlib.Path) -> None:
    done = _run(logdir, environment={"TERM": "xterm-256color"} | ({"COLUMNS": columns} if columns else {}))
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= int(columns or 80)
    assert all(line == line.rstrip() for line in lines)
    rules = [line for line in lines if "─" in line]
    assert rules and all(set(line.strip()) == {"─"} for line in rules)


def test_where_the_output_is_not_unicode(logdir: pathlib.Path) -> None:
    (logdir / "high_lr").rename(logdir / "höch_lr")
    done = _run(logdir, environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0 and done.stdout.isascii()
    assert "h\\xf6ch_lr: sick." in done.stdout
    assert "----" in done.stdout


def test_nobody_reads_on(logdir: pathlib.Path) -> None:
    done = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" --fail-on "dead>0" | true', "bash", *_COMMAND, str(logdir)],
        capture_output=True,
        text=True,
    )
    # The condition still counts.
    assert done.returncode == 3
    assert "Broken" not in done.stderr and "Traceback" not in done.stderr


def test_imports_no_framework(logdir: pathlib.Path) -> None:
    program = (
        f"import sys; from tb_deadrelu_plugin import cli; cli.main(['report', {str(logdir)!r}]); "
        "print(sorted({'tensorflow', 'keras', 'torch', 'sklearn', 'tensorboard.main'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@contextlib.contextmanager
def _following(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [*_COMMAND, *map(str, arguments), "--follow", "--interval", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _appear(file: pathlib.Path, directory: pathlib.Path) -> None:
    """Puts a whole file there at once: what is read in the middle of writing is another test's."""
    directory.mkdir(parents=True, exist_ok=True)
    file.rename(directory / file.name)


def test_follows_a_run_and_reports_only_what_is_new(tmp_path: pathlib.Path) -> None:
    records, run_directory = make_records(40, 20), tmp_path / "logs" / "run"
    first = write_records(tmp_path / "first", "dense", records[:3], suffix=".1")
    second = write_records(tmp_path / "second", "dense", records[3:], suffix=".2")
    with _following(tmp_path / "logs", "--format", "json") as process:
        assert process.stdout is not None and process.stderr is not None
        # There is nothing yet, not even the directory.
        assert process.stderr.readline().startswith(
            "deadrelu: waiting, for there is nothing to report on yet: No log directory"
        )
        _appear(first, run_directory)
        assert [run["step"] for run in json.loads(process.stdout.readline())["runs"]] == [30]
        # A file that has no records of ours is no news, and neither is one that is only touched.
        (run_directory / "events.out.tfevents.9.other").write_bytes(b"")
        os.utime(run_directory / first.name)
        time.sleep(0.5)
        _appear(second, run_directory)
        (run,) = json.loads(process.stdout.readline())["runs"]
        assert (run["step"], run["dead"]) == (400, 14)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
        assert (process.returncode, out, errors) == (0, "", "")


def test_follows_without_complaint_while_a_record_is_written(tmp_path: pathlib.Path) -> None:
    file = write_records(tmp_path / "run", "dense", make_records(6, 4))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) - 10])
    with _following(tmp_path, "--format", "json") as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["runs"][0]["step"] == 50
        with file.open("ab") as growing:
            growing.write(data[-10:])
        assert json.loads(process.stdout.readline())["runs"][0]["step"] == 60
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""


def test_follows_until_a_condition_holds(tmp_path: pathlib.Path) -> None:
    records = make_records(40, 20)
    write_records(tmp_path / "logs" / "run", "dense", records[:3], suffix=".1")
    more = write_records(tmp_path / "more", "dense", records[3:], suffix=".2")
    with _following(tmp_path / "logs", "--fail-on", "dead>10", "--format", "csv") as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("run,step,")
        assert process.stdout.readline().startswith("run,30,dense,")
        _appear(more, tmp_path / "logs" / "run")
        assert process.wait(30) == 3
        # The names of the columns stand once.
        assert [line[:14] for line in process.stdout] == ["run,400,dense,"]
        assert "'dead>10': run 'run' has 14 of 20 units dead" in process.stderr.read()


def test_follows_in_a_table(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path / "run", "dense", make_records(3, 20))
    with _following(tmp_path) as process:
        assert process.stdout is not None
        assert re.fullmatch(r"-+ \d\d:\d\d:\d\d -+\n", process.stdout.readline())
        assert process.stdout.readline().startswith("run: ")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
