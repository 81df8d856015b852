"""The sandbox's Procountor."""
