"""Replay, audit and admission, over planted changes and over random walks."""
