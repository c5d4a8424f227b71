"""What a failing trial says, read for the signs of a kind of failure."""
