"""Kafka: events in, messages out; what is known of kafka-python stays in this folder."""
