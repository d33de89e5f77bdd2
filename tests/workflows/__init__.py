"""The rule books' tests: every row of the field's tables, in the bureau's words."""
