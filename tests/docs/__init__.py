"""Tests that follow the pages of docs/ to the letter."""
