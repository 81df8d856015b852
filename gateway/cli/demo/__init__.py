"""`gateway demo`: the main job, on one machine, with real Kafka and sandbox APIs."""
