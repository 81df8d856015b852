"""Both APIs on a port: calls, checks against the published models, faults, the journal."""
