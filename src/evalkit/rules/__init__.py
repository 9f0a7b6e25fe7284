"""National rules as pure functions, each with its citation."""
