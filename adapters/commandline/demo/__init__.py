"""A synthetic city on simulated time: what it files, how it fares, and whether we kept faith."""
