"""Apache Kafka without Docker: its pinned jars, and a broker."""
