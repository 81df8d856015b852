"""The business rules, pure: identifiers, partners, products, texts, channel, the sales invoice."""
