"""The command `hongdun`: one module a group of commands; what they say is in `phrases`."""
