"""The runtime under every topic: app, consumer, offsets, homes, and the guard around each event."""
