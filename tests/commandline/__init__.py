"""Tests of the command line: what a person types, sees, and finds in the exit code."""
