"""What every answer over HTTP has in common: pages, health, parameters and protection."""
