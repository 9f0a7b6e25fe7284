"""Files of offices: read without trusting them, recognised, and held to what they say of themselves."""
