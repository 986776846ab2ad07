"""Watching a model while it trains, on the device (TensorFlow)."""
