"""The ladder: every counting model at every order, held against one another on one split."""
