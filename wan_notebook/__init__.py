"""Make and compare Wan videos from a Jupyter notebook."""
