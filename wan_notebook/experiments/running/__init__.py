"""Makes the videos of an experiment: which cells are missing, in which order they are sent, how far it is."""
