"""The sandbox's Severa."""
