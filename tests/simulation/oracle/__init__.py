"""A second opinion on everything: it imports nothing of the product, and counts by walking."""
