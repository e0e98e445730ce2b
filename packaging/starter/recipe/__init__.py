"""The recipe of the starter: from public dialogues and our own answers to a 4-bit GGUF model file."""
