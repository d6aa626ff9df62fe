"""An engine in a process of its own: served over a Unix socket, attached to by screens."""
