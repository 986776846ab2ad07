"""Putting probes on a model's layers, and taking them off."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tb_deadrelu_plugin.instrument import recurrent
from tb_deadrelu_plugin.instrument.discovery import Reach, Target
from tb_deadrelu_plugin.instrument.probes import Probe, instance_attribute


@contextlib.contextmanager
def attached(target: Target, probe: Probe) -> Iterator[None]:
    """Puts a probe around a layer's activation for the length of the context.

    Only instance attributes are set and set back, so `get_config` and `save`
    never see them.
    """
    layer = target.layer
    if target.reach is Reach.ATTRIBUTE:
        with instance_attribute(layer, "activation", probe.around(layer.activation)):
            yield
    elif target.reach is Reach.CALL:
        with instance_attribute(layer, "call", probe.around(layer.call)):
            yield
    else:
        with instance_attribute(layer, "inner_loop", recurrent.watched_inner_loop(layer, probe)):
            yield
