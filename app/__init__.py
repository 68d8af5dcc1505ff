"""Where the halves meet the world: wiring, worker, web, command line."""
