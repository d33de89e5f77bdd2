"""A real Apache Kafka, workers that die and freeze, brokers that fall silent."""
