"""One Report → the forms in which people and machines read it. A renderer formats; it never computes."""
