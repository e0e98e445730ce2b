"""Files as text: read in a child process each, because nobody vouches for what is in them."""
