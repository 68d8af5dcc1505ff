"""One history for both halves' tables."""
