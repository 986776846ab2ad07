"""What only the Python stack tells of the call that is being made."""

from __future__ import annotations

import inspect
import sys
import types

import keras
import numpy as np

_VECTORIZING = "tensorflow.python.ops.parallel_for.control_flow_ops"
_LAYER_CALL = inspect.unwrap(keras.layers.Layer.__call__).__code__


def is_vectorized() -> bool:
    """Whether a body is being built that TensorFlow vectorizes: of `tf.vectorized_map`, or a Jacobian's.

    It is built once, for one of the elements, in the graph around it; TensorFlow
    then makes an operation for all elements of each that leads to the body's
    output. What adds to a variable leads nowhere, and would add one element.
    """
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_pfor_impl" and frame.f_globals.get("__name__") == _VECTORIZING:
            return True
        frame = frame.f_back
    return False


def is_inference() -> bool:
    """Whether the outermost layer or model was called with `training=False`.

    Its own argument counts, and neither that of layers within it nor a default:
    a model that is trained may hold a part that it calls with
    `training=False`, and a `call` may have that as its default.
    """
    outermost: types.FrameType | None = None
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is _LAYER_CALL:
            outermost = frame
        frame = frame.f_back
    if outermost is None:
        return False
    # As Keras found it before it filled in defaults; other versions may name it otherwise.
    given = getattr(outermost.f_locals.get("call_spec"), "user_arguments_dict", {})
    training = given.get("training")
    return isinstance(training, (bool, int, np.bool_)) and not training
