"""The business rules of SPEC's tables, pure: identifiers, partners, products, texts, channel, the sales invoice."""
