"""Real and sandboxed counterparts for demo and tests: Apache Kafka, both APIs, SMTP. Imports nothing of the gateway."""
