"""What an experiment compares, checked and counted before anything is sent."""
