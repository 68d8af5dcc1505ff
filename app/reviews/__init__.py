"""The daily press review, edition by edition."""
