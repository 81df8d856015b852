"""The handlers: what happens with the events of each topic."""
