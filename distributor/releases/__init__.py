"""From files to sealed versions."""
