"""The initial data of both APIs: world files, and the demo's world."""
