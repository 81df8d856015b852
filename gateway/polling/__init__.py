"""What needs an attempt: the waiting documents of an organisation, within each company's window."""
