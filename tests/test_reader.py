"""`read`: runs and layers of a log directory, bad input, no TensorFlow."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from tb_deadrelu_plugin import Timeline, UnitState, metadata, read, reader, record
from tb_deadrelu_plugin.reader import read_overview
from tb_deadrelu_plugin.run_overview import overview
from tests.event_writing import (
    RELU,
    encoded,
    make_overlapping,
    make_overviews,
    make_records,
    write_newer_version,
    write_overviews,
    write_records,
    write_values,
)


def test_everything_written_is_read(tmp_path: pathlib.Path) -> None:
    records = make_records(300, 40)
    write_records(tmp_path / "run1", "dense_1", records)
    timeline = read(tmp_path)["run1"]["dense_1"]
    assert isinstance(timeline, Timeline)
    assert timeline.steps.tolist() == [r.step for r in records]
    assert timeline.written == 300 and timeline.unreadable == 0 and not timeline.width_changed
    for name in ("active", "last_active_step"):
        assert np.array_equal(getattr(timeline, name), [getattr(r, name) for r in records]), name
    for name in ("gradient_norm", "mean_activation", "bias"):
        written = [getattr(r, name) for r in records]
        np.testing.assert_allclose(getattr(timeline, name), written, rtol=4e-3, err_msg=name)
    assert timeline.zero_fraction is not None
    np.testing.assert_allclose(timeline.zero_fraction, [1 - r.active / r.samples for r in records], rtol=1e-5)
    assert timeline.dead_units().tolist() == list(range(40))
    assert timeline.states()[0].tolist()[:2] == [UnitState.DEAD, timeline.states()[0, 1]]
    assert timeline.history(0).born_dead
    assert timeline.history(5).died_at == (records[14].step - 1,)


def test_runs_are_named_as_tensorboard_names_them(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for directory in ("", "b/train", "a"):
        write_records(tmp_path / directory, "dense_1", make_records(2, 3))
    assert list(read(str(tmp_path))) == [".", "a", "b/train"]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert list(read("~/b")) == ["train"]
    (path,) = (tmp_path / "a").iterdir()
    assert list(read(path)) == ["."]


def test_layers_are_in_the_order_of_the_network(tmp_path: pathlib.Path) -> None:
    for name, index in (("z", 0), ("conv_10", 10), ("conv_2", 2), ("b", None), ("a", None)):
        write_records(tmp_path, name, make_records(1, 3), metadata.LayerInfo(layer_index=index))
    assert list(read(tmp_path)["."]) == ["z", "conv_2", "conv_10", "a", "b"]


def test_resumed_run_has_one_record_per_step_the_last_written(tmp_path: pathlib.Path) -> None:
    first, second = make_records(6, 4), make_records(9, 4, seed=1)[3:]
    path = write_records(tmp_path, "dense_1", first)
    path.rename(tmp_path / "events.out.tfevents.1700000000.host")
    path = write_records(tmp_path, "dense_1", second, wall_time=1_700_001_000.0)
    path.rename(tmp_path / "events.out.tfevents.1700001000.host")
    timeline = read(tmp_path)["."]["dense_1"]
    assert timeline.steps.tolist() == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert np.array_equal(timeline.active[:3], [r.active for r in first[:3]])
    assert np.array_equal(timeline.active[3:], [r.active for r in second])
    assert timeline.wall_times[3] == 1_700_001_000.0


def test_what_a_run_resumed_between_two_records_overrides_is_left_out(tmp_path: pathlib.Path) -> None:
    first, second = make_overlapping()
    for number, records in enumerate((first, second)):
        wall_time = 1_700_000_000.0 + 1000 * number
        path = write_records(tmp_path, "dense_1", records, wall_time=wall_time)
        path.rename(tmp_path / f"events.out.tfevents.{wall_time:.0f}.host")
        path = write_overviews(tmp_path, make_overviews({"dense_1": records}), wall_time=wall_time)
        path.rename(tmp_path / f"events.out.tfevents.{wall_time + 1:.0f}.host.overview")
    timeline = read(tmp_path)["."]["dense_1"]
    assert timeline.window_start_steps.tolist() == [0, 10, 20, 30, 40, 50, 63, 73, 83]
    assert timeline.steps.tolist() == [10, 20, 30, 40, 50, 60, 73, 83, 93]
    assert np.array_equal(timeline.active, [r.active for r in [*first[:6], *second]])
    assert timeline.written == 9
    assert [one.step for one in read_overview(tmp_path)["."]] == timeline.steps.tolist()
    # Old files alone are whole.
    (tmp_path / "events.out.tfevents.1700001000.host").unlink()
    assert read(tmp_path)["."]["dense_1"].steps.tolist() == [10, 20, 30, 40, 50, 60, 70, 80]


def test_layer_whose_width_changes_keeps_every_record(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path, "dense_1", [*make_records(3, 6)[:2], *make_records(3, 4)[2:]])
    timeline = read(tmp_path)["."]["dense_1"]
    assert timeline.widths.tolist() == [6, 6, 4] and timeline.width_changed
    assert (timeline.states()[2, 4:] == UnitState.ABSENT).all()
    assert timeline.gradient_norm is not None and np.isnan(timeline.gradient_norm[2, 4:]).all()


def test_non_finite_units_are_neither_active_nor_dead(tmp_path: pathlib.Path) -> None:
    written = record.Record(
        10,
        0,
        2000,
        10,
        np.array([0, 0]),
        np.array([0.0, np.nan]),
        non_finite_activations=np.array([2000, 0]),
        non_finite_gradients=np.array([0, 3]),
    )
    write_records(tmp_path, "dense_1", [written])
    timeline = read(tmp_path)["."]["dense_1"]
    assert timeline.states().tolist() == [[UnitState.NON_FINITE] * 2]
    assert np.isnan(timeline.zero_fraction[0, 0])
    assert timeline.non_finite_activations.tolist() == [[2000, 0]]
    assert timeline.non_finite_gradients.tolist() == [[0, 3]]


def test_damaged_records_are_left_out_and_counted(tmp_path: pathlib.Path) -> None:
    values = list(encoded(make_records(5, 4)))
    values[1] = (values[1][0], values[1][1][:-3])
    values[3] = (values[3][0], b"garbage")
    write_values(tmp_path, "dense_1", values, metadata.create_summary_metadata(RELU))
    with pytest.warns(UserWarning, match=r"Layer 'dense_1' of run '\.' has 2 damaged of 5 records; they are left out"):
        timeline = read(tmp_path)["."]["dense_1"]
    assert timeline.steps.tolist() == [10, 30, 50] and timeline.unreadable == 2


def test_truncated_file_gives_everything_before(tmp_path: pathlib.Path) -> None:
    path = write_records(tmp_path / "run1", "dense_1", make_records(20, 4))
    write_records(tmp_path / "run2", "dense_1", make_records(3, 4))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.warns(UserWarning, match=re.escape(str(path)) + "' is damaged at byte [0-9]+ of [0-9]+ "):
        runs = read(tmp_path)
    assert len(runs["run1"]["dense_1"].steps) == 19
    assert len(runs["run2"]["dense_1"].steps) == 3


def test_layers_of_a_newer_version_are_left_out_with_a_warning(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path, "dense_1", make_records(3, 4))
    for tag in ("dense_2", "dense_3"):
        write_newer_version(tmp_path, tag)
    expected = "Layer 'dense_2' of run '.' and 1 more are left out: These records were written in format version 99; "
    with pytest.warns(UserWarning, match=re.escape(expected)):
        assert list(read(tmp_path)["."]) == ["dense_1"]


def test_only_layers_of_a_newer_version(tmp_path: pathlib.Path) -> None:
    write_newer_version(tmp_path, "dense_1")
    with pytest.warns(UserWarning, match="is left out"), pytest.raises(ValueError, match=r"can be read\. These"):
        read(tmp_path)


def test_directory_that_does_not_exist(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match=re.escape(f"No log directory {str(tmp_path / 'nope')!r} (looked in ")):
        read(tmp_path / "nope")


def test_directory_without_records(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    with pytest.raises(ValueError, match=re.escape("No dead_relu records in 'logs' (no event files); add DeadReLU(")):
        read("logs")
    write_values("logs", "other", [(1, b"x")], metadata.summary_pb2.SummaryMetadata(plugin_data={"plugin_name": "x"}))
    expected = (
        "No dead_relu records in 'logs' (looked into 1 event file); "
        'add DeadReLU("logs/run1") to the callbacks of model.fit.'
    )
    with pytest.raises(ValueError, match="^" + re.escape(expected) + "$"):
        read("logs")


def test_progress_bar_is_on_stderr_and_only_where_wanted(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_records(tmp_path, "dense_1", make_records(3, 4))
    read(tmp_path, progress=True)
    out, err = capfd.readouterr()
    assert out == "" and "Reading event files" in err and "100%" not in out
    read(tmp_path, progress=False)
    read(tmp_path)
    assert capfd.readouterr() == ("", "")
    # By default for large directories, but never where nobody looks.
    monkeypatch.setattr(reader, "_LARGE", 10)
    read(tmp_path)
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    read(tmp_path)
    assert "Reading event files" in capfd.readouterr().err


def test_without_tensorflow(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path / "logs" / "run1", "dense_1", make_records(3, 4))
    script = """
        import sys

        class Absent:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in ("tensorflow", "keras", "torch"):
                    raise ImportError(f"{name} is absent")

        sys.meta_path.insert(0, Absent())
        from tb_deadrelu_plugin import plugin, read, summary
        import numpy as np

        timeline = read("logs")["run1"]["dense_1"]
        assert timeline.dead_units().tolist() == [0], timeline.dead_units()
        summary.dead_relu_pb("dense_1", np.zeros((3, 4)))
        plugin.DeadReluLoader().load(type("Context", (), {"data_provider": None, "logdir": ""})).get_plugin_apps()
        for name in ("tensorflow", "keras", "torch", "rich"):
            assert name not in sys.modules, name
        print("fine")
    """
    environment = os.environ | {"PYTHONPATH": str(pathlib.Path(__file__).parents[1])}
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert result.stdout == "fine\n", result.stderr


def test_overviews_are_no_layers(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path / "run", "dense_1", make_records(3, 4))
    write_overviews(tmp_path / "run", make_overviews({"dense_1": make_records(3, 4)}))
    write_overviews(tmp_path / "overview alone", make_overviews({"dense_1": make_records(3, 4)}))
    runs = read(tmp_path)
    assert list(runs) == ["run"] and list(runs["run"]) == ["dense_1"]


def test_read_overview(tmp_path: pathlib.Path) -> None:
    first, second = (make_overviews({"b": make_records(4, 6, seed=s), "a": make_records(4, 9)}) for s in (0, 1))
    write_overviews(tmp_path / "run", first).rename(tmp_path / "run" / "events.out.tfevents.1700000000.host")
    later = write_overviews(tmp_path / "run", second[2:])
    later.rename(tmp_path / "run" / "events.out.tfevents.1700001000.host")
    write_records(tmp_path / "old", "dense_1", make_records(3, 4))
    runs = reader.read_overview(tmp_path)
    assert list(runs) == ["run"]
    got, expected = runs["run"], [*first[:2], *second[2:]]
    assert isinstance(got, tuple) and [one.step for one in got] == [10, 20, 30, 40]
    assert [one.dead for one in got] == [one.dead for one in expected]
    assert [[layer.name for layer in one.layers] for one in got] == [["b", "a"]] * 4
    assert got[2].layers[0].fraction_codes.tolist() == second[2].layers[0].fraction_codes.tolist()
    assert reader.read_overview(tmp_path / "old") == {}
    with pytest.raises(FileNotFoundError, match="No log directory"):
        reader.read_overview(tmp_path / "nope")


def test_damaged_overviews_are_left_out(tmp_path: pathlib.Path) -> None:
    (one,) = make_overviews({"dense_1": make_records(1, 4)})
    values = [(1, overview.encode(one)), (2, b"garbage")]
    write_values(tmp_path, overview.TAG, values, metadata.create_overview_metadata())
    with pytest.warns(UserWarning, match=r"^1 of 2 overviews of run '\.' are damaged and left out\.$"):
        runs = reader.read_overview(tmp_path)
    assert [found.step for found in runs["."]] == [1]


def test_overviews_of_a_newer_version_are_left_out(tmp_path: pathlib.Path) -> None:
    newer = metadata.create_overview_metadata()
    newer.plugin_data.content = newer.plugin_data.content.replace(b"\x08\x01", b"\x08\x63")
    write_values(tmp_path, overview.TAG, [(1, b"x")], newer)
    with pytest.warns(UserWarning, match=r"^The overview of run '\.' is left out: These records were written in .* 99"):
        assert reader.read_overview(tmp_path) == {}
