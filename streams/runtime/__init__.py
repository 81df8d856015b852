"""What runs under every topic: the app, its consumer, offsets, homes, and the guard around each event."""
