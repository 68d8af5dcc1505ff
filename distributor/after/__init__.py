"""What happens once a message has left."""
