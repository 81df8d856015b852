"""The engine: one attempt to transfer one revision, its end in ledger and outcome, and holds."""
