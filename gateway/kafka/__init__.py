"""How every part of the gateway reaches Kafka (O3): one place turns the settings into clients."""

from gateway.kafka.cluster import Cluster, cluster_of

__all__ = ["Cluster", "cluster_of"]
