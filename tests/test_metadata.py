from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import summary_pb2

from tb_deadrelu_plugin import metadata, plugin_data_pb2
from tb_deadrelu_plugin.metadata import LayerInfo, OtherLayer, RunInfo

texts = st.text(st.characters(codec="utf-8"), max_size=20)
infos = st.builds(
    LayerInfo,
    fraction=st.sampled_from([metadata.ZERO_FRACTION, metadata.NEGATIVE_FRACTION]),
    gradient_at=st.sampled_from(
        [
            None,
            metadata.PRE_ACTIVATION,
            metadata.GATED_ACTIVATION,
            metadata.AS_GIVEN,
            metadata.STOPPED,
        ]
    ),
    threshold=st.floats(0, allow_infinity=False),
    activation=texts,
    layer_type=texts,
    layer_index=st.none() | st.integers(0, 2**31 - 1),
    kernel_parameters=st.integers(0, 2**62),
    bias_parameters=st.integers(0, 2**62),
    calls=st.integers(0, 2**31 - 1),
    upper_bound=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    other_parameters=st.integers(0, 2**62),
    input_layers=st.none() | st.lists(texts, max_size=metadata.MOST_INPUT_LAYERS).map(tuple),
    first_weights=st.sampled_from([None, metadata.INITIAL, metadata.CHANGED]),
)
counts = st.integers(0, 2**62)
others = st.builds(OtherLayer, texts, texts, texts, counts, counts, counts, counts, st.integers(0, 2**31 - 1))
run_infos = st.builds(RunInfo, counts, st.lists(others, max_size=5).map(tuple))


def content_of(**fields) -> bytes:
    return plugin_data_pb2.DeadReluPluginData(**fields).SerializeToString()


@given(infos)
def test_round_trip(info):
    summary_metadata = metadata.create_summary_metadata(info)
    assert metadata.parse_plugin_metadata(summary_metadata.plugin_data.content) == info


@given(infos)
def test_equal_layers_have_equal_bytes(info):
    """The metadata is on every record, and TensorBoard keeps the first only."""
    first, second = (metadata.create_summary_metadata(info).SerializeToString() for _ in range(2))
    assert first == second


@given(run_infos)
def test_round_trip_of_an_overview(run_info):
    summary_metadata = metadata.create_overview_metadata(run_info)
    assert metadata.is_overview(summary_metadata.plugin_data.content)
    assert metadata.parse_overview_metadata(summary_metadata.plugin_data.content) == run_info


def test_overviews_of_models_with_many_layers_name_the_first():
    """They are repeated on every record."""
    layers = tuple(OtherLayer(f"layer_{i}", "Dense", "linear", 2048, 2**22, 2048, 0, i) for i in range(120))
    content = metadata.create_overview_metadata(RunInfo(10**9, layers)).plugin_data.content
    assert metadata.parse_overview_metadata(content) == RunInfo(10**9, layers[: metadata.MOST_OTHER_LAYERS])
    assert len(content) < 5000


@pytest.mark.parametrize("content", [b"", b"\xff", content_of(version=2, overview=True)])
def test_overviews_that_can_not_be_read(content):
    with pytest.raises(ValueError):
        metadata.parse_overview_metadata(content)


def test_overviews_of_before_know_of_no_model():
    assert metadata.parse_overview_metadata(content_of(version=1, overview=True)) == RunInfo()


def test_round_trip_through_an_event():
    info = LayerInfo(activation="relu", layer_type="Dense", layer_index=0, kernel_parameters=8192)
    written = metadata.create_summary_metadata(info, "dense_1", "The *first* layer.").SerializeToString()
    read = summary_pb2.SummaryMetadata.FromString(written)
    assert read.plugin_data.plugin_name == "dead_relu"
    assert read.data_class == summary_pb2.DATA_CLASS_TENSOR
    assert read.display_name == "dense_1"
    assert read.summary_description == "The *first* layer."
    assert metadata.parse_plugin_metadata(read.plugin_data.content) == info


def test_first_layer_is_not_a_layer_without_an_index():
    for index in (0, None):
        content = metadata.create_summary_metadata(LayerInfo(layer_index=index)).plugin_data.content
        assert metadata.parse_plugin_metadata(content).layer_index == index


@pytest.mark.parametrize("input_layers", [None, (), ("conv", "block/conv")])
def test_no_layer_before_is_not_one_that_is_not_known(input_layers):
    content = metadata.create_summary_metadata(LayerInfo(input_layers=input_layers)).plugin_data.content
    assert metadata.parse_plugin_metadata(content).input_layers == input_layers


def test_layers_before_of_tags_of_before_are_not_known():
    assert metadata.parse_plugin_metadata(content_of(version=1)).input_layers is None


def test_very_many_layers_before_are_not_named():
    """They are repeated on every record, and a part of them would be taken for all."""
    many = tuple(f"layer_{i}" for i in range(metadata.MOST_INPUT_LAYERS + 1))
    content = metadata.create_summary_metadata(LayerInfo(input_layers=many)).plugin_data.content
    assert metadata.parse_plugin_metadata(content).input_layers is None


def test_it_is_small():
    """It is repeated on every record."""
    info = LayerInfo(metadata.ZERO_FRACTION, metadata.PRE_ACTIVATION, 0.0, "relu", "Dense", 3, 10**6, 1024)
    assert len(metadata.create_summary_metadata(info).plugin_data.content) <= 40


def test_newer_version_says_what_to_do():
    message = (
        "These records were written in format version 2; this plugin reads up to version 1. "
        "Upgrade it here with: pip install --upgrade tb-deadrelu-plugin"
    )
    with pytest.raises(metadata.UnsupportedVersionError, match=f"^{re.escape(message)}$"):
        metadata.parse_plugin_metadata(content_of(version=2))


def test_unsupported_version_is_a_value_error():
    assert issubclass(metadata.UnsupportedVersionError, ValueError)


@pytest.mark.parametrize("content", [b"", content_of(version=0), content_of(version=-1)])
def test_missing_version_is_refused(content):
    with pytest.raises(ValueError, match=r"the plugin data of this tag must have a version of at least 1, got -?[01]"):
        metadata.parse_plugin_metadata(content)


@pytest.mark.parametrize("content", [b"\xff", b"\x08", b"\x2a\x05ab", b"\x00\x00"])
def test_damaged_bytes_are_refused(content):
    with pytest.raises(ValueError, match="the plugin data of this tag is damaged: "):
        metadata.parse_plugin_metadata(content)


@given(st.binary(max_size=60))
def test_any_bytes(content):
    try:
        info = metadata.parse_plugin_metadata(content)
    except ValueError:
        return
    assert info.fraction in (metadata.ZERO_FRACTION, metadata.NEGATIVE_FRACTION)


def test_unknown_place_of_the_gradient_is_as_given():
    """A later writer of the same version; its records are still readable."""
    assert metadata.parse_plugin_metadata(content_of(version=1, gradient_at=77)).gradient_at == metadata.AS_GIVEN


def test_unknown_fields_are_passed_over():
    assert metadata.parse_plugin_metadata(content_of(version=1) + b"\xf8\x07\x01") == LayerInfo()


def test_threshold_keeps_all_digits():
    content = metadata.create_summary_metadata(LayerInfo(threshold=0.1)).plugin_data.content
    assert metadata.parse_plugin_metadata(content).threshold == 0.1
    assert not math.isnan(metadata.parse_plugin_metadata(content).threshold)
