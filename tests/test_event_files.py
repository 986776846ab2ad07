"""Event files: framing, damage, whose tag it is, order of files."""

from __future__ import annotations

import pathlib
import re
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing import event_file_loader
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_deadrelu_plugin import event_files, metadata
from tests.event_writing import RELU, encoded, make_records, tensor, write_records

RECORDS = make_records(6, 5)


@pytest.fixture(scope="module")
def event_file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write_records(tmp_path_factory.mktemp("run"), "dense_1", RECORDS)


def frame_starts(data: bytes) -> list[int]:
    starts, offset = [], 0
    while offset < len(data):
        starts.append(offset)
        offset += 16 + int.from_bytes(data[offset : offset + 8], "little")
    return starts


def test_events_are_those_that_tensorboard_reads(event_file: pathlib.Path) -> None:
    theirs = list(event_file_loader.LegacyEventFileLoader(str(event_file)).Load())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(event_files.read_events(str(event_file))) == theirs
    assert len(theirs) == 1 + len(RECORDS)


def test_bytes_read_are_reported_and_add_up(event_file: pathlib.Path) -> None:
    counts: list[int] = []
    event_files.read_run([str(event_file)], counts.append)
    assert sum(counts) == event_file.stat().st_size


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_file_cut_off_anywhere_gives_everything_before(
    data: st.DataObject, event_file: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    whole = event_file.read_bytes()
    starts = frame_starts(whole)
    cut = data.draw(st.integers(0, len(whole) - 1))
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(whole[:cut])
    complete = [start for start in [*starts[1:], len(whole)] if start <= cut]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert len(list(event_files.read_events(str(path)))) == len(complete)
    if cut in [0, *starts]:
        assert not caught
    else:
        (warning,) = caught
        assert warning.category is event_files.DamagedFileWarning
        expected = f"{str(path)!r} is damaged at byte {max([0, *complete])} of {cut} (the file is cut off within"
        assert expected in str(warning.message)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_byte_anywhere_gives_everything_before(
    data: st.DataObject, event_file: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    whole = bytearray(event_file.read_bytes())
    starts = frame_starts(whole)
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(whole)
    damaged = max(index for index, start in enumerate(starts) if start <= place)
    with pytest.warns(event_files.DamagedFileWarning, match=f"at byte {starts[damaged]} of {len(whole)} .*checksum"):
        assert len(list(event_files.read_events(str(path)))) == damaged


def test_records_come_back_byte_for_byte(event_file: pathlib.Path) -> None:
    (layer,) = event_files.read_run([str(event_file)]).values()
    assert [(stored.step, stored.data) for stored in layer.stored] == list(encoded(RECORDS))
    assert metadata.parse_plugin_metadata(layer.summary_metadata.plugin_data.content) == RELU


def write_values(directory: pathlib.Path, values: list[summary_pb2.Summary.Value], suffix: str = "") -> str:
    writer = EventFileWriter(str(directory), filename_suffix=suffix)
    for step, value in enumerate(values):
        writer.add_event(event_pb2.Event(step=step, summary=summary_pb2.Summary(value=[value])))
    writer.close()
    return str(max(directory.iterdir(), key=lambda path: path.stat().st_mtime_ns))


def test_tag_is_whose_its_first_event_says(tmp_path: pathlib.Path) -> None:
    ours = metadata.create_summary_metadata(RELU)
    theirs = summary_pb2.SummaryMetadata(plugin_data={"plugin_name": "scalars"})
    path = write_values(
        tmp_path,
        [
            summary_pb2.Summary.Value(tag="a", metadata=ours, tensor=tensor(b"1")),
            summary_pb2.Summary.Value(tag="a", tensor=tensor(b"2")),
            summary_pb2.Summary.Value(tag="b", metadata=theirs, tensor=tensor(b"3")),
            summary_pb2.Summary.Value(tag="b", metadata=ours, tensor=tensor(b"4")),
            summary_pb2.Summary.Value(tag="c", simple_value=5.0),
            summary_pb2.Summary.Value(tag="c", metadata=ours, tensor=tensor(b"6")),
        ],
    )
    layers = event_files.read_run([path])
    assert {tag: [stored.data for stored in layer.stored] for tag, layer in layers.items()} == {"a": [b"1", b"2"]}


def test_tensors_of_other_forms() -> None:
    as_integers = tensor_pb2.TensorProto(dtype=types_pb2.DT_UINT8, int_val=[1, 255, 0])
    assert event_files.record_bytes(as_integers) == b"\x01\xff\x00"
    as_floats = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_content=b"\x01\x02\x03\x04")
    assert event_files.record_bytes(as_floats) == b""


def test_files_of_a_run_are_read_in_the_order_of_their_names(tmp_path: pathlib.Path) -> None:
    later = write_records(tmp_path, "dense_1", RECORDS[2:])
    earlier = write_records(tmp_path, "dense_1", RECORDS[:2], suffix=".more")
    later.rename(tmp_path / "events.out.tfevents.0000000200.host")
    earlier.rename(tmp_path / "events.out.tfevents.0000000100.host")
    (tmp_path / "events.out.tfevents.1.profile-empty").write_bytes(b"not read")
    (tmp_path / "model.keras").write_bytes(b"not read")
    ((run, paths),) = event_files.find_event_files(str(tmp_path)).items()
    assert run == "."
    (layer,) = event_files.read_run(paths).values()
    assert [stored.step for stored in layer.stored] == [r.step for r in RECORDS]


def test_links_are_followed_and_circles_end(tmp_path: pathlib.Path) -> None:
    write_records(tmp_path / "elsewhere", "dense_1", RECORDS)
    logdir = tmp_path / "logs"
    (logdir / "run").mkdir(parents=True)
    (logdir / "run" / "linked").symlink_to(tmp_path / "elsewhere")
    (logdir / "same").symlink_to(tmp_path / "elsewhere")
    (logdir / "run" / "circle").symlink_to(logdir)
    (tmp_path / "elsewhere" / "back").symlink_to(logdir)
    found = event_files.find_event_files(str(logdir))
    assert list(found) == ["run/linked", "same"]
    assert list(event_files.find_event_files(f"{logdir}/")) == list(found)


def test_file_that_is_no_event_file_is_named(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(b"this is not an event file at all")
    with pytest.warns(event_files.DamagedFileWarning, match=re.escape(str(path)) + ".*at byte 0 of 32 .*length"):
        assert list(event_files.read_events(str(path))) == []
