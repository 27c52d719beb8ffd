"""Makes the pictures and the sound of a video, and keeps what was made."""
