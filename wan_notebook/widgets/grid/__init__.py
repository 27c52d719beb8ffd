"""A run of an experiment, arms by blocks."""
