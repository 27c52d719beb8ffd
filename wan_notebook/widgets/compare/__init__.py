"""Two to four videos on one clock."""
