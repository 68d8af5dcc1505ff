"""People reached for the press: import -> lists -> suppression."""
