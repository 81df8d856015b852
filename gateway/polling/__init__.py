"""The documents that need an attempt: those of an organisation that wait, within each company's window."""
