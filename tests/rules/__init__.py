"""What is proved of a rule book, and how it is printed."""
