"""Words with offsets: one home for matching and search."""
