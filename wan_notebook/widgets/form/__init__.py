"""The form: controls from the catalogue, tasks under way, finished cards."""
