"""The words on the screen: lists, filters, orders, facts."""
