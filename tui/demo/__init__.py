"""A demo: the app plays a script of keys, waits and captions, until somebody takes over."""
