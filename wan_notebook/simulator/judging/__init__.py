"""What the service takes and counts, judged from its documents and not by the code of the client."""
