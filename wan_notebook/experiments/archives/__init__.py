"""An experiment in one file, and out of it again."""
