"""`python -m adapters.commandline` is `hongdun`."""

from adapters.commandline.main import run

run()
