"""One question about methods a module, one result class each."""
