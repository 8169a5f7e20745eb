"""The product: who may see what, what is true, what may change."""
