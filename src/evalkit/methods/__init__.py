"""Methods: specifications in YAML, and scores from evidence."""
