"""Ways to deliver a message, one file each. A new file here is a new channel; copy outbox."""
