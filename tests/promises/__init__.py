"""The promises, tried on real registers over months of simulated time."""
