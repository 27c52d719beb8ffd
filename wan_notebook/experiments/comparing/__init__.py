"""Videos beside each other, on one clock."""
