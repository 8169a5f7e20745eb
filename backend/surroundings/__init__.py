"""What is near: receptors to protect and corridors of transport."""
