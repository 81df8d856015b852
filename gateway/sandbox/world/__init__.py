"""What both APIs hold at the start: world files, and the world of the demo."""
