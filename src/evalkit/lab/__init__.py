"""The laboratory: evidence with known truth. It holds nothing yet."""
