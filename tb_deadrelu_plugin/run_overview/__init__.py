"""A run's record beside its layers': counts of states and quantiles, no per-unit data."""
