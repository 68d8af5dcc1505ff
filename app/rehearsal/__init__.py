"""A newsroom to rehearse with: invented outlets, a local mail server, a fast clock."""
