"""Measures the engine against floors in the same run; the product does not need this package."""
