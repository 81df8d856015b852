"""Business rules that flows share: identifiers, texts, codes, dimensions, VAT. Pure."""
