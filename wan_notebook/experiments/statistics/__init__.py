"""What votes on pairs allow to say; pure functions of plain data, each with its method and source."""
