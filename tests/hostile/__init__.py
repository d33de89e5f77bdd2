"""End to end: bad records, planted names, rows that no database takes, unfit databases."""
