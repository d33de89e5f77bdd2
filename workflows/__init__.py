"""The rule books, one a file; none knows another."""
