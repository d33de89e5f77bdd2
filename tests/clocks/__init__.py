"""Tests of the calendar and of the arithmetic of deadlines."""
