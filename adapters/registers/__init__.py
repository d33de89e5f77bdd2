"""Registers of others, row by row, as events: a mapping says which column means what."""
