"""Benchmarks: what watching costs, in time and on disk. Run as `python -m tests.benchmarks`."""
