"""Integration gateway: Visma Severa -> Apache Kafka -> Procountor."""
