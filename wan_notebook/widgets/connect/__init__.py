"""The panel that asks for a key."""
