"""The core: rule books, clocks, cases, the one door; no I/O and no word of any one domain."""
