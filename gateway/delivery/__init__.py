"""The ensure steps of a transfer, its end in ledger and outcome, the write-back, and holds."""
