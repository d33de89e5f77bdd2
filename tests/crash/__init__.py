"""Processes that are killed at any instant, servers that crash: the end is as if nothing was."""
