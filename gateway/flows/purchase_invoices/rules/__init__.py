"""What of a purchase invoice becomes which project fee. Pure."""
