"""Blind votes on pairs of videos: what a voter is asked next, the page that asks, and files of votes."""
