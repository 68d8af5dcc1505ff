"""One file, one pre-flight check or a close family: a case -> what is wrong with it."""
