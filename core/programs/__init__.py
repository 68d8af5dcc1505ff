"""Programs that call us: what they sign in with, and what they ask twice."""
