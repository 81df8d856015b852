"""Sales invoices, as the nets see them."""
