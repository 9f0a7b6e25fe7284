"""Evidence: tables that were checked, and the design that they form."""
