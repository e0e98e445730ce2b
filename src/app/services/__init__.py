"""Use cases that join the store, the library and the engine; no Qt, no threads."""
