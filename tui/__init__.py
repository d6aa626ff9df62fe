"""The screen of the laboratory and its command line; it knows no tensor."""
