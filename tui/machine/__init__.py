"""How busy the engine's machine is, on the key G."""
