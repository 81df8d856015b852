"""The texts of every error, by topic (B8)."""
