"""Who can be reached, on which list, and who must not be."""
