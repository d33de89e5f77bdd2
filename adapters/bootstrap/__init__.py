"""The composition root: settings become a wired application, here and nowhere else."""
