"""Prompt A/B experiments: a plan of paired videos, blind votes, and what the votes allow to say."""
