"""The flows: the only room that knows a kind of document. A folder each, with the same names inside."""
