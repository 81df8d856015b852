"""Each flow's document as people have it in both systems, for `tests/flow_contract.py`."""
