"""A page for one voter: two videos, and nothing that tells whose."""
