"""Models of what follows what: counts, the network and its gradients, likelihood, views of both."""
