"""The runtime, ticker and relay over the store in memory."""
